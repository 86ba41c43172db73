import { timestamp } from "../schema/scalars.ts";

/** A clock that moves only when told to. */
export interface TestClock {
  now(): number;
  /** The wire format of the time `ms` from now. */
  time(ms?: number): string;
  advance(ms: number): void;
}

export function testClock(start = Date.parse("2026-03-01T12:00:00Z")): TestClock {
  let current = start;
  return {
    now: () => current,
    time: (ms = 0) => timestamp(current + ms),
    advance(ms) {
      current += ms;
    },
  };
}
