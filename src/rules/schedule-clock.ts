import { dayMs } from "./schedule-days.ts";
import { pieceAt } from "./schedule-zones.ts";

/**
 * Times of the wall clock. A local time is the number of ms that UTC would have when its clock shows the same; it is
 * a whole second.
 */
export interface WallTimes {
  zone: string;
  /** The first of them at or after `local`. */
  next(local: number): number | undefined;
  /** Whether an hour that comes twice counts twice. */
  repeats: boolean;
}

/** Returns the first fire at or after an instant, both in ms. */
export type NextFire = (from: number, until: number) => number | undefined;

/** Wall-clock times as instants: a skipped time is moved forward by what was skipped. */
export function nextOf(times: WallTimes): NextFire {
  return (from, until) => {
    let at = Math.ceil(from / 1000) * 1000;
    while (at <= until) {
      const piece = pieceAt(times.zone, at);
      const local = localIn(times, piece, at);
      if (local === undefined) return undefined;
      if (local < piece.to + piece.offset)
        return local - piece.offset <= until ? local - piece.offset : undefined;
      // Nothing before: as no clock is a day ahead of UTC, the time up to there need not be looked at. But a change that
      // is close shows times once more that have been passed already.
      at = piece.to - at < 2 * dayMs ? piece.to : Math.max(piece.to, local - dayMs);
    }
    return undefined;
  };
}

/** The first of the times that the piece shows at or after `at`, or that comes after the piece. */
function localIn(
  times: WallTimes,
  { from, offset, before }: { from: number; offset: number; before: number },
  at: number,
): number | undefined {
  const shown = at + offset;
  if (offset === before) return times.next(shown);
  if (offset < before) return times.next(times.repeats ? shown : Math.max(shown, from + before));
  const own = times.next(shown);
  const skipped = times.next(shown - (offset - before));
  if (skipped === undefined || skipped >= from + offset) return own;
  return Math.min(skipped + offset - before, own ?? Number.POSITIVE_INFINITY);
}
