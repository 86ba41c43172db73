/** How long a failed run waits before its next attempt. Seconds throughout. */
export interface RetryPlan {
  /** Attempts after the first. */
  retries: number;
  /** One delay for all, or one per retry; the last repeats. */
  delay: number | readonly number[];
  /** 0 keeps the delay exact; 0.5 spreads it up to 1.5 times. */
  jitter: number;
}

/** `retry` is the number of the retry to come, from 1. Undefined when none is left. */
export function nextRetryDelay(plan: RetryPlan, retry: number, random: () => number): number | undefined {
  if (retry > plan.retries) return undefined;
  const base =
    typeof plan.delay === "number" ? plan.delay : (plan.delay[retry - 1] ?? plan.delay.at(-1) ?? 0);
  return plan.jitter > 0 && base > 0 ? spread(base, plan.jitter, random()) : base;
}

/** Doubles from `first`: `first, 2·first, 4·first …`, never above `max`. The wire takes at most 50 delays. */
export const exponentialDelays = (first: number, count: number, max = Number.POSITIVE_INFINITY): number[] =>
  Array.from({ length: Math.min(Math.max(count, 0), maxDelays) }, (_, n) => Math.min(first * 2 ** n, max));

export const maxDelays = 50;

/**
 * The gap of a Poisson process whose median is `delay`, cut at `delay·(1+jitter)` and, so that the median
 * stays, at the mirrored quantile below. Runs that failed together thus do not retry together.
 */
function spread(delay: number, jitter: number, random: number): number {
  const highest = 1 - 2 ** -(1 + jitter);
  const quantile = 1 - highest + random * (2 * highest - 1);
  return -delay * Math.log2(1 - quantile);
}
