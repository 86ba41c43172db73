import { sql } from "kysely";
import { timestamp, toMs } from "../../schema/times.ts";
import type { RunKind } from "../engine/protocol.ts";
import { daySpan, spans } from "../engine/rollup.ts";
import type { Column, Dialect } from "../sql/dialect.ts";
import type { ExpectedRange } from "./run-filters.ts";

// An arbitrary interval split into whole days, tens of minutes and minutes, which are read from rollups, and a rest of
// less than a minute at either end, where the runs themselves are read.

/** The runs of the interval at `place` that were expected from `low` until before `high`. */
export interface TimeRange {
  place: number;
  low: string;
  high: string;
}
/** The rollups of one span, from the one named `low` until before the one named `high`. */
export interface RollupRange extends TimeRange {
  span: number;
  /** 1 when it ends before now, so that waiting runs in it are late. */
  past: number;
}
export interface CountedRanges {
  rollups: RollupRange[];
  read: TimeRange[];
}

const widths = [86_400_000, 600_000, 60_000] as const;

export function countedRanges(timeRanges: readonly TimeRange[], now: number): CountedRanges {
  const ranges: CountedRanges = { rollups: [], read: [] };
  for (const { place, low, high } of timeRanges) {
    const [from, to] = [toMs(low), toMs(high)];
    // Waiting runs are late from their expected start on, so ranges are split at the present.
    const middle = Math.min(Math.max(from, now), to);
    const textOf = (ms: number) => (ms === from ? low : ms === to ? high : timestamp(ms));
    cover(ranges, { place, past: 1, textOf }, [from, middle]);
    cover(ranges, { place, past: 0, textOf }, [middle, to]);
  }
  return ranges;
}

/** Before and after all timestamps and the names of their spans. */
const [first, last] = ["0", "~"];

/** The sources of the counts of a range. */
export function countedRangesOf({ after, before }: ExpectedRange): CountedRanges {
  const end = before === undefined ? undefined : microsecondAfter(before);
  const timeRange = (low: string, high: string) =>
    countedRanges([{ place: 0, low, high }], Number.POSITIVE_INFINITY);
  if (after !== undefined && end !== undefined) return timeRange(after, end);
  const open = { place: 0, past: 1, span: daySpan };
  const [day] = widths;
  if (after !== undefined) {
    // No day comes after the last one.
    if (after > lastDay) return { rollups: [], read: [{ place: 0, low: after, high: last }] };
    const midnight = timestamp(Math.ceil(toMs(after) / day) * day);
    const { rollups, read } = timeRange(after, midnight);
    return { rollups: [...rollups, { ...open, low: midnight.slice(0, daySpan), high: last }], read };
  }
  if (end === undefined) return { rollups: [{ ...open, low: first, high: last }], read: [] };
  const midnight = timestamp(Math.floor(toMs(end) / day) * day);
  const { rollups, read } = timeRange(midnight, end);
  return { rollups: [...rollups, { ...open, low: first, high: midnight.slice(0, daySpan) }], read };
}

const lastDay = "9999-12-31T00:00:00.000000Z";

/** Undefined where there is none after it. */
function microsecondAfter(time: string): string | undefined {
  const next = Number(time.slice(20, 26)) + 1;
  if (next < 1_000_000) return `${time.slice(0, 20)}${String(next).padStart(6, "0")}Z`;
  const second = timestamp(Math.floor(toMs(time)) + 1);
  return second.length === time.length ? second : undefined;
}

/** Rollups as `rollup`, each with the slice that it is in. */
export const rollupsIn = (dialect: Dialect, kind: RunKind, ranges: readonly RollupRange[]): Column => {
  const columns = { place: "integer", low: "text", high: "text", span: "integer", past: "integer" } as const;
  const within = sql`tally.kind = ${sql.lit(kind)} and tally.span = slice.span
    and tally.start >= slice.low and tally.start < slice.high`;
  return sql`${dialect.rowsOf(columns, ranges)} as slice ${dialect.joinFound("run_tally", "tally", within)}`;
};

/** Runs under the name of their table, each with the timeRange that it is in. */
export const runsIn = (dialect: Dialect, kind: RunKind, timeRanges: readonly TimeRange[]): Column => {
  const expected = sql.ref(`${kind}.expected_start_time`);
  const within = sql`${expected} >= slice.low and ${expected} < slice.high`;
  const rows = dialect.rowsOf({ place: "integer", low: "text", high: "text" }, timeRanges);
  return sql`${rows} as slice ${dialect.joinFound(kind, kind, within, `${kind}_expected`)}`;
};

type RangeContext = Pick<RollupRange, "place" | "past"> & {
  /** The ends of the interval to the microsecond. */
  textOf(ms: number): string;
};

function cover(ranges: CountedRanges, context: RangeContext, [from, to]: [number, number], level = 0): void {
  if (from >= to) return;
  const [width, span] = [widths[level], spans[level]];
  if (width === undefined || span === undefined) {
    ranges.read.push({ place: context.place, low: context.textOf(from), high: context.textOf(to) });
    return;
  }
  const first = Math.ceil(from / width) * width;
  const end = Math.floor(to / width) * width;
  if (first >= end) {
    cover(ranges, context, [from, to], level + 1);
    return;
  }
  cover(ranges, context, [from, first], level + 1);
  const named = (ms: number) => timestamp(ms).slice(0, span);
  ranges.rollups.push({
    place: context.place,
    past: context.past,
    span,
    low: named(first),
    high: named(end),
  });
  cover(ranges, context, [end, to], level + 1);
}
