import { type RawBuilder, sql } from "kysely";
import type { z } from "zod";
import type { HistoryInterval, historyInput } from "../../schema/flow-runs.ts";
import { problem } from "../../schema/problems.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import type { StateType } from "../../schema/state-types.ts";
import type { RunKind } from "../engine/protocol.ts";
import { microseconds, spanRest } from "../engine/rollup.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause, Column, Dialect } from "../sql/dialect.ts";
import { whereAll } from "../sql/pages.ts";
import { countedRanges, rollupsIn, runsIn, type TimeRange } from "./rollup-ranges.ts";
import type { RequestedRuns, RollupFilter, StateClause } from "./run-filters.ts";
import { rollupState, subflowsIn } from "./run-filters.ts";

const maxIntervals = 500;
const endOfTime = Date.UTC(10_000, 0);

export type HistoryWindow = Pick<
  z.output<typeof historyInput>,
  "history_start" | "history_end" | "history_interval_seconds"
>;

interface Bucket {
  place: number;
  state_type: StateType;
  state_name: string;
  runs: number;
  run_time: number;
  lateness: number;
}
type Part = RawBuilder<Bucket>;

/** Runs by the moment they were expected to start, in intervals, by state. */
export async function history(
  scope: Scope,
  requested: RequestedRuns,
  window: HistoryWindow,
): Promise<HistoryInterval[]> {
  const intervals = intervalsOf(window);
  const timeRanges = intervals.map((interval, place) => ({
    place,
    low: interval.interval_start,
    high: interval.interval_end,
  }));
  const [first, last] = [timeRanges[0], timeRanges.at(-1)];
  if (!first || !last) return [];
  const query: HistoryQuery = {
    dialect: scope.dialect,
    now: Math.floor(scope.now()),
    kind: requested.kind,
    span: { low: first.low, high: last.high, seconds: window.history_interval_seconds },
  };
  const { rollup } = requested;
  const parts =
    rollup && !rollup.range
      ? [
          ...rollupParts(query, rollup.byState, timeRanges),
          ...(rollup.isWithoutSubflows ? [subflowsOff(query, rollup)] : []),
        ]
      : [scanned(query, whereAll(requested.clauses))];
  const buckets = (await Promise.all(parts.map((part) => scope.all(part)))).flat();
  for (const [place, group] of Map.groupBy(buckets, (bucket) => bucket.place))
    intervals[Math.min(place, intervals.length - 1)]?.states.push(...statesOf(group));
  return intervals;
}

interface HistoryQuery {
  dialect: Dialect;
  now: number;
  kind: RunKind;
  /** From the first interval to the end of the last. */
  span: { low: string; high: string; seconds: number };
}

/** Subflows counted by the rollups are subtracted. */
function subflowsOff({ dialect, now, kind, span }: HistoryQuery, rollup: RollupFilter): Part {
  const { runTime, lateness, elapsed } = amountsOf(dialect, kind, now);
  const expected = sql.ref(`${kind}.expected_start_time`);
  return sql`select ${intervalOf(dialect, expected, span)} as place, state_type, state_name,
      cast(-count(*) as integer) as runs, cast(-sum(${runTime} + ${elapsed}) as double precision) as run_time,
      cast(-sum(${lateness}) as double precision) as lateness
    from ${subflowsIn(dialect, rollup)}
      and ${expected} >= ${span.low} and ${expected} < ${span.high} and state_type is not null
    group by 1, 2, 3`;
}

/** All runs of the window that meet the condition, one by one. */
function scanned({ dialect, now, kind, span }: HistoryQuery, where: Clause): Part {
  const { runTime, lateness, elapsed } = amountsOf(dialect, kind, now);
  const expected = sql.ref(`${kind}.expected_start_time`);
  return sql`select ${intervalOf(dialect, expected, span)} as place, state_type, state_name,
      cast(count(*) as integer) as runs, cast(sum(${runTime} + ${elapsed}) as double precision) as run_time,
      cast(sum(${lateness}) as double precision) as lateness
    from ${sql.table(kind)}
    where ${expected} >= ${span.low} and ${expected} < ${span.high} and state_type is not null and ${where}
    group by 1, 2, 3`;
}

/**
 * Whole minutes and longer spans come from the rollups, the ends of the intervals from the runs. The duration of running
 * runs grows: the time since their last state is always read from the runs.
 */
