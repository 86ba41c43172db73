const maxScheduled = 1000;
const maxRetries = 100;

/**
 * The waiting runs of one task. A window on the store, which has them all: runs that do not fit
 * and runs from before this process started are read once the window is empty.
 */
export class TaskQueue {
  readonly key: string;
  /** Most runs per read. */
  readonly limit = maxScheduled;
  /** Increases with each run handed out; tasks with the smallest value come next. */
  turn = 0;
  /** Sets, because a run may be both announced and read; both keep their order. */
  readonly #retries = new Set<string>();
  readonly #scheduled = new Set<string>();
  #isWhole = false;
  #hasMissed = false;

  constructor(key: string) {
    this.key = key;
  }

  get hasRetry(): boolean {
    return this.#retries.size > 0;
  }

  first(): string | undefined {
    for (const id of this.#retries) return id;
    for (const id of this.#scheduled) return id;
    return undefined;
  }

  delete(id: string): void {
    this.#retries.delete(id);
    this.#scheduled.delete(id);
  }

  push(id: string): void {
    if (this.#retries.has(id)) return;
    // Runs in the store that are not in the window yet are older than this one.
    if (this.#isWhole && this.#scheduled.size < maxScheduled) this.#scheduled.add(id);
    else this.#miss();
  }

  pushRetry(id: string): void {
    this.#scheduled.delete(id);
    if (this.#retries.size < maxRetries) this.#retries.add(id);
    else this.#miss();
  }

  /** The store may contain more runs than were announced. */
  doubt(): void {
    this.#miss();
  }

  #miss(): void {
    this.#isWhole = false;
    this.#hasMissed = true;
  }

  /** Reads the store when it may contain further runs. */
  async look(find: () => Promise<string[]>): Promise<void> {
    if (this.#isWhole || this.#scheduled.size > 0) return;
    this.#hasMissed = false;
    const found = await find();
    for (const id of found.slice(0, maxScheduled)) if (!this.#retries.has(id)) this.#scheduled.add(id);
    // Runs that arrived during the read may be missing from its result.
    this.#isWhole = found.length <= maxScheduled && !this.#hasMissed;
  }
}
