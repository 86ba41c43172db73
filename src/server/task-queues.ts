const maxScheduled = 1000;
const maxRetries = 100;

/**
 * The runs of one task that wait for a task worker. It is a window on the store, which has them all: what finds no
 * place here, and what was there before this process began, is looked for once the window is empty.
 */
export class TaskQueue {
  readonly key: string;
  /** How many a look may find. */
  readonly limit = maxScheduled;
  /** Grows each time that a run is given out: those with the smallest come next. */
  turn = 0;
  /** Sets, for a run may be told of and found; both keep their order. */
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
    // Those in the store that have no place here yet came before this one.
    if (this.#isWhole && this.#scheduled.size < maxScheduled) this.#scheduled.add(id);
    else this.#miss();
  }

  pushRetry(id: string): void {
    this.#scheduled.delete(id);
    if (this.#retries.size < maxRetries) this.#retries.add(id);
    else this.#miss();
  }

  /** There may be more in the store than was told. */
  doubt(): void {
    this.#miss();
  }

  #miss(): void {
    this.#isWhole = false;
    this.#hasMissed = true;
  }

  /** Looks in the store when that has what is not here. */
  async look(find: () => Promise<string[]>): Promise<void> {
    if (this.#isWhole || this.#scheduled.size > 0) return;
    this.#hasMissed = false;
    const found = await find();
    for (const id of found.slice(0, maxScheduled)) if (!this.#retries.has(id)) this.#scheduled.add(id);
    // What came while the store was asked may not be among the found.
    this.#isWhole = found.length <= maxScheduled && !this.#hasMissed;
  }
}
