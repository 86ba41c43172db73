import { Future, type WaitOptions } from "./future.ts";
import { blocking } from "./run.ts";
import type { State } from "./state.ts";

/**
 * The futures of a `map`, in the order of its input. Iterating with `for await` yields the results in order of
 * completion.
 */
export class FutureList<R = unknown> extends Array<Future<R>> {
  /** Set while a lazily read input is still being submitted. */
  #filling: Promise<void> | undefined;

  // Array methods such as `map` return plain arrays.
  static override get [Symbol.species]() {
    return Array;
  }

  /** The final states, in the order of the input. */
  async wait(options?: WaitOptions): Promise<State<R>[]> {
    await this.#filled();
    return Promise.all(Array.from(this, (future) => future.wait(options)));
  }

  /** The results, in the order of the input; throws the first error, or returns errors if asked to. */
  result(): Promise<R[]>;
  result(options: { raiseOnFailure: false }): Promise<(R | Error)[]>;
  async result(options?: { raiseOnFailure: false }): Promise<(R | Error)[]> {
    await this.#filled();
    return Promise.all(Array.from(this, (future) => (options ? future.result(options) : future.result())));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    await this.#filled();
    const ended: Future<R>[] = [];
    let wake: (() => void) | undefined;
    for (const future of this)
      Future.slot(future).onEnd(() => {
        ended.push(future);
        wake?.();
      });
    for (let yielded = 0; yielded < this.length; yielded++) {
      if (ended.length === 0)
        await blocking(
          new Promise<void>((resolve) => {
            wake = resolve;
          }),
        );
      const future = ended.shift();
      if (future) yield await future.result();
    }
  }

  /** Internal. */
  static fill<R>(list: FutureList<R>, filling: Promise<void>): void {
    list.#filling = filling.finally(() => {
      list.#filling = undefined;
    });
    // Callers of `results` are notified of the error; without any, it must not end the process.
    list.#filling.catch(() => {});
  }
  static filled(list: FutureList): Promise<void> {
    return list.#filled();
  }
  /** Set while the list is incomplete; rejects when its input cannot be read. */
  static growth(list: FutureList): Promise<void> | undefined {
    return list.#filling;
  }

  async #filled(): Promise<void> {
    if (this.#filling) await blocking(this.#filling);
  }
}
