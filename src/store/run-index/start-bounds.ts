import { sql } from "kysely";
import { timestamp, toMs } from "../../schema/times.ts";
import type { Scope } from "../engine/scope.ts";
import { spans } from "../engine/tallies.ts";
import type { ExpectedRange } from "./run-filters.ts";
import { type Piece, talliesIn } from "./tally-pieces.ts";

// Pages are in the order of start, and asked for by the time for which runs were expected. No index has both, but one
// is bounded by the other: a run starts no earlier than expected, but for the few in an index of their own, and no
// later than by what all runs of its stretch of time were late together, which the tallies know.

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

/** None of the runs starts later; undefined where nothing is known of it. */
async function latestStart(scope: Scope, { after, before }: ExpectedRange): Promise<string | undefined> {
  if (before === undefined) return undefined;
  const stretches = stretchesBefore(toMs(before), after === undefined ? undefined : toMs(after));
  const pieces = stretches.map(
    ({ span, from, to }, place): Piece => ({
      ...{ place, span, past: 1 },
      low: from === undefined ? "0" : timestamp(from).slice(0, span),
      high: timestamp(to).slice(0, span),
    }),
  );
  const found = await scope.all(sql<{ place: number; late: number; waiting: number }>`
    select piece.place, max(tally.lateness) as late, cast(max(tally.waiting) as integer) as waiting
    from ${talliesIn(scope.dialect, "flow_run", pieces)} group by piece.place`);
  const latest = found.map(({ place, late }) => (stretches[place]?.to ?? 0) + late / 1000);
  // What waits may have started by the time that the page is read.
  if (found.some(({ waiting }) => waiting > 0)) latest.push(scope.now() + soon);
  const ms = Math.ceil(Math.max(toMs(before), ...latest)) + 1;
  return ms < endOfTime ? timestamp(ms) : undefined;
}

/** Longer than it takes from here to the page. */
const soon = 60_000;
const endOfTime = Date.UTC(9999, 11, 31);

interface Stretch {
  span: number;
  /** Undefined for all time before. */
  from: number | undefined;
  to: number;
}

/** Each twice as long as the one after it: what lies further back has to be later to be found as late. */
function stretchesBefore(before: number, after: number | undefined): Stretch[] {
  const stretches: Stretch[] = [];
  const add = ({ span, width }: Unit, end: number, until: number) => {
    let [to, length] = [end, width];
    while (to > until) {
      const from = Math.max(to - length, until);
      stretches.push({ span, from, to });
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
    stretches.push({ span: day.span, from: undefined, to: far });
  } else add(day, near, Math.floor(after / day.width) * day.width);
  return stretches;
}
