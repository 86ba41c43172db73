/** One at a time, in the order of asking. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    // The next one comes whether this one failed or not; who asked for this one hears of the failure.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
