import type { EventTrigger } from "../schema/triggers.ts";

// Events arrive out of order: an expected event may arrive before the event that opens its window, although it
// occurred later. So its times are buffered, and a window that opens counts those within it.

/** Times of expected events that open no window, for one set of label values. */
export interface Held {
  kind: "held";
  key: string[];
  /** Ascending, in milliseconds. */
  times: number[];
  /** When the times can be dropped. */
  until: number;
}

/** How much later one event may arrive than another. */
const longestDelayMs = 30 * 60_000;
/** For one set of label values; the oldest are dropped first. */
const maxHeld = 500;

export const holdsEvents = ({ posture, after }: Pick<EventTrigger, "posture" | "after">): boolean =>
  posture === "Proactive" && after.length > 0;

export function hold(
  { within, threshold }: Pick<EventTrigger, "within" | "threshold">,
  known: Held | undefined,
  { key, at }: { key: string[]; at: number },
): Held {
  const all = [...(known?.times ?? []), at].sort((one, other) => one - other);
  const newest = all.at(-1) ?? at;
  const kept = Math.max(longestDelayMs, within * 1000);
  // A window ends in one span of its length and begins in the one before, so the first and last few of a span suffice.
  const spanOf = (time: number) => (within === 0 ? 0 : Math.floor(time / (within * 1000)));
  const isNeeded = (time: number, place: number, from: readonly number[]) =>
    time >= newest - kept &&
    [place - threshold, place + threshold].some((other) => {
      const beyond = from[other];
      return beyond === undefined || spanOf(beyond) !== spanOf(time);
    });
  return { kind: "held", key, times: all.filter(isNeeded).slice(-maxHeld), until: newest + kept };
}

/** How many buffered events occurred in a window. */
export const heldWithin = (held: Held | undefined, { start, end }: { start: number; end: number }): number =>
  held?.times.filter((time) => time >= start && time < end).length ?? 0;
