import { setImmediate as turn } from "node:timers/promises";

/** Milliseconds after which others have their turn. */
const turnMs = 10;

/** For work in many small steps, which must not hold the event loop from the first to the last. */
export class TimeSlice {
  #began = performance.now();

  /** Waits until others had their turn, if it is time for that. */
  async next(): Promise<void> {
    if (performance.now() - this.#began < turnMs) return;
    await turn();
    this.#began = performance.now();
  }
}
