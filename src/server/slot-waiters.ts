import { ConcurrencyLimit, type LeaseHolder } from "../schema/concurrency-limits.ts";
import { timestamp } from "../schema/scalars.ts";
import type { ScopedChange, Store } from "../store/store.ts";
import { roomAt, roomComesAt } from "../store/work/limit-rows.ts";
import type { Acquired } from "../store/work/limits.ts";
import { type HeldRequest, type QueueEntry, SlotQueue, type SlotRequest } from "./slot-queue.ts";

/** How slots are acquired, and released when the client has gone. */
interface AcquireOptions {
  attempt(): Promise<Acquired>;
  undo(acquired: Granted): Promise<unknown>;
  /** How long the request may be held. */
  seconds: number;
  /** Aborted when the client disconnects. */
  signal: AbortSignal;
}

type Granted = Extract<Acquired, { kind: "acquired" }>;

interface Waiter {
  holder: LeaseHolder;
  names: readonly string[];
  since: string;
}

/** Time for a holder whose held request was not granted to ask again without losing its place. */
const returnMs = 5000;
const longestMs = 30_000;

/**
 * Waiters for slots, in order of arrival. A request that may be held is answered when the slots it needs
 * become free: nothing polls for them. Others get a time to retry, and are remembered
 * until twice that time has passed, so that waiters can be listed.
 */
