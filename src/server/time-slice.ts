import { setImmediate as turn } from "node:timers/promises";

/** Milliseconds after which to yield to the event loop. */
const turnMs = 10;

/** For work in many small steps, which must not hold the event loop from the first to the last. */
export class TimeSlice {
  #began = performance.now();

  /** Yields to the event loop if the slice is used up. */
  async next(): Promise<void> {
    if (performance.now() - this.#began < turnMs) return;
    await turn();
    this.#began = performance.now();
  }
}
