import { exponentialDelays, maxDelays } from "../rules/retry.ts";
import { type Duration, seconds } from "./duration.ts";
import type { Future } from "./future.ts";
import { backoffKinds } from "./option-kinds.ts";
import { checkOptions } from "./options.ts";
import { AllowFailure, Opaque, Quoted, Unmapped } from "./wrappers.ts";

/**
 * An argument of `map` that is the same for every call.
 *
 * @example
 * load.map(days, unmapped(connection));
 */
export const unmapped = <T>(value: T): Unmapped<T> => new Unmapped(value);

/**
 * Passes the error of a failed run to the task as its argument; without it the task would not start.
 *
 * @example
 * report.submit(allowFailure(load.submit(day)));
 */
export const allowFailure = <T>(future: Future<T>): AllowFailure<T | Error> => new AllowFailure(future);

/**
 * A value that is not searched: futures inside an argument are not found, a flow's result is returned unchanged.
 *
 * @example
 * summarise.submit(quote(hugeTable));
 */
export const quote = <T>(value: T): Quoted<T> => new Quoted(value);

/**
 * A future whose result is passed unchanged, without a search for futures inside it.
 *
 * @example
 * summarise.submit(opaque(load.submit(day)));
 */
export const opaque = <T>(future: Future<T>): Opaque<T> => new Opaque(future);

/**
 * Delays in seconds for `retryDelay` that double: 2, 4, 8 … up to `max`.
 *
 * @example
 * task({ retries: 5, retryDelay: backoff(2, { max: "1m" }) }, fetchDay);
 */
export function backoff(first: Duration, options: { max?: Duration } = {}): number[] {
  checkOptions("backoff", options, backoffKinds);
  return exponentialDelays(
    seconds(first, "backoff"),
    maxDelays,
    options.max === undefined ? undefined : seconds(options.max, "max"),
  );
}
