import { sql } from "kysely";
import { parseExact } from "../../schema/exact-json.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { TaskRun } from "../../schema/task-runs.ts";
import type { RunKind, RunList, Value } from "../engine/protocol.ts";
import type { Column } from "../sql/dialect.ts";
import { pageOf } from "../sql/pages.ts";
import { runColumns, runText } from "./run-text.ts";

/** Result of `selectFlowRuns` or `selectTaskRuns`: the run as JSON of the wire. */
export interface RunRow {
  run: string;
}

const columns = {
  flow_run: sql.raw(runColumns.flow_run.join(", ")),
  task_run: sql.raw(runColumns.task_run.join(", ")),
};
const flowRunPlaces: Column = sql`
  left join flow_run_state as state on state.id = flow_run.state_id
  left join work_queue as queue on queue.id = flow_run.work_queue_id
  left join work_pool as pool on pool.id = queue.work_pool_id`;
const taskRunState: Column = sql`left join task_run_state as state on state.task_run_id = task_run.id
  and state.timestamp = task_run.state_timestamp and state.id = task_run.state_id`;

/** A flow run with its state, work queue and work pool; `from` begins with its table. */
export const selectFlowRunsFrom = (from: Column): Column =>
  sql`select ${columns.flow_run} from ${from} ${flowRunPlaces}`;
export const selectFlowRuns = selectFlowRunsFrom(sql`flow_run`);

export const selectTaskRunsFrom = (from: Column): Column =>
  sql`select ${columns.task_run} from ${from} ${taskRunState}`;
export const selectTaskRuns = selectTaskRunsFrom(sql`task_run`);

/** A flow run with the related resources that its events name. */
export const selectFlowRunsAndPlaces: Column = sql`select ${columns.flow_run},
    flow_run.id, flow_run.attempt_tokens, flow.name as flow_name, flow.tags as flow_tags, deployment.name as deployment_name,
    deployment.tags as deployment_tags, pool.type as work_pool_type,
    pool.concurrency_limit as pool_limit, queue.concurrency_limit as queue_limit,
    (select name from task_run where task_run.id = flow_run.parent_task_run_id) as parent_name
  from flow_run ${flowRunPlaces} join flow on flow.id = flow_run.flow_id
  left join deployment on deployment.id = flow_run.deployment_id`;

/** What routes that list runs by pages answer, as JSON in UTF-8. */
export function pageJson(
  { json }: RunList,
  count: number,
  window: { limit: number; page: number },
): Uint8Array<ArrayBuffer> {
  const { results: _, ...rest } = pageOf([], count, window);
  const after = `,${JSON.stringify(rest).slice(1)}`;
  return Buffer.concat([Buffer.from('{"results":'), json, Buffer.from(after)]);
}

/** A run that has been made from these columns and has no state yet. */
export function madeRun(kind: RunKind, row: Readonly<Record<string, Value>>, now: number): RunRow {
  return {
    run: runText(
      kind,
      names[kind].map((name) => row[name] ?? null),
      now,
    ),
  };
}
const namesOf = (kind: RunKind) => runColumns[kind].map((column) => /\w+$/.exec(column)?.[0] ?? "");
const names = { flow_run: namesOf("flow_run"), task_run: namesOf("task_run") };

export const flowRunFrom = ({ run }: RunRow): FlowRun => parseExact(run);
export const taskRunFrom = ({ run }: RunRow): TaskRun => parseExact(run);

const decoder = new TextDecoder();
export const flowRunsFrom = ({ json }: RunList): FlowRun[] => parseExact(decoder.decode(json));
export const taskRunsFrom = ({ json }: RunList): TaskRun[] => parseExact(decoder.decode(json));