export class SlotWaiters {
  readonly #store: Pick<Store, "concurrencyLimits">;
  readonly #now: () => number;
  readonly #queue = new SlotQueue();
  /** Last known limits; complete only while there are waiters. */
  readonly #limits = new Map<string, ConcurrencyLimit>();
  #isServing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Pick<Store, "concurrencyLimits" | "subscribe">, now: () => number) {
    this.#store = store;
    this.#now = now;
    store.subscribe({
      wants: (noun) => noun === "concurrency-limits" && this.#queue.size > 0,
      onChanges: (changes) => this.#changed(changes),
    });
  }

  /** Waiters for a limit that named themselves. */
  of(limitName: string): Waiter[] {
    return this.all().filter(({ names }) => names.includes(limitName));
  }

  /** Waiters that named themselves, and the limits that they wait for. */
  all(): Waiter[] {
    return this.#queue
      .waiting(this.#now())
      .flatMap(({ request: { names, holder }, since }) =>
        holder ? [{ holder, names, since: timestamp(since) }] : [],
      );
  }

  /** Answers all held requests: a retry reaches another server, or this one restarted. */
  releaseAll(): void {
    const held = [...this.#queue.groups()].flatMap((line) => line.held);
    for (const entry of held) entry.held?.answer({ kind: "denied", limits: [], delay_seconds: 1 });
  }

  /** Takes slots; when none are free, waits in the queue for as long as the request may be held. */
  async acquire(request: SlotRequest, options: AcquireOptions): Promise<Acquired> {
    const first = options.seconds > 0 && this.#isAwaited(request) ? undefined : await options.attempt();
    const acquired = first && first.kind !== "denied" ? first : await this.#wait(request, options, first);
    if (acquired.kind === "denied") return acquired;
    this.#queue.complete(request);
    if (acquired.kind === "acquired" && options.signal.aborted) await options.undo(acquired);
    return acquired;
  }

  /** Whether a request is held for one of these limits. */
  #isAwaited({ names }: SlotRequest): boolean {
    for (const line of this.#queue.groups()) {
      if (line.request.names.some((name) => names.includes(name))) return true;
    }
    return false;
  }

  async #wait(
    request: SlotRequest,
    options: AcquireOptions,
    denied: Acquired | undefined,
  ): Promise<Acquired> {
    // What is known from before the first waiter is out of date.
    if (this.#queue.waiting(this.#now()).length === 0) this.#limits.clear();
    const entry = this.#queue.enqueue(request, this.#now());
    const patience = denied?.kind === "denied" ? denied.delay_seconds * 2000 : 0;
    entry.until = this.#now() + Math.max(returnMs, patience);
    if (options.seconds === 0 && denied) return denied;
    const held = this.#hold(entry, options);
    // The skipped attempt would have counted.
    const counted = denied
      ? undefined
      : this.#store.concurrencyLimits.countDenied(request.names, request.slots);
    const [acquired] = await Promise.all([held, counted]);
    // Publishes that the client no longer waits; a closed store is ignored.
    if (acquired.kind === "denied") await this.#dequeue(request).catch(() => undefined);
    return acquired;
  }

  #dequeue({ names, slots }: SlotRequest): Promise<void> {
    return this.#store.concurrencyLimits.countDenied(names, -slots);
  }

  #hold(entry: QueueEntry, { attempt, undo, seconds, signal }: AcquireOptions): Promise<Acquired> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", leave);
        if (entry.held !== held) return false;
        this.#queue.release(entry);
        return true;
      };
      const inVain = () => {
        entry.until = this.#now() + returnMs;
        if (end()) resolve({ kind: "denied", limits: [], delay_seconds: 0 });
      };
      const leave = () => {
        inVain();
        this.#queue.drop(entry);
      };
      const timer = setTimeout(inVain, seconds * 1000);
      const held: HeldRequest = {
        attempt,
        answer: (acquired) => {
          const isThere = end();
          if (isThere) resolve(acquired);
          else if (acquired.kind === "acquired") void undo(acquired);
          return isThere;
        },
        fail: (error) => {
          if (end()) reject(error);
        },
      };
      // A repeated request of the same holder replaces its held one.
      entry.held?.answer({ kind: "denied", limits: [], delay_seconds: 0 });
      const isFirst = this.#queue.hold(entry, held).held.length === 1;
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave);
      // Changes are received from now on, so the limits are read after this.
      const looked = isFirst ? this.#refreshLimits(entry.request.names) : Promise.resolve();
      looked.then(() => this.#serve()).catch(held.fail);
    });
  }

  #changed(changes: readonly ScopedChange[]): void {
    for (const { id, row } of changes) {
      for (const [name, limit] of this.#limits) if (limit.id === id) this.#limits.delete(name);
      if (row) this.#remember(ConcurrencyLimit.parse(row));
    }
    void this.#serve();
  }

  #remember(limit: ConcurrencyLimit): void {
    this.#limits.set(limit.name, limit);
  }

  async #refreshLimits(names: readonly string[]): Promise<void> {
    for (const row of await this.#store.concurrencyLimits.written(names)) this.#remember(row);
  }

  /** Grants free slots, longest waiting first, one at a time. */
  async #serve(): Promise<void> {
    if (this.#isServing) return;
    this.#isServing = true;
    for (let next = this.#next(); next?.held; next = this.#next()) await this.#try(next.request, next.held);
    this.#isServing = false;
    this.#wakeForDecay();
  }

  async #try(request: SlotRequest, held: HeldRequest): Promise<void> {
    try {
      const acquired = await held.attempt();
      if (acquired.kind !== "denied") held.answer(acquired);
      // Holds until the change itself arrives: what was taken, or that another replica was faster.
      if (acquired.kind === "acquired") this.#count(request);
      else await this.#refreshLimits(request.names);
    } catch (error) {
      held.fail(error);
    }
  }

  #count({ names, slots }: SlotRequest): void {
    for (const name of names) {
      const limit = this.#limits.get(name);
      if (limit) this.#remember({ ...limit, active_slots: limit.active_slots + slots });
    }
  }

  #next(): QueueEntry | undefined {
    let next: QueueEntry | undefined;
    for (const { request, held } of this.#queue.groups()) {
      const [first] = held;
      if (first && (!next || first.position < next.position) && this.#fits(request)) next = first;
    }
    return next;
  }

  /** Requests that can never be granted are tried too, to get their error. */
  #fits({ names, slots }: SlotRequest): boolean {
    return names.every((name) => {
      const limit = this.#limits.get(name);
      return !limit?.active || slots > limit.limit || roomAt(limit, this.#now()) >= slots;
    });
  }

  /** Slots that decay become free without a change event. */
  #wakeForDecay(): void {
    clearTimeout(this.#timer);
    const times = [...this.#queue.groups()].map(({ request: { names, slots } }) => {
      const limits = names.flatMap((name) => this.#limits.get(name) ?? []);
      return Math.max(0, ...limits.map((limit) => roomComesAt(limit, slots)));
    });
    const soonest = Math.min(...times);
    if (!Number.isFinite(soonest)) return;
    // No request is held for longer; the request keeps the process alive, not this timer.
    const ms = Math.min(longestMs, Math.max(1, soonest - this.#now()));
    this.#timer = setTimeout(() => void this.#serve(), ms).unref();
  }
}
