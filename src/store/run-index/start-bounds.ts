import { sql } from "kysely";
import { timestamp, toMs } from "../../schema/times.ts";
import { spans } from "../engine/rollup.ts";
import type { Scope } from "../engine/scope.ts";
import { type RollupRange, rollupsIn } from "./rollup-ranges.ts";
import type { ExpectedRange } from "./run-filters.ts";

// Pages are in the order of start, and asked for by the time for which runs were expected. No index has both, but one
// is bounded by the other: a run starts no earlier than expected, but for the few in an index of their own, and no
// later than by the sum of lateness of all runs of its time range, which the rollups have.

/** Between which starts all runs of a range lie, but for those that started early. */
export interface StartBounds {
  low?: string | undefined;
  high?: string | undefined;
  hasEarly: boolean;
}

export async function startBounds(scope: Scope, range: ExpectedRange): Promise<StartBounds> {
  const [high, hasEarly] = await Promise.all([latestStart(scope, range), startedEarly(scope, range)]);
  return { low: range.after, high, hasEarly };
}

async function startedEarly(scope: Scope, { after, before }: ExpectedRange): Promise<boolean> {
  if (after === undefined) return false;
  // Counted: for the first one PostgreSQL would go through all runs, as it expects to meet one soon.
  const row = await scope.first(sql<{ n: number }>`select cast(count(*) as integer) as n
    from ${scope.dialect.along("flow_run", "flow_run_early")}
    where flow_run.start_time < flow_run.expected_start_time and flow_run.expected_start_time >= ${after}
      and flow_run.expected_start_time <= ${before ?? endless}`);
  return row !== undefined && row.n > 0;
}

/** After all timestamps. */
const endless = "~";
interface Unit {
  span: number;
  /** Milliseconds. */
  width: number;
}
const tenMinutes: Unit = { span: spans[1], width: 600_000 };
const day: Unit = { span: spans[0], width: 86_400_000 };
/** So far back lateness is looked up by ten minutes, and by days before that. */
const nearDays = 2;

/** Upper bound of all starts; undefined without one. */
async function latestStart(scope: Scope, { after, before }: ExpectedRange): Promise<string | undefined> {
  if (before === undefined) return undefined;
  const timeRanges = timeRangesBefore(toMs(before), after === undefined ? undefined : toMs(after));
  const ranges = timeRanges.map(
    ({ span, from, to }, place): RollupRange => ({
      ...{ place, span, past: 1 },
      low: from === undefined ? "0" : timestamp(from).slice(0, span),
      high: timestamp(to).slice(0, span),
    }),
  );
  const found = await scope.all(sql<{ place: number; late: number; waiting: number }>`
    select slice.place, max(tally.lateness) as late, cast(max(tally.waiting) as integer) as waiting
    from ${rollupsIn(scope.dialect, "flow_run", ranges)} group by slice.place`);
  const latest = found.map(({ place, late }) => (timeRanges[place]?.to ?? 0) + late / 1000);
  // Waiting runs may have started by the time the page is read.
  if (found.some(({ waiting }) => waiting > 0)) latest.push(scope.now() + soon);
  const ms = Math.ceil(Math.max(toMs(before), ...latest)) + 1;
  return ms < endOfTime ? timestamp(ms) : undefined;
}

/** Longer than it takes from here to the page. */
const soon = 60_000;
const endOfTime = Date.UTC(9999, 11, 31);

interface TimeRange {
  span: number;
  /** Undefined for all time before. */
  from: number | undefined;
  to: number;
}

/** Each twice as long as the one after it: what lies further back has to be later to be found as late. */
function timeRangesBefore(before: number, after: number | undefined): TimeRange[] {
  const timeRanges: TimeRange[] = [];
  const add = ({ span, width }: Unit, end: number, until: number) => {
    let [to, length] = [end, width];
    while (to > until) {
      const from = Math.max(to - length, until);
      timeRanges.push({ span, from, to });
      [to, length] = [from, length * 2];
    }
    return to;
  };
  const end = (Math.floor(before / tenMinutes.width) + 1) * tenMinutes.width;
  const near = Math.floor(before / day.width - nearDays) * day.width;
  const first = after === undefined ? near : Math.floor(after / tenMinutes.width) * tenMinutes.width;
  add(tenMinutes, end, Math.max(near, first));
  if (after === undefined) {
    const far = add(day, near, near - 64 * day.width);
    timeRanges.push({ span: day.span, from: undefined, to: far });
  } else add(day, near, Math.floor(after / day.width) * day.width);
  return timeRanges;
}
