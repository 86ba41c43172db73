import type { EventTrigger } from "../schema/triggers.ts";

// Events are told out of order: what a trigger waits for may come before the event that begins its wait, although it
// occurred after it. So its times are held, and a window that opens counts those that lie within it.

/** When events occurred that a trigger waits for and that open no window, for one set of values of its labels. */
export interface Held {
  kind: "held";
  key: string[];
  /** Ascending, in milliseconds. */
  times: number[];
  /** From then on they are of no use. */
  until: number;
}

/** An event may come so late after another one. */
const longestDelayMs = 30 * 60_000;
/** Of one set of labels; those of the longest ago are dropped first. */
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
  // A window ends in one span of its own length and begins in the one before, so the first and last few of a span do.
  const spanOf = (time: number) => (within === 0 ? 0 : Math.floor(time / (within * 1000)));
  const isNeeded = (time: number, place: number, from: readonly number[]) =>
    time >= newest - kept &&
    [place - threshold, place + threshold].some((other) => {
      const beyond = from[other];
      return beyond === undefined || spanOf(beyond) !== spanOf(time);
    });
  return { kind: "held", key, times: all.filter(isNeeded).slice(-maxHeld), until: newest + kept };
}

/** How many of them occurred in a window. */
export const heldWithin = (held: Held | undefined, { start, end }: { start: number; end: number }): number =>
  held?.times.filter((time) => time >= start && time < end).length ?? 0;
