import { sql } from "kysely";
import type { FailureCause } from "../../schema/failures.ts";
import type { Scope } from "../engine/scope.ts";

type FlowRunRow = FailureCause["path"][number];
type TaskRow = NonNullable<FailureCause["task"]> & { child_id: string | null };

/** Maximum nesting of subflows; beyond it the last one found counts as the cause. */
const maxDepth = 100;

/** From a flow run through the subflows that failed first to the task or flow that caused the failure. */
export async function readCause(scope: Scope, id: string): Promise<FailureCause | undefined> {
  const first = await readFlowRun(scope, id);
  if (!first) return undefined;
  const path = [first];
  for (let flowRun = first; path.length <= maxDepth; ) {
    const found = await firstFailure(scope, flowRun.id);
    if (!found) return { path, task: null };
    const { child_id, ...task } = found;
    const child = child_id === null ? undefined : await readFlowRun(scope, child_id);
    if (!child) return { path, task };
    path.push(child);
    flowRun = child;
  }
  return { path, task: null };
}

const readFlowRun = (scope: Scope, id: string): Promise<FlowRunRow | undefined> =>
  scope.first(sql<FlowRunRow>`select run.id, run.name, flow.name as flow_name, state.message
    from flow_run as run join flow on flow.id = run.flow_id
    left join flow_run_state as state on state.id = run.state_id where run.id = ${id}`);

/**
 * Failed task runs of the last attempt that has any; found by their failures, which are
 * far fewer than task runs.
 */
const firstFailure = (scope: Scope, flowRunId: string): Promise<TaskRow | undefined> =>
  scope.first(sql<TaskRow>`
    select task_run.id, task_run.name, task_run.run_count, task_run.end_time, task_run.state_name, state.message,
      child.id as child_id
    from failure join task_run on task_run.id = failure.run_id
    left join task_run_state as state on state.task_run_id = task_run.id and state.timestamp = task_run.state_timestamp
      and state.id = task_run.state_id
    left join flow_run as child on child.parent_task_run_id = task_run.id
    where failure.flow_run_id = ${flowRunId} and failure.kind = 'task-run'
      and task_run.state_type in ('FAILED', 'CRASHED')
    order by task_run.flow_run_run_count desc, failure.occurred, failure.state_id limit 1`);
