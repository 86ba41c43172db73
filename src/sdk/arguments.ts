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
 * Hands a task the error of a failed run as its argument, where it would not have started otherwise.
 *
 * @example
 * report.submit(allowFailure(load.submit(day)));
 */
export const allowFailure = <T>(future: Future<T>): AllowFailure<T | Error> => new AllowFailure(future);

/**
 * A value that nobody looks into: as an argument no futures are searched in it, as a flow's result it stands as it is.
 *
 * @example
 * summarise.submit(quote(hugeTable));
 */
export const quote = <T>(value: T): Quoted<T> => new Quoted(value);

/**
 * A future of which the result is used as it is, without a look inside it.
 *
 * @example
 * summarise.submit(opaque(load.submit(day)));
 */
export const opaque = <T>(future: Future<T>): Opaque<T> => new Opaque(future);

/**
 * Delays for `retryDelay` that double: 2 s, 4 s, 8 s … up to `max`.
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
