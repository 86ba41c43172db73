import { timestamp, toMs } from "../schema/times.ts";
import { spans } from "./tallies.ts";

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
    cover(pieces, { place, past: 1 }, [from, middle]);
    cover(pieces, { place, past: 0 }, [middle, to]);
  }
  return pieces;
}

type Whose = Pick<Piece, "place" | "past">;

function cover(pieces: Pieces, whose: Whose, [from, to]: [number, number], level = 0): void {
  if (from >= to) return;
  const [width, span] = [widths[level], spans[level]];
  if (width === undefined || span === undefined) {
    pieces.read.push({ place: whose.place, low: timestamp(from), high: timestamp(to) });
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
  pieces.tallied.push({ ...whose, span, low: named(first), high: named(end) });
  cover(pieces, whose, [end, to], level + 1);
}
