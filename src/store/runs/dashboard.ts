import { sql } from "kysely";
import type { dashboard, SimpleFlowRun } from "../../schema/dashboard.ts";
import { problem } from "../../schema/problems.ts";
import type { Output, Parsed } from "../../schema/route.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import { StateType, stateTypes } from "../../schema/states.ts";
import type { Scope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { countByType } from "../run-index/counts.ts";
import { requestedTaskRuns } from "../run-index/run-filters.ts";
import { pageOfRuns, rowsOfPage } from "../run-index/run-pages.ts";
import { type RunRow, selectTaskRuns, taskRunFrom } from "../run-index/run-rows.ts";
import { estimates } from "../run-index/run-times.ts";
import { taskRunClauses } from "../sql/entity-filters.ts";
import { whereAll } from "../sql/pages.ts";
import type { FlowRunTable } from "../tables.ts";
import { flowRunSortColumns } from "./flow-runs.ts";

/** Aggregations for dashboards; see `schema/dashboard.ts`. */
export const dashboardNoun = noun({
  flowRunHistory,
  countTaskRuns: (scope: Scope, ids: readonly string[]): Promise<Record<string, number>> =>
    counted(
      scope,
      ids,
      // A task run that stands for a flow run is counted as that flow run, elsewhere.
      sql`select flow_run_id as id, count(*) as n from task_run
          where ${scope.dialect.isOneOf(sql.ref("flow_run_id"), ids)}
            and not exists (select 1 from flow_run as child where child.parent_task_run_id = task_run.id)
          group by flow_run_id`,
    ),
  countDeployments: (scope: Scope, ids: readonly string[]): Promise<Record<string, number>> =>
    counted(
      scope,
      ids,
      sql`select flow_id as id, count(*) as n from deployment
          where ${scope.dialect.isOneOf(sql.ref("flow_id"), ids)} group by flow_id`,
    ),
  nextRuns,
  /** Twenty buckets. Throws the problem `invalid` without `task_runs.start_time.after_`. */
  taskRunCounts,
  taskRunStates,
  readTaskRun,
});

type Query = ReturnType<typeof sql<{ id: string; n: number }>>;

async function counted(
  scope: Scope,
  ids: readonly string[],
  query: unknown,
): Promise<Record<string, number>> {
  const rows = await scope.all(query as Query);
  const counts = new Map(rows.map((row) => [row.id, row.n]));
  return Object.fromEntries(ids.map((id) => [id, counts.get(id) ?? 0]));
}

async function flowRunHistory(
  scope: Scope,
  input: Parsed<typeof dashboard.flowRunHistory>,
): Promise<SimpleFlowRun[]> {
  const sort = flowRunSortColumns[input.sort];
  const request = { kind: "flow_run", sort, filters: input, window: input } as const;
  const page = rowsOfPage((found, order) =>
    scope.all(sql<FlowRunTable>`
      select flow_run.id, state_type, state_timestamp, run_count, expected_start_time, next_scheduled_start_time,
        start_time, end_time, total_run_time
      from ${found} ${scope.dialect.joinNext} flow_run on flow_run.id = found.id ${order}`),
  );
  const rows = await pageOfRuns(scope, request, page);
  // Counted in: a page is full with those that have no state yet.
  return rows
    .filter(({ state_type }) => state_type !== null)
    .map((row) => {
      const { estimated_run_time, estimated_start_time_delta } = estimates(row, scope.now());
      return {
        id: row.id,
        state_type: StateType.parse(row.state_type),
        timestamp: row.start_time ?? row.expected_start_time ?? "",
        duration: estimated_run_time,
        lateness: estimated_start_time_delta,
      };
    });
}

type NextRuns = Output<typeof dashboard.nextRuns>;

async function nextRuns(scope: Scope, ids: readonly string[]): Promise<NextRuns> {
  const rows = await scope.all(sql<NonNullable<NextRuns[string]>>`
    select id, flow_id, name, state_name, state_type, next_scheduled_start_time from (
      select *, row_number() over (partition by flow_id order by next_scheduled_start_time, id) as place
      from flow_run
      where state_type = 'SCHEDULED' and next_scheduled_start_time is not null
        and ${scope.dialect.isOneOf(sql.ref("flow_id"), ids)}
    ) as scheduled where place = 1`);
  const found = new Map(rows.map((row) => [row.flow_id, row]));
  return Object.fromEntries(ids.map((id) => [id, found.get(id) ?? null]));
}

const countBuckets = 20;
const minuteMs = 60_000;

async function taskRunCounts(
  scope: Scope,
  input: Parsed<typeof dashboard.taskRunCounts>,
): Promise<Output<typeof dashboard.taskRunCounts>> {
  const { after_, before_ } = input.task_runs.start_time ?? {};
  if (!after_) throw problem("invalid", "task_runs.start_time.after_ is required");
  const start = Math.floor(toMs(after_) / minuteMs) * minuteMs;
  const last = before_ ? toMs(before_) : scope.now();
  const end = Math.floor(last / minuteMs) * minuteMs + minuteMs;
  const width = (end - start) / countBuckets / 1000;
  const at = sql`cast(floor((${scope.dialect.seconds(sql.ref("task_run.start_time"))} - ${start / 1000}) / ${width}) as integer)`;
  const rows = await scope.all(sql<{ bucket: number; completed: number; failed: number }>`
    select ${at} as bucket,
      sum(case when state_type in ('COMPLETED', 'CANCELLED') then 1 else 0 end) as completed,
      sum(case when state_type in ('FAILED', 'CRASHED') then 1 else 0 end) as failed
    from task_run
    where task_run.start_time >= ${timestamp(start)} and task_run.start_time < ${timestamp(end)}
      and state_type in ('COMPLETED', 'CANCELLED', 'FAILED', 'CRASHED')
      and ${whereAll(taskRunClauses(scope.dialect, input))}
    group by 1`);
  const found = new Map(rows.map((row) => [row.bucket, row]));
  return Array.from({ length: countBuckets }, (_, bucket) => {
    const { completed = 0, failed = 0 } = found.get(bucket) ?? {};
    return { completed, failed };
  });
}

async function taskRunStates(
  scope: Scope,
  input: Parsed<typeof dashboard.taskRunStates>,
): Promise<Output<typeof dashboard.taskRunStates>> {
  const counts = await countByType(scope, requestedTaskRuns(scope.dialect, input));
  const all = stateTypes.map((type) => [type, counts.get(type) ?? 0] as const);
  return Object.fromEntries(all) as Output<typeof dashboard.taskRunStates>;
}

async function readTaskRun(scope: Scope, id: string) {
  type Row = RunRow & { flow_run_name: string | null };
  const query = sql<Row>`
    select named.*, flow_run.name as flow_run_name from (${selectTaskRuns} where task_run.id = ${id}) as named
    left join flow_run on flow_run.id = named.flow_run_id`;
  const row = await scope.first(query, "task_run");
  return row && { ...taskRunFrom(row), flow_run_name: row.flow_run_name };
}
