import { newId } from "../schema/ids.ts";
import { timestamp } from "../schema/scalars.ts";
import type { TaskRun } from "../schema/task-runs.ts";
import type { TaskWorker } from "../schema/task-workers.ts";
import { SerialQueue } from "../store/engine/serial-queue.ts";
import type { Store } from "../store/store.ts";
import { TaskQueue } from "./task-queues.ts";

/** Number of handed-out runs remembered, so that none is read from the store again before its first event arrives. */
const maxRemembered = 10_000;

/** A task worker, from its subscription to the end of its connection. */
export interface Subscription {
  /** The next run for it; undefined once it is closed. */
  next(): Promise<TaskRun | undefined>;
  /** The worker has accepted the run. */
  taken(): void;
  close(): void;
}

type TaskStore = Pick<Store, "taskRuns" | "taskClaims" | "isShared">;

/**
 * Task runs created for task workers. Workers subscribe with the keys of their tasks and are
 * given one run at a time; a run not accepted before a disconnect goes to the others first.
 */
export class BackgroundTasks {
  readonly #store: TaskStore;
  /** Identifies the runs reserved by this process. */
  readonly #replica = newId();
  readonly #now: () => number;
  readonly #queues = new Map<string, TaskQueue>();
  readonly #dispatched = new Set<string>();
  readonly #workers = new Set<TaskWorker>();
  readonly #idle = new Set<() => void>();
  readonly #serial = new SerialQueue();
  #news = 0;
  #turn = 0;

  constructor(store: TaskStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Connected workers; with keys, those that run any of these tasks. */
  workers(keys: readonly string[]): TaskWorker[] {
    const serves = ({ task_keys }: TaskWorker) => task_keys.some((key) => keys.includes(key));
    return [...this.#workers].filter((worker) => keys.length === 0 || serves(worker));
  }

  /** Enqueues a new run, if it is for task workers. */
  offer({ id, task_key, state }: TaskRun): void {
    if (state?.type !== "SCHEDULED" || state.state_details.deferred !== true || this.#dispatched.has(id))
      return;
    const queue = this.#queue(task_key);
    if (state.name === "AwaitingRetry") queue.pushRetry(id);
    else queue.push(id);
    this.#wake();
  }

  /** Enqueues a run that may have been handed out before. */
  offerAgain(run: TaskRun): void {
    this.#dispatched.delete(run.id);
    this.offer(run);
  }

  subscribe({ identifier, task_keys }: Pick<TaskWorker, "identifier" | "task_keys">): Subscription {
    const worker = { identifier, task_keys: [...new Set(task_keys)], timestamp: timestamp(this.#now()) };
    this.#workers.add(worker);
    let held: TaskRun | undefined;
    let isOpen = true;
    const requeue = () => {
      if (held) this.#requeue(held);
      held = undefined;
    };
    return {
      next: async () => {
        held = await this.#next(worker.task_keys, () => isOpen);
        // The worker may have disconnected while its run was read.
        if (!isOpen) requeue();
        return held;
      },
      taken: () => {
        held = undefined;
        worker.timestamp = timestamp(this.#now());
      },
      close: () => {
        isOpen = false;
        this.#workers.delete(worker);
        requeue();
        this.#wake();
      },
    };
  }

  async #next(keys: readonly string[], isOpen: () => boolean): Promise<TaskRun | undefined> {
    while (isOpen()) {
      const received = this.#news;
      // Sequential: no two workers may get the same run.
      const run = await this.#serial.run(() => this.#choose(keys));
      if (run) return run;
      if (received === this.#news && isOpen()) await new Promise<void>((wake) => this.#idle.add(wake));
    }
    return undefined;
  }

  /** Returned runs come first, then the least recently served task. */
  async #choose(keys: readonly string[]): Promise<TaskRun | undefined> {
    const queues = keys.map((key) => this.#queue(key)).sort((one, other) => one.turn - other.turn);
    for (const queue of queues) await queue.look(() => this.#find(queue));
    for (;;) {
      const queue = queues.find((one) => one.hasRetry) ?? queues.find((one) => one.first() !== undefined);
      const id = queue?.first();
      if (!queue || id === undefined) return undefined;
      const run = await this.#store.taskClaims.take({ id, replica: this.#replica });
      queue.delete(id);
      // Cancelled or deleted while it waited, or handed out by another replica.
      if (!run) continue;
      this.#turn += 1;
      queue.turn = this.#turn;
      this.#remember(id);
      return run;
    }
  }

  async #find({ key, limit: most }: TaskQueue): Promise<string[]> {
    const ids = await this.#store.taskRuns.deferred({
      task_key: key,
      limit: most + 1 + this.#dispatched.size,
      replica: this.#replica,
    });
    return ids.filter((id) => !this.#dispatched.has(id));
  }

  #remember(id: string): void {
    this.#dispatched.add(id);
    const [oldest] = this.#dispatched.size > maxRemembered ? this.#dispatched : [];
    if (oldest !== undefined) this.#dispatched.delete(oldest);
  }

  #requeue({ id, task_key }: TaskRun): void {
    this.#dispatched.delete(id);
    this.#queue(task_key).pushRetry(id);
    this.#wake();
    // If that fails, the run stays in this replica's queue.
    this.#store.taskClaims.drop(id).catch(() => undefined);
  }

  /** Renews this replica's reservations and looks for runs of other replicas; to be called every few seconds. */
  async keep(): Promise<void> {
    if (!this.#store.isShared) return;
    await this.#store.taskClaims.keep(this.#replica);
    this.lookAround();
  }

  /** Runs created or released by another replica are not announced here. */
  lookAround(): void {
    if (!this.#store.isShared || this.#idle.size === 0) return;
    for (const queue of this.#queues.values()) queue.doubt();
    this.#wake();
  }

  /** Releases this process's reservations. */
  async leave(): Promise<void> {
    if (this.#store.isShared) await this.#store.taskClaims.leave(this.#replica);
  }

  #queue(key: string): TaskQueue {
    const queue = this.#queues.get(key) ?? new TaskQueue(key);
    this.#queues.set(key, queue);
    return queue;
  }

  #wake(): void {
    this.#news += 1;
    for (const wake of this.#idle) wake();
    this.#idle.clear();
  }
}
