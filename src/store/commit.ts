import { AsyncLocalStorage } from "node:async_hooks";
import type { EventCreate } from "../schema/events.ts";
import { timestamp } from "../schema/scalars.ts";
import type { Connection } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import { EventListeners, type StoredList } from "./event-listeners.ts";
import type { ChangeGroup, EventText, ListResult } from "./protocol.ts";
import type { Publisher } from "./publisher.ts";
import { Transaction } from "./transaction.ts";
import { Turns } from "./turns.ts";

/** Characters of JSON in one transaction, about two thousand events; and events that are put into one text. */
const maxBatch = 2_500_000;
const maxList = 500;
/** The change log keeps this many entries, and is pruned each time that a tenth has come on top. */
export const heldChanges = 50_000;

/** A list of events that waits to be written. */
interface Ingestion extends EventText {
  /** The same, where they are at hand. */
  events: readonly EventCreate[] | undefined;
  resolve(unusual: number[] | null): void;
  reject(error: unknown): void;
}

const nested = "Inside a transaction only the nouns of the transaction may be used.";
const closed = "The store is closed.";

interface Parts {
  connection: Connection;
  dialect: Dialect;
  now: () => number;
  seq: number;
  publisher: Publisher;
}

/**
 * The one write path. Transactions and batches of events take turns on the writer; what they changed is
 * numbered, logged in the same transaction, and told after the commit.
 */
export class Committer {
  readonly #parts: Parts;
  readonly #turns = new Turns();
  readonly #inside = new AsyncLocalStorage<Transaction>();
  readonly listeners = new EventListeners();
  #waiting: Ingestion[] = [];
  #isDraining = false;
  #seq: number;
  #pruned: number;
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#seq = parts.seq;
    this.#pruned = parts.seq - heldChanges;
  }

  /** Events taken in since the store was opened. */
  ingested = 0;

  seq(): number {
    return this.#seq;
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#inside.getStore()?.isOpen) return Promise.reject(new Error(nested));
    if (this.#isClosed) return Promise.reject(new Error(closed));
    return this.#turns.take(async () => {
      const { connection, dialect, now } = this.#parts;
      const transaction = new Transaction(connection, dialect, now(), () => this.#seq);
      try {
        const result = await this.#inside.run(transaction, work, transaction);
        this.#committed(await transaction.commit());
        const told = { events: transaction.events, text: "", left: none };
        this.listeners.tell([told], transaction.time);
        return result;
      } catch (error) {
        await transaction.rollback();
        throw error;
      }
    });
  }

  /** Without a turn a read would see a transaction half done; for the one connection of `:memory:`. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(work);
  }

  /** Inside a transaction the store's own verbs would wait for its end, or read what was before it. */
  assertOutside(): void {
    if (this.#inside.getStore()?.isOpen) throw new Error(nested);
  }

  async ingest(events: readonly EventCreate[]): Promise<void> {
    if (this.#isClosed) throw new Error(closed);
    const lists: Promise<unknown>[] = [];
    for (let at = 0; at < events.length; at += maxList) {
      const list = events.slice(at, at + maxList);
      lists.push(this.#take(JSON.stringify(list), list));
    }
    await Promise.all(lists);
  }

  ingestText(text: string): Promise<number[] | null> {
    return this.#take(text);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#isDraining) await this.#turns.take(() => Promise.resolve());
    await this.#turns.take(() => Promise.resolve());
    await this.#parts.publisher.idle();
  }

  #take(text: string, events?: readonly EventCreate[]): Promise<number[] | null> {
    if (this.#isClosed) return Promise.reject(new Error(closed));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, isTrusted: events !== undefined, events, resolve, reject });
      if (!this.#isDraining) void this.#drain();
    });
  }

  /** While one batch is written the next one gathers: the busier, the larger. */
  async #drain(): Promise<void> {
    this.#isDraining = true;
    // Frames that arrive in the same turn of the loop share the first batch.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) await this.#turns.take(() => this.#writeBatch(this.#nextBatch()));
    this.#isDraining = false;
  }

  #nextBatch(): Ingestion[] {
    let length = 0;
    const end = this.#waiting.findIndex(({ text }, at) => {
      length += text.length;
      return at > 0 && length > maxBatch;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  async #writeBatch(batch: Ingestion[]): Promise<void> {
    const received = timestamp(this.#parts.now());
    try {
      const { changes, lists } = await this.#parts.connection.ingest({
        seq: this.#seq,
        received,
        lists: batch.map(({ text, isTrusted }) => ({ text, isTrusted })),
      });
      this.#committed(changes);
      for (const { count } of lists) this.ingested += count;
      this.listeners.tell(storedLists(batch, lists), received);
      batch.forEach(({ resolve }, at) => {
        resolve(lists[at]?.unusual ?? null);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  #committed(changes: readonly ChangeGroup[]): void {
    this.#seq = changes.at(-1)?.seq ?? this.#seq;
    this.#parts.publisher.publish(changes);
    if (this.#seq - this.#pruned > heldChanges * 1.1) this.#prune();
  }

  #prune(): void {
    this.#pruned = this.#seq - heldChanges;
    const step = { sql: "delete from change where seq <= ?", values: [this.#pruned], reads: false };
    // A log that is too long does no harm: the next pruning takes the rest.
    this.#turns.take(() => this.#parts.connection.run([step])).catch(() => undefined);
  }
}

const none: ReadonlySet<number> = new Set();

/** What there is to tell of a batch: all but the events that were there before or were left out. */
function storedLists(batch: readonly Ingestion[], lists: readonly ListResult[]): StoredList[] {
  return batch.flatMap(({ text, events }, at) => {
    const { known, unusual } = lists[at] ?? { known: [], unusual: null };
    if (unusual === null) return [];
    const isWhole = known.length + unusual.length === 0;
    return [{ text, events, left: isWhole ? none : new Set([...known, ...unusual]) }];
  });
}
