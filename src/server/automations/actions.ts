import { chainLabels } from "../../rules/chains.ts";
import type { Action, ActionType } from "../../schema/automation-actions.ts";
import { deployments } from "../../schema/deployments.ts";
import type { EventCreate } from "../../schema/events.ts";
import { problem } from "../../schema/problems.ts";
import { type Json, timestamp, toMs } from "../../schema/scalars.ts";
import { noDetails, type StateCreate } from "../../schema/states.ts";
import { createDeploymentRunIn } from "../deployment-runs.ts";
import { resumeLocked } from "../resume.ts";
import { type Transition, transitionFlowRun } from "../transition.ts";
import type { ActionContext } from "./action-context.ts";
import { openedBuckets } from "./buckets.ts";
import { hydratedParameters } from "./parameters.ts";
import { inferredFrom, resourceIdOf } from "./resources.ts";

/** The result of an action: the resources involved and further details. */
export interface ActionResult {
  related: EventCreate["related"];
  details: Json;
}

/** A permanent failure of an action; it is not retried. */
export class ActionFailed extends Error {
  readonly result: ActionResult;

  constructor(reason: string, result: ActionResult = { related: [], details: {} }) {
    super(reason);
    this.name = "ActionFailed";
    this.result = result;
  }
}

/** Actions with external effects, which cannot be part of a transaction. */
type Remote = "send-notification" | "call-webhook";
type LocalType = Exclude<ActionType, Remote>;
export type LocalAction = Exclude<Action, { type: Remote }>;
type ActionHandler<T extends LocalType> = (
  context: ActionContext,
  action: Extract<Action, { type: T }>,
) => Promise<ActionResult>;

/** Performs an action within the transaction. Throws `ActionFailed`, or a problem. */
export function performAction(context: ActionContext, action: LocalAction): Promise<ActionResult> {
  switch (action.type) {
    case "do-nothing":
      return Promise.resolve({ related: [], details: {} });
    case "run-deployment":
      return runDeployment(context, action);
    case "pause-deployment":
    case "resume-deployment":
      return pauseDeployment(context, action);
    case "pause-work-pool":
    case "resume-work-pool":
      return pausePool(context, action);
    case "pause-work-queue":
    case "resume-work-queue":
      return pauseQueue(context, action);
    case "pause-automation":
    case "resume-automation":
      return pauseAutomation(context, action);
    case "delete-flow-run":
      return deleteRun(context, action);
    case "resume-flow-run":
      return resumeRun(context, action);
    default:
      return changeRunState(context, action);
  }
}

const target = (kind: string, id: string, name?: string) => ({
  "prefect.resource.id": `prefect.${kind}.${id}`,
  "prefect.resource.role": "target",
  ...(name !== undefined && { "prefect.resource.name": name }),
});

/** The given id, else that of the event's first resource of the kind. */
function chosen({ task }: ActionContext, kind: string, id: string | null): string {
  const found = id ?? inferredFrom(task.context.event, `prefect.${kind}`);
  if (found === undefined) throw new ActionFailed(`No ${kind.replace("-", " ")} could be inferred`);
  return found;
}

/** Runs the work, and reports the target in any case. */
async function withTarget(
  kind: string,
  id: string,
  work: () => Promise<Partial<ActionResult> & { isFound?: boolean }>,
): Promise<ActionResult> {
  const related = [target(kind, id)];
  try {
    const { isFound = true, ...result } = await work();
    if (!isFound) throw problem("not-found", `The ${kind.replace("-", " ")} ${id} does not exist`);
    return {
      related: [...related, ...(result.related ?? [])],
      details: { status_code: 200, ...result.details },
    };
  } catch (error) {
    if (!(error instanceof Error) || !("status" in error)) throw error;
    throw new ActionFailed(error.message, { related, details: { status_code: error.status } });
  }
}

const runDeployment: ActionHandler<"run-deployment"> = (context, action) => {
  const { tx, task } = context;
  const id = chosen(context, "deployment", action.deployment_id);
  return withTarget("deployment", id, async () => {
    const { automation, index, chain = [] } = task.context;
    const scheduled_time = timestamp(toMs(tx.now) + action.schedule_after * 1000);
    const parameters = await hydratedParameters(context, action.parameters ?? {});
    const input = deployments.createFlowRun.input.parse({
      ...{ id, parameters, job_variables: action.job_variables, labels: chainLabels(chain) },
      idempotency_key: `automation ${automation.id}, action ${index}, invocation ${task.id}`,
      state: stateOf("SCHEDULED", { state_details: { ...noDetails, scheduled_time } }),
    });
    const creator = { id: automation.id, type: "AUTOMATION", display_value: automation.name };
    const { row } = await createDeploymentRunIn(tx, input, creator);
    const run = {
      "prefect.resource.id": `prefect.flow-run.${row.id}`,
      "prefect.resource.role": "flow-run",
      "prefect.resource.name": row.name,
    };
    return { related: [run], details: { status_code: 201 } };
  });
};

