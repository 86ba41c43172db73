import { dayMs } from "./schedule-days.ts";
import { pieceAt } from "./schedule-zones.ts";

/**
 * Wall-clock times. A local time is the epoch ms at which a UTC clock shows the same time; it is
 * a whole second.
 */
export interface WallTimes {
  zone: string;
  /** The first of them at or after `local`. */
  next(local: number): number | undefined;
  /** Whether times of a repeated hour fire twice. */
  repeats: boolean;
}

/** Returns the first fire at or after an instant, both in ms. */
export type NextFire = (from: number, until: number) => number | undefined;

/** Converts wall-clock times to instants: a skipped time is moved forward by the length of the gap. */
export function nextOf(times: WallTimes): NextFire {
  return (from, until) => {
    let at = Math.ceil(from / 1000) * 1000;
    while (at <= until) {
      const piece = pieceAt(times.zone, at);
      const local = localIn(times, piece, at);
      if (local === undefined) return undefined;
      if (local < piece.to + piece.offset)
        return local - piece.offset <= until ? local - piece.offset : undefined;
      // No fire before it: no clock is a day ahead of UTC, so the time up to there is not searched. But a clock change that
      // is close may repeat times that have already passed.
      at = piece.to - at < 2 * dayMs ? piece.to : Math.max(piece.to, local - dayMs);
    }
    return undefined;
  };
}

/** The first time within the piece at or after `at`, or the first one after the piece. */
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