function rollupParts(query: HistoryQuery, byState: StateClause, timeRanges: readonly TimeRange[]): Part[] {
  const { dialect, now, kind, span } = query;
  const { rollups, read } = countedRanges(timeRanges, now);
  const { runTime, lateness, elapsed } = amountsOf(dialect, kind, now);
  const expected = sql.ref(`${kind}.expected_start_time`);
  const ofRun = byState(dialect, sql.ref(`${kind}.state_type`), sql.ref(`${kind}.state_name`));
  const start = dialect.microseconds(sql`tally.start || substr(${spanRest}, tally.span + 1)`);
  return [
    sql`select slice.place, tally.state_type, tally.state_name, cast(sum(tally.runs) as integer) as runs,
        sum(tally.run_time) as run_time,
        sum(tally.lateness + case when slice.past = 1 and tally.waiting > 0
          then tally.waiting * (${bigint(now * 1000)} - ${start}) - tally.waited else 0.0 end) as lateness
      from ${rollupsIn(dialect, kind, rollups)}
      where tally.state_type <> '' and ${byState(dialect, ...rollupState)}
      group by slice.place, tally.state_type, tally.state_name`,
    sql`select slice.place, state_type, state_name, cast(count(*) as integer) as runs,
        cast(sum(${runTime}) as double precision) as run_time,
        cast(sum(${lateness}) as double precision) as lateness
      from ${runsIn(dialect, kind, read)}
      where state_type is not null and ${ofRun}
      group by slice.place, state_type, state_name`,
    sql`select ${intervalOf(dialect, expected, span)} as place, state_type, state_name, 0 as runs,
        cast(sum(${elapsed}) as double precision) as run_time, 0.0 as lateness
      from ${sql.table(kind)}
      where state_type = 'RUNNING' and ${expected} >= ${span.low} and ${expected} < ${span.high} and ${ofRun}
      group by 1, 2, 3`,
  ];
}

function intervalOf(dialect: Dialect, expected: Column, { low, seconds }: HistoryQuery["span"]): Column {
  const since = sql`(${dialect.microseconds(expected)} - ${bigint(microseconds(low))})`;
  return sql`cast(floor(${since} / cast(${seconds * 1e6} as double precision)) as integer)`;
}

const bigint = (value: number): Column => sql`cast(${value} as bigint)`;

/** Duration of a run in microseconds; that of a running one grows. */
export function estimatedRunTime(dialect: Dialect, kind: RunKind, now: number): Column {
  const { runTime, elapsed } = amountsOf(dialect, kind, now);
  return sql`(${runTime} + ${elapsed})`;
}

/** `estimates` of run-times.ts as SQL, in microseconds. */
function amountsOf(dialect: Dialect, kind: RunKind, now: number) {
  const column = (name: string) => sql.ref(`${kind}.${name}`);
  const [type, start, expected] = [column("state_type"), column("start_time"), column("expected_start_time")];
  const present = bigint(now * 1000);
  const current = timestamp(now);
  const since = column("state_timestamp");
  return {
    runTime: sql`floor(${column("total_run_time")} * 1000000 + 0.5)`,
    elapsed: sql`case when ${type} = 'RUNNING' and ${since} < ${current}
      then ${present} - ${dialect.microseconds(since)} else 0 end`,
    lateness: sql`case when ${start} > ${expected}
        then ${dialect.microseconds(start)} - ${dialect.microseconds(expected)}
      when ${start} is null and ${expected} < ${current}
        and coalesce(${type} not in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), true)
        then ${present} - ${dialect.microseconds(expected)} else 0 end`,
  };
}

/** The parts of one interval, added up by state and in the order of the states. */
function statesOf(buckets: readonly Bucket[]): HistoryInterval["states"] {
  const byState = new Map<string, Bucket>();
  for (const bucket of buckets) {
    const state = `${bucket.state_type}\n${bucket.state_name}`;
    const sum = byState.get(state);
    if (!sum) byState.set(state, { ...bucket });
    else {
      sum.runs += bucket.runs;
      sum.run_time += bucket.run_time;
      sum.lateness += bucket.lateness;
    }
  }
  return [...byState]
    .filter(([, { runs }]) => runs > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { state_type, state_name, runs, run_time, lateness }]) => ({
      state_type,
      state_name,
      count_runs: runs,
      sum_estimated_run_time: run_time / 1e6,
      sum_estimated_lateness: lateness / 1e6,
    }));
}

function intervalsOf(input: HistoryWindow): HistoryInterval[] {
  const seconds = input.history_interval_seconds;
  if (seconds < 1) throw problem("invalid", "History interval must not be less than 1 second.");
  const start = toMs(input.history_start);
  const length = Math.ceil((toMs(input.history_end) - start) / (seconds * 1000));
  const shown = Math.max(0, Math.min(maxIntervals, length));
  if (!(start + shown * seconds * 1000 < endOfTime)) {
    throw problem(
      "invalid",
      `Expected intervals that end before the year 10000, got ${seconds} seconds each.`,
    );
  }
  return Array.from({ length: shown }, (_, at) => ({
    interval_start: timestamp(start + at * seconds * 1000),
    interval_end: timestamp(start + (at + 1) * seconds * 1000),
    states: [],
  }));
}

/** Mean lateness in seconds of the flow runs that match. */
export async function lateness(scope: Scope, clauses: Clause[]): Promise<number | null> {
  const { lateness: late } = amountsOf(scope.dialect, "flow_run", Math.floor(scope.now()));
  const row = await scope.first(sql<{ mean: number | null }>`
    select cast(avg(${late}) as double precision) as mean from flow_run where ${whereAll(clauses)}`);
  return row ? row.mean && row.mean / 1e6 : null;
}
