import { ConcurrencyLimit, type LeaseHolder } from "../schema/concurrency-limits.ts";
import { timestamp } from "../schema/scalars.ts";
import type { ScopedChange, Store } from "../store/store.ts";
import { roomAt, roomComesAt } from "../store/work/limit-rows.ts";
import type { Acquired } from "../store/work/limits.ts";
import { type Held, type Ticket, Tickets, type Wish } from "./slot-queue.ts";

/** How a wish is tried, and undone when nobody is there any more to have it. */
interface Means {
  attempt(): Promise<Acquired>;
  undo(acquired: Given): Promise<unknown>;
  /** How long the request may be held. */
  seconds: number;
  /** Aborted when the client has gone. */
  signal: AbortSignal;
}

type Given = Extract<Acquired, { kind: "acquired" }>;

interface Waiter {
  holder: LeaseHolder;
  since: string;
}

/** Time for a holder whose request was held in vain to ask again without losing its place. */
const returnMs = 5000;
const longestMs = 30_000;

/**
 * Who waits for slots, in the order they came. A request that may be held is answered when the slots it asks for
 * come free, are given back or grow: nobody polls for them. Others are told when to come again, and are remembered
 * until twice that time has gone by, so that it can be seen who waits.
 */
export class Waiters {
  readonly #store: Pick<Store, "concurrencyLimits">;
  readonly #now: () => number;
  readonly #tickets = new Tickets();
  /** Limits as they were heard of last; complete only while somebody waits. */
  readonly #limits = new Map<string, ConcurrencyLimit>();
  #isServing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Pick<Store, "concurrencyLimits" | "subscribe">, now: () => number) {
    this.#store = store;
    this.#now = now;
    store.subscribe({
      wants: (noun) => noun === "concurrency-limits" && this.#tickets.size > 0,
      onChanges: (changes) => this.#changed(changes),
    });
  }

  /** Those who wait for a limit and said who they are. */
  of(limitName: string): Waiter[] {
    return this.#tickets
      .waiting(this.#now())
      .flatMap(({ wish: { names, holder }, since }) =>
        holder && names.includes(limitName) ? [{ holder, since: timestamp(since) }] : [],
      );
  }

  /** Answers all requests that are held: who asks again finds another server, or this one anew. */
  letGo(): void {
    const held = [...this.#tickets.lines()].flatMap((line) => line.held);
    for (const ticket of held) ticket.held?.answer({ kind: "denied", limits: [], delay_seconds: 1 });
  }

  /** Takes slots; where there is no room, waits its turn for as long as the request may be held. */
  async take(wish: Wish, means: Means): Promise<Acquired> {
    const first = means.seconds > 0 && this.#isAwaited(wish) ? undefined : await means.attempt();
    const acquired = first && first.kind !== "denied" ? first : await this.#wait(wish, means, first);
    if (acquired.kind === "denied") return acquired;
    this.#tickets.give(wish);
    if (acquired.kind === "acquired" && means.signal.aborted) await means.undo(acquired);
    return acquired;
  }

  /** Whether a request is held for one of these limits. */
  #isAwaited({ names }: Wish): boolean {
    for (const line of this.#tickets.lines()) {
      if (line.wish.names.some((name) => names.includes(name))) return true;
    }
    return false;
  }

  async #wait(wish: Wish, means: Means, denied: Acquired | undefined): Promise<Acquired> {
    // What was heard while nobody waited is out of date.
    if (this.#tickets.waiting(this.#now()).length === 0) this.#limits.clear();
    const ticket = this.#tickets.take(wish, this.#now());
    const patience = denied?.kind === "denied" ? denied.delay_seconds * 2000 : 0;
    ticket.until = this.#now() + Math.max(returnMs, patience);
    if (means.seconds === 0 && denied) return denied;
    const held = this.#hold(ticket, means);
    // The attempt that was left out would have counted.
    const counted = denied ? undefined : this.#store.concurrencyLimits.countDenied(wish.names, wish.slots);
    const [acquired] = await Promise.all([held, counted]);
    // Who has gone is seen not to wait; a store that has been closed need not know.
    if (acquired.kind === "denied") await this.#leaves(wish).catch(() => undefined);
    return acquired;
  }

  #leaves({ names, slots }: Wish): Promise<void> {
    return this.#store.concurrencyLimits.countDenied(names, -slots);
  }

  #hold(ticket: Ticket, { attempt, undo, seconds, signal }: Means): Promise<Acquired> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", leave);
        if (ticket.held !== held) return false;
        this.#tickets.letGo(ticket);
        return true;
      };
      const inVain = () => {
        ticket.until = this.#now() + returnMs;
        if (end()) resolve({ kind: "denied", limits: [], delay_seconds: 0 });
      };
      const leave = () => {
        inVain();
        this.#tickets.drop(ticket);
      };
      const timer = setTimeout(inVain, seconds * 1000);
      const held: Held = {
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
      // The same holder asks anew while its last request is still held: that one has been given up.
      ticket.held?.answer({ kind: "denied", limits: [], delay_seconds: 0 });
      const isFirst = this.#tickets.hold(ticket, held).held.length === 1;
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave);
      // Only from now on changes are sure to be heard of, so the limits are read after that.
      const looked = isFirst ? this.#look(ticket.wish.names) : Promise.resolve();
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

  async #look(names: readonly string[]): Promise<void> {
    for (const row of await this.#store.concurrencyLimits.written(names)) this.#remember(row);
  }

  /** Gives what is free to those who may have it, the longest waiting first, one at a time. */
  async #serve(): Promise<void> {
    if (this.#isServing) return;
    this.#isServing = true;
    for (let next = this.#next(); next?.held; next = this.#next()) await this.#try(next.wish, next.held);
    this.#isServing = false;
    this.#wakeForDecay();
  }

  async #try(wish: Wish, held: Held): Promise<void> {
    try {
      const acquired = await held.attempt();
      if (acquired.kind !== "denied") held.answer(acquired);
      // Until the change itself is heard of: what was taken, or that somebody else was faster.
      if (acquired.kind === "acquired") this.#count(wish);
      else await this.#look(wish.names);
    } catch (error) {
      held.fail(error);
    }
  }

  #count({ names, slots }: Wish): void {
    for (const name of names) {
      const limit = this.#limits.get(name);
      if (limit) this.#remember({ ...limit, active_slots: limit.active_slots + slots });
    }
  }

  #next(): Ticket | undefined {
    let next: Ticket | undefined;
    for (const { wish, held } of this.#tickets.lines()) {
      const [first] = held;
      if (first && (!next || first.place < next.place) && this.#fits(wish)) next = first;
    }
    return next;
  }

  /** What can never be given is worth an attempt too: it is told why. */
  #fits({ names, slots }: Wish): boolean {
    return names.every((name) => {
      const limit = this.#limits.get(name);
      return !limit?.active || slots > limit.limit || roomAt(limit, this.#now()) >= slots;
    });
  }

  /** Slots that decay come free without a change that could be heard of. */
  #wakeForDecay(): void {
    clearTimeout(this.#timer);
    const times = [...this.#tickets.lines()].map(({ wish: { names, slots } }) => {
      const limits = names.flatMap((name) => this.#limits.get(name) ?? []);
      return Math.max(0, ...limits.map((limit) => roomComesAt(limit, slots)));
    });
    const soonest = Math.min(...times);
    if (!Number.isFinite(soonest)) return;
    // Nobody is held for longer than that; and who is held keeps the process alive, not this.
    const ms = Math.min(longestMs, Math.max(1, soonest - this.#now()));
    this.#timer = setTimeout(() => void this.#serve(), ms).unref();
  }
}
