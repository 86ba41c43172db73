import { type FailureCause, failures } from "../schema/failures.ts";
import { type FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { type TaskRun, taskRuns } from "../schema/task-runs.ts";
import type { Client } from "./client.ts";
import { isKnownPrefect, isUnknownRoute } from "./run-commands.ts";

/** Each level costs two requests. */
const maxDepth = 20;

/** The cause of a flow run's failure, through all subflows, on a server of ours or of Prefect. */
export async function causeOf(client: Client, run: FlowRun): Promise<FailureCause> {
  if (isKnownPrefect(client)) return findCause(client, run);
  try {
    return await client.call(failures.cause, { id: run.id });
  } catch (error) {
    if (isUnknownRoute(error)) return findCause(client, run);
    throw error;
  }
}

/** The equivalent of our server's route, by further requests: the first failed task, level by level. */
export async function findCause(client: Client, run: FlowRun): Promise<FailureCause> {
  const path = [levelOf(run)];
  for (let id = run.id; path.length <= maxDepth; ) {
    const failed = await client.call(taskRuns.filter, {
      flow_runs: { id: { any_: [id] } },
      task_runs: { state: { type: { any_: ["FAILED", "CRASHED"] } } },
      sort: "END_TIME_DESC",
    });
    const [first] = failed.toSorted((a, b) => ((a.end_time ?? "") < (b.end_time ?? "") ? -1 : 1));
    if (!first) return { path, task: null };
    const [child] = await client.call(flowRuns.filter, {
      flow_runs: { parent_task_run_id: { any_: [first.id] } },
      limit: 1,
    });
    if (!child) return { path, task: taskOf(first) };
    path.push(levelOf(child));
    id = child.id;
  }
  return { path, task: null };
}

const levelOf = ({ id, name, state }: FlowRun): FailureCause["path"][number] => ({
  ...{ id, name, flow_name: "" },
  message: state?.message ?? null,
});

const taskOf = ({ id, name, run_count, end_time, state_name, state }: TaskRun): FailureCause["task"] => ({
  ...{ id, name, run_count, end_time, state_name },
  message: state?.message ?? null,
});
