import { type Duration, seconds } from "./duration.ts";
import { isError } from "./is-error.ts";
import { resultKinds, waitKinds } from "./option-kinds.ts";
import { checkOptions } from "./options.ts";
import { blocking } from "./run.ts";
import type { Slot } from "./slot.ts";
import { RunStateError, resultOf, type State } from "./state.ts";

export interface WaitOptions {
  /** When it expires, the current state is returned. */
  timeout?: Duration;
  signal?: AbortSignal;
}

/** A task that takes an Error, for `recover`. */
interface Recovery<F> {
  readonly fn: (error: Error) => F | Promise<F>;
  recover<T>(future: Future<T>): Future<T | F>;
}

/** A submitted run. Not a promise: call `result()` or `wait()`, or pass it to another task. */
export class Future<out R = unknown> {
  readonly #slot: Slot<R>;

  constructor(slot: Slot<R>) {
    this.#slot = slot;
  }

  /** The id of the task run. */
  get id(): string {
    return this.#slot.ref.id;
  }
  get name(): string {
    return this.#slot.ref.name;
  }
  /** The current state of the run. */
  get state(): State<R> {
    return this.#slot.state();
  }
  async getState(): Promise<State<R>> {
    return this.#slot.state();
  }

  /** Waits for the end and returns the final state; never throws because the run failed. */
  async wait(options: WaitOptions = {}): Promise<State<R>> {
    checkOptions("wait", options, waitKinds);
    if (!this.#slot.hasEnded) await blocking(ending(this.#slot, options));
    return this.#slot.state();
  }

  /** Waits for the end and gives the result; throws the run's error, or returns it if asked to. */
  result(): Promise<R>;
  result(options: { raiseOnFailure: false }): Promise<R | Error>;
  async result(options: { raiseOnFailure?: boolean } = {}): Promise<R | Error> {
    checkOptions("result", options, resultKinds);
    if (!this.#slot.hasEnded) await blocking(this.#slot.ended());
    const { view, content, ref } = this.#slot;
    ref.observed = true;
    const outcome = resultOf(view, content, ref);
    if (outcome.ok) return outcome.value;
    if (options.raiseOnFailure === false)
      return isError(outcome.error) ? outcome.error : new RunStateError(view, ref, outcome.error);
    throw outcome.error;
  }

  /** A future of this result or, if the run fails, of the result of `task`, called with the error. */
  recover<F>(task: Recovery<F>): Future<R | F> {
    return task.recover(this);
  }

  /** Ends only this run, as Cancelled. */
  cancel(reason = "Cancelled by the flow."): void {
    this.#slot.cancel?.(reason);
  }

  /** Releases the result before the future itself is collected. */
  release(): void {
    this.#slot.release();
  }
  [Symbol.dispose](): void {
    this.release();
  }

  /** Internal. */
  static slot<R>(future: Future<R>): Slot<R> {
    return future.#slot;
  }
}

function ending(slot: Slot, { timeout, signal }: WaitOptions): Promise<void> {
  if (timeout === undefined && !signal) return slot.ended();
  return new Promise((resolve, reject) => {
    const timer = timeout === undefined ? undefined : setTimeout(resolve, seconds(timeout, "timeout") * 1000);
    const onAbort = () => reject(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    slot.onEnd(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
  });
}
