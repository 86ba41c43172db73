import { sql } from "kysely";
import type { z } from "zod";
import type { HistoryInterval, historyInput } from "../schema/flow-runs.ts";
import { problem } from "../schema/problems.ts";
import { timestamp, toMs } from "../schema/scalars.ts";
import { StateType } from "../schema/states.ts";
import type { Clause, Column, Dialect } from "./dialect.ts";
import { whereAll } from "./pages.ts";
import type { Scope } from "./scope.ts";

const maxIntervals = 500;

type Window = Pick<
  z.output<typeof historyInput>,
  "history_start" | "history_end" | "history_interval_seconds"
>;
interface Bucket {
  bucket: number;
  state_type: string;
  state_name: string;
  n: number;
  run_time: number;
  lateness: number;
}

/** Runs by the moment they were expected to start, in intervals, by state. */
export async function history(
  scope: Scope,
  table: "flow_run" | "task_run",
  clauses: Clause[],
  input: Window,
): Promise<HistoryInterval[]> {
  const intervals = intervalsOf(input);
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (!first || !last) return [];
  const { dialect } = scope;
  const expected = sql.ref(`${table}.expected_start_time`);
  const { runTime, lateness } = estimatesOf(dialect, table, timestamp(scope.now()));
  const since = sql`(${dialect.seconds(expected)} - ${toMs(first.interval_start) / 1000})`;
  const rows = await scope.all(sql<Bucket>`
    select cast(floor(${since} / ${input.history_interval_seconds}) as integer) as bucket,
      state_type, state_name, count(*) as n, sum(${runTime}) as run_time, sum(${lateness}) as lateness
    from ${sql.table(table)}
    where ${expected} >= ${first.interval_start} and ${expected} < ${last.interval_end}
      and state_type is not null and ${whereAll(clauses)}
    group by 1, 2, 3 order by 1, 2, 3`);
  for (const row of rows) {
    intervals[Math.min(row.bucket, intervals.length - 1)]?.states.push({
      state_type: StateType.parse(row.state_type),
      state_name: row.state_name,
      count_runs: row.n,
      sum_estimated_run_time: row.run_time,
      sum_estimated_lateness: row.lateness,
    });
  }
  return intervals;
}

/** What `estimates` in rows.ts says of one run, as SQL for many. */
function estimatesOf(dialect: Dialect, table: string, now: string): { runTime: Column; lateness: Column } {
  const at = (column: string) => dialect.seconds(sql.ref(`${table}.${column}`));
  const type = sql.ref(`${table}.state_type`);
  const current = dialect.seconds(sql`${now}`);
  const over = sql`${type} in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')`;
  const start = sql.ref(`${table}.start_time`);
  return {
    runTime: sql`max(0.0, ${sql.ref(`${table}.total_run_time`)}
      + case when ${type} = 'RUNNING' then max(0.0, ${current} - ${at("state_timestamp")}) else 0.0 end)`,
    lateness: sql`max(0.0, coalesce(case when ${start} is not null then ${at("start_time")} - ${at("expected_start_time")}
      when ${over} then 0.0 else ${current} - ${at("expected_start_time")} end, 0.0))`,
  };
}

function intervalsOf(input: Window): HistoryInterval[] {
  const seconds = input.history_interval_seconds;
  if (seconds < 1) throw problem("invalid", "History interval must not be less than 1 second.");
  const start = toMs(input.history_start);
  const length = Math.ceil((toMs(input.history_end) - start) / (seconds * 1000));
  return Array.from({ length: Math.max(0, Math.min(maxIntervals, length)) }, (_, at) => ({
    interval_start: timestamp(start + at * seconds * 1000),
    interval_end: timestamp(start + (at + 1) * seconds * 1000),
    states: [],
  }));
}

/** Mean lateness in seconds of the flow runs that match. */
export async function lateness(scope: Scope, clauses: Clause[]): Promise<number | null> {
  const { lateness } = estimatesOf(scope.dialect, "flow_run", timestamp(scope.now()));
  const row = await scope.first(sql<{ mean: number | null }>`
    select avg(${lateness}) as mean from flow_run where ${whereAll(clauses)}`);
  return row?.mean ?? null;
}
