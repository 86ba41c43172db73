import { yieldToEventLoop } from "./clock.ts";

/** Starts one submitted run; never rejects. */
export type Job = () => Promise<void>;

class Queue {
  #jobs: (Job | undefined)[] = [];
  #head = 0;

  push(job: Job): void {
    this.#jobs.push(job);
  }
  get isEmpty(): boolean {
    return this.#head === this.#jobs.length;
  }
  take(): Job | undefined {
    const job = this.#jobs[this.#head];
    this.#jobs[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#jobs.length) {
      this.#jobs = this.#jobs.slice(this.#head);
      this.#head = 0;
    }
    return job;
  }
}

/**
 * The runner of one flow run. At most `limit` jobs at once; consumers of results go before jobs that only
 * produce: else all producers would finish, and their results be held, before the first consumer starts.
 */
export class Scheduler {
  readonly #limit: number;
  readonly #room: () => Promise<void> | undefined;
  readonly #consumers = new Queue();
  readonly #roots = new Queue();
  #running = 0;
  #isPaused = false;

  constructor(limit: number, room: () => Promise<void> | undefined) {
    this.#limit = limit;
    this.#room = room;
  }

  submit(job: Job, isConsumer: boolean): void {
    (isConsumer ? this.#consumers : this.#roots).push(job);
    // Started in a later microtask, as the caller may still be submitting more.
    this.#pauseUntil(Promise.resolve());
  }

  /** A running job waits for others: its place is free. */
  lend(): void {
    this.#running--;
    this.#pump();
  }
  takeBack(): void {
    this.#running++;
  }

  #pump(): void {
    while (!this.#isPaused && this.#running < this.#limit) {
      const turn = yieldToEventLoop();
      if (turn) {
        this.#pauseUntil(turn);
        return;
      }
      const job = this.#next();
      if (!job) return;
      this.#running++;
      void job().then(this.#ended);
    }
  }

  #ended = (): void => {
    this.#running--;
    this.#pump();
  };

  #next(): Job | undefined {
    if (!this.#consumers.isEmpty) return this.#consumers.take();
    if (this.#roots.isEmpty) return undefined;
    // Too many unsent events: no new work until some are sent. Running jobs may continue.
    const room = this.#room();
    if (!room) return this.#roots.take();
    void room.then(() => this.#pump());
    return undefined;
  }

  #pauseUntil(turn: Promise<void>): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    void turn.then(() => {
      this.#isPaused = false;
      this.#pump();
    });
  }
}
