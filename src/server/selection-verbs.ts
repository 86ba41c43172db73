import {
  hasChanged,
  objectionsToDeployments,
  objectionsToTaskRuns,
  wasDeleted,
} from "../rules/bulk-verbs.ts";
import { deployments } from "../schema/deployments.ts";
import { Problem } from "../schema/problems.ts";
import type { Parsed } from "../schema/route.ts";
import type { SelectionNoun, selections } from "../schema/selections.ts";
import { noDetails, type StateCreate } from "../schema/states.ts";
import type { TaskRun } from "../schema/task-runs.ts";
import type { Tx } from "../store/store.ts";
import { createDeploymentRunIn } from "./deployment-runs.ts";
import type { Requester } from "./forced-states.ts";
import { objectionToView, performLocked, refusalOf } from "./run-commands.ts";
import { transitionFlowRun, transitionTaskRun } from "./transition.ts";

interface Row {
  id: string;
  /** The state of a run when it was selected. */
  state_id: string | null;
  request: Parsed<typeof selections.apply>;
  by: Requester;
  /** Collects the task runs that got a new state. */
  moved: TaskRun[];
}

/** Applies the verb of a selection to one of its rows, in `tx`. Returns the reason when it is skipped. */
export const perform: Record<SelectionNoun, (tx: Tx, row: Row) => Promise<string | undefined>> = {
  "flow-runs": performOnRun,
  "task-runs": performOnTask,
  deployments: performOnDeployment,
};

const unsupported = "is not supported";
const unstated: StateCreate = {
  ...{ type: "SCHEDULED", name: null, message: null },
  state_details: { ...noDetails },
};

async function performOnRun(tx: Tx, { id, state_id, request, by }: Row): Promise<string | undefined> {
  const { verb, state, force, tags } = request;
  const run = await tx.flowRuns.lock(id);
  if (!run) return wasDeleted;
  if (verb === "run") return unsupported;
  if (verb === "add_tags") {
    await tx.flowRuns.update({ id, tags: union(run.tags, tags) });
    return undefined;
  }
  if (verb === "set_state") {
    const changed = await objectionToView(tx, run, { verb, expected_state_id: state_id });
    if (changed !== undefined) return changed;
    const proposal = { to: state ?? unstated, force, by, userAgent: by.user_agent };
    return refusalOf(await transitionFlowRun(tx, run, proposal));
  }
  const command = { verb, expected_state_id: state_id, run_input: null, by };
  return (await performLocked(tx, run, command)).reason;
}

async function performOnTask(tx: Tx, { id, state_id, request, by, moved }: Row): Promise<string | undefined> {
  const { verb, state, force } = request;
  const run = await tx.taskRuns.lock(id);
  if (!run) return wasDeleted;
  if (!(verb in objectionsToTaskRuns)) return unsupported;
  if (run.state_id !== state_id) return hasChanged(run.state_name);
  // Removes it from the queues of task workers.
  await tx.taskClaims.drop(id);
  if (verb === "delete") {
    await tx.taskRuns.delete(id);
    return undefined;
  }
  const transition = await transitionTaskRun(tx, run, { to: state ?? unstated, force, by });
  if (transition.isWritten) moved.push(transition.run);
  return refusalOf(transition);
}

async function performOnDeployment(tx: Tx, { id, request }: Row): Promise<string | undefined> {
  const { verb, tags } = request;
  const deployment = await tx.deployments.read(id);
  if (!deployment) return wasDeleted;
  switch (verb) {
    case "delete":
      await tx.deployments.delete(id);
      return undefined;
    case "add_tags":
      await tx.deployments.update({ id, tags: union(deployment.tags, tags) });
      return undefined;
    case "run":
      return runDeployment(tx, id);
    case "pause":
    case "resume": {
      const objection = objectionsToDeployments[verb](deployment);
      if (objection === undefined) await tx.deployments.update({ id, paused: verb === "pause" });
      return objection;
    }
    default:
      return unsupported;
  }
}

/** With the parameters of the deployment; one that requires others is reported and does not stop the rest. */
async function runDeployment(tx: Tx, id: string): Promise<string | undefined> {
  try {
    await createDeploymentRunIn(tx, deployments.createFlowRun.input.parse({ id }), null);
    return undefined;
  } catch (error) {
    // It is thrown before anything is written.
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

const union = (have: readonly string[], more: readonly string[]): string[] => [
  ...new Set([...have, ...more]),
];
