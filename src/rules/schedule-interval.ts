import type { NextFire, WallTimes } from "./schedule-clock.ts";
import { dayMs } from "./schedule-days.ts";
import { instantOf, zoneOffset } from "./schedule-zones.ts";

export interface Interval {
  anchor: number;
  zone: string;
  /** Follow the wall clock. */
  days: number;
  /** Are absolute, in ms. */
  rest: number;
}

/** An interval of whole days is a wall-clock pattern like any other. */
export function daily({ anchor, zone, days }: Interval): WallTimes {
  const local = anchor + zoneOffset(zone, anchor);
  const step = days * dayMs;
  return { zone, repeats: false, next: (from) => local + Math.ceil((from - local) / step) * step };
}

export function everySoOften(interval: Interval): NextFire {
  const { anchor, zone, days, rest } = interval;
  const length = days * dayMs + rest;
  const local = anchor + zoneOffset(zone, anchor);
  const fire = (count: number) =>
    days === 0
      ? Math.round(anchor + count * length)
      : Math.round(instantOf(zone, local + count * days * dayMs) + count * rest);
  return (from, until) => {
    // A clock change moves a fire by less than two intervals, as each is a day or more.
    let count = Math.ceil((from - anchor) / length) - (days === 0 ? 1 : 2);
    while (fire(count) < from) count++;
    return fire(count) <= until ? fire(count) : undefined;
  };
}