const stateOf = (type: StateCreate["type"], more: Partial<StateCreate> = {}): StateCreate => ({
  ...{ type, name: null, message: null, state_details: { ...noDetails } },
  ...more,
});

const pauseDeployment: ActionHandler<"pause-deployment" | "resume-deployment"> = (context, action) => {
  const id = chosen(context, "deployment", action.deployment_id);
  const paused = action.type === "pause-deployment";
  return withTarget("deployment", id, async () => ({
    isFound: await context.tx.deployments.update({ id, paused }),
  }));
};

const pausePool: ActionHandler<"pause-work-pool" | "resume-work-pool"> = (context, action) => {
  const id = chosen(context, "work-pool", action.work_pool_id);
  const is_paused = action.type === "pause-work-pool";
  return withTarget("work-pool", id, async () => {
    const pool = await context.tx.workPools.read(id);
    return { isFound: !!pool && (await context.tx.workPools.update({ name: pool.name, is_paused })) };
  });
};

const pauseQueue: ActionHandler<"pause-work-queue" | "resume-work-queue"> = (context, action) => {
  const id = chosen(context, "work-queue", action.work_queue_id);
  const is_paused = action.type === "pause-work-queue";
  return withTarget("work-queue", id, async () => ({
    isFound: await context.tx.workQueues.update(id, { is_paused }),
  }));
};

const pauseAutomation: ActionHandler<"pause-automation" | "resume-automation"> = (context, action) => {
  const { tx } = context;
  const id = chosen(context, "automation", action.automation_id);
  const enabled = action.type === "resume-automation";
  return withTarget("automation", id, async () => {
    const known = await tx.automations.read(id);
    const opened = known ? openedBuckets(known.trigger, toMs(tx.now)) : [];
    return { isFound: await tx.automations.setEnabled({ id, enabled }, opened) };
  });
};

/** The run in the trigger's labels, for a proactive trigger; else the run of the event. */
function runOf(context: ActionContext): string {
  const { event, firing } = context.task.context;
  const kind = "prefect.flow-run";
  const id = resourceIdOf(firing.triggering_labels, kind) ?? inferredFrom(event, kind);
  if (id === undefined) throw new ActionFailed("No flow run could be inferred");
  return id;
}

const deleteRun: ActionHandler<"delete-flow-run"> = async (context) => {
  const id = runOf(context);
  return withTarget("flow-run", id, async () => ({ isFound: await context.tx.flowRuns.delete(id) }));
};

const resumeRun: ActionHandler<"resume-flow-run"> = async (context) => {
  const id = runOf(context);
  return withTarget("flow-run", id, async () => {
    const run = await context.tx.flowRuns.lock(id);
    if (!run) return { isFound: false };
    refuseUnwritten(await resumeLocked(context.tx, run, null), id);
    return {};
  });
};

const pauseMs = 3_600_000;

type StateAction = "cancel-flow-run" | "suspend-flow-run" | "change-flow-run-state";

const changeRunState: ActionHandler<StateAction> = async (context, action) => {
  const { tx, task } = context;
  const id = runOf(context);
  const { automation } = task.context;
  const isForced = action.type === "change-flow-run-state" && action.force;
  return withTarget("flow-run", id, async () => {
    const run = await tx.flowRuns.lock(id);
    if (!run) return { isFound: false };
    const to = stateFor(action, automation.id, toMs(tx.now));
    const by = { address: null, user_agent: `automation ${automation.id} (${automation.name})` };
    refuseUnwritten(await transitionFlowRun(tx, run, { to, ...(isForced && { force: true, by }) }), id);
    return { details: { status_code: 201 } };
  });
};

function stateFor(
  action: Extract<Action, { type: StateAction }>,
  automationId: string,
  now: number,
): StateCreate {
  const by = `by Automation ${automationId}`;
  if (action.type === "cancel-flow-run") return stateOf("CANCELLING", { message: `Cancelled ${by}` });
  if (action.type === "change-flow-run-state") {
    const { state, name, message } = action;
    return stateOf(state, { name, message: message ?? `State changed ${by}` });
  }
  const pause_timeout = timestamp(now + pauseMs);
  return stateOf("PAUSED", {
    ...{ name: "Suspended", message: `Suspended ${by}` },
    state_details: { ...noDetails, pause_timeout, pause_reschedule: true },
  });
}

function refuseUnwritten({ isWritten, result }: Transition<unknown>, id: string): void {
  if (isWritten) return;
  const reason = "reason" in result.details ? result.details.reason : result.status;
  throw new ActionFailed(`Failed to set state: ${reason}`, {
    related: [target("flow-run", id)],
    details: { status_code: 200 },
  });
}
