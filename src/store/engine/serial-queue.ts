/** Runs asynchronous tasks one at a time, in the order of the calls. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    // A failure is reported to the caller of this task and does not stop the next one.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
