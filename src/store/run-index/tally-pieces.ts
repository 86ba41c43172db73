import { sql } from "kysely";
import { timestamp, toMs } from "../../schema/times.ts";
import type { RunKind } from "../engine/protocol.ts";
import { daySpan, spans } from "../engine/tallies.ts";
import type { Column, Dialect } from "../sql/dialect.ts";
import type { ExpectedRange } from "./run-filters.ts";

// An interval that begins anywhere, put together from whole days, whole tens of minutes and whole minutes, and at
// either end from less than a minute, where the runs themselves are read.

/** The runs of the interval at `place` that were expected from `low` until before `high`. */
export interface Stretch {
  place: number;
  low: string;
  high: string;
}
/** The tallies of one span, from the one named `low` until before the one named `high`. */
export interface Piece extends Stretch {
  span: number;
  /** 1 where it ends before now, so that what waits in it is late. */
  past: number;
}
export interface Pieces {
  tallied: Piece[];
  read: Stretch[];
}

const widths = [86_400_000, 600_000, 60_000] as const;

export function piecesOf(stretches: readonly Stretch[], now: number): Pieces {
  const pieces: Pieces = { tallied: [], read: [] };
  for (const { place, low, high } of stretches) {
    const [from, to] = [toMs(low), toMs(high)];
    // Runs that wait are late from their moment on, so nothing goes over the present.
    const middle = Math.min(Math.max(from, now), to);
    const textOf = (ms: number) => (ms === from ? low : ms === to ? high : timestamp(ms));
    cover(pieces, { place, past: 1, textOf }, [from, middle]);
    cover(pieces, { place, past: 0, textOf }, [middle, to]);
  }
  return pieces;
}

/** Before and after all timestamps and the names of their spans. */
const [first, last] = ["0", "~"];

/** What the runs of a range are counted from. */
export function piecesOfRange({ after, before }: ExpectedRange): Pieces {
  const end = before === undefined ? undefined : microsecondAfter(before);
  const stretch = (low: string, high: string) =>
    piecesOf([{ place: 0, low, high }], Number.POSITIVE_INFINITY);
  if (after !== undefined && end !== undefined) return stretch(after, end);
  const open = { place: 0, past: 1, span: daySpan };
  const [day] = widths;
  if (after !== undefined) {
    // No day comes after the last one.
    if (after > lastDay) return { tallied: [], read: [{ place: 0, low: after, high: last }] };
    const midnight = timestamp(Math.ceil(toMs(after) / day) * day);
    const { tallied, read } = stretch(after, midnight);
    return { tallied: [...tallied, { ...open, low: midnight.slice(0, daySpan), high: last }], read };
  }
  if (end === undefined) return { tallied: [{ ...open, low: first, high: last }], read: [] };
  const midnight = timestamp(Math.floor(toMs(end) / day) * day);
  const { tallied, read } = stretch(midnight, end);
  return { tallied: [...tallied, { ...open, low: first, high: midnight.slice(0, daySpan) }], read };
}

const lastDay = "9999-12-31T00:00:00.000000Z";

/** Undefined where there is none after it. */
function microsecondAfter(time: string): string | undefined {
  const next = Number(time.slice(20, 26)) + 1;
  if (next < 1_000_000) return `${time.slice(0, 20)}${String(next).padStart(6, "0")}Z`;
  const second = timestamp(Math.floor(toMs(time)) + 1);
  return second.length === time.length ? second : undefined;
}

/** Tallies as `tally`, each with the piece that it is in. */
export const talliesIn = (dialect: Dialect, kind: RunKind, pieces: readonly Piece[]): Column => {
  const columns = { place: "integer", low: "text", high: "text", span: "integer", past: "integer" } as const;
  const within = sql`tally.kind = ${sql.lit(kind)} and tally.span = piece.span
    and tally.start >= piece.low and tally.start < piece.high`;
  return sql`${dialect.rowsOf(columns, pieces)} as piece ${dialect.joinFound("run_tally", "tally", within)}`;
};

/** Runs under the name of their table, each with the stretch that it is in. */
export const runsIn = (dialect: Dialect, kind: RunKind, stretches: readonly Stretch[]): Column => {
  const expected = sql.ref(`${kind}.expected_start_time`);
  const within = sql`${expected} >= piece.low and ${expected} < piece.high`;
  const rows = dialect.rowsOf({ place: "integer", low: "text", high: "text" }, stretches);
  return sql`${rows} as piece ${dialect.joinFound(kind, kind, within, `${kind}_expected`)}`;
};

type Whose = Pick<Piece, "place" | "past"> & {
  /** The ends of the interval to the microsecond. */
  textOf(ms: number): string;
};

function cover(pieces: Pieces, whose: Whose, [from, to]: [number, number], level = 0): void {
  if (from >= to) return;
  const [width, span] = [widths[level], spans[level]];
  if (width === undefined || span === undefined) {
    pieces.read.push({ place: whose.place, low: whose.textOf(from), high: whose.textOf(to) });
    return;
  }
  const first = Math.ceil(from / width) * width;
  const end = Math.floor(to / width) * width;
  if (first >= end) {
    cover(pieces, whose, [from, to], level + 1);
    return;
  }
  cover(pieces, whose, [from, first], level + 1);
  const named = (ms: number) => timestamp(ms).slice(0, span);
  pieces.tallied.push({ place: whose.place, past: whose.past, span, low: named(first), high: named(end) });
  cover(pieces, whose, [end, to], level + 1);
}
