import { expect, test } from "vitest";
import { exponentialDelays, nextRetryDelay } from "./retry.ts";

const half = () => 0.5;

test.each([
  ["a number is the delay of every retry", { retries: 3, delay: 5, jitter: 0 }, [5, 5, 5, undefined]],
  ["a list gives one delay per retry", { retries: 3, delay: [1, 10, 60], jitter: 0 }, [1, 10, 60, undefined]],
  ["the last delay of a list repeats", { retries: 4, delay: [1, 10], jitter: 0 }, [1, 10, 10, 10, undefined]],
  ["an empty list means no delay", { retries: 1, delay: [], jitter: 0 }, [0, undefined]],
  ["without retries there is no next attempt", { retries: 0, delay: 5, jitter: 0 }, [undefined]],
  ["the middle of the jitter is the delay itself", { retries: 1, delay: 8, jitter: 0.5 }, [8, undefined]],
  ["jitter leaves no delay alone", { retries: 1, delay: 0, jitter: 0.5 }, [0, undefined]],
])("%s", (_, plan, delays) => {
  const got = delays.map((__, index) => nextRetryDelay(plan, index + 1, half));
  for (const [index, delay] of delays.entries())
    if (delay === undefined) expect(got[index]).toBeUndefined();
    else expect(got[index]).toBeCloseTo(delay, 9);
});

test("jitter stays within its two bounds and grows with the random number", () => {
  const plan = { retries: 1, delay: 10, jitter: 0.5 };
  const [low, middle, high] = [0, 0.5, 1].map(
    (random) => nextRetryDelay(plan, 1, () => random) ?? Number.NaN,
  );
  expect(high).toBeCloseTo(15, 9);
  expect(low).toBeGreaterThan(0);
  expect(low).toBeLessThan(middle ?? 0);
  expect(middle).toBeLessThan(high ?? 0);
});

test("backoff doubles, stops at its maximum and has at most fifty entries", () => {
  expect(exponentialDelays(2, 5)).toEqual([2, 4, 8, 16, 32]);
  expect(exponentialDelays(2, 5, 10)).toEqual([2, 4, 8, 10, 10]);
  expect(exponentialDelays(1, 500, 60)).toHaveLength(50);
});
