import { AsyncLocalStorage } from "node:async_hooks";
import type { EventCreate, ReceivedEvent } from "../schema/events.ts";
import { timestamp } from "../schema/scalars.ts";
import type { Connection } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import { eventText, joinTexts } from "./event-text.ts";
import type { LoggedChange } from "./protocol.ts";
import type { Publisher } from "./publisher.ts";
import { Transaction } from "./transaction.ts";
import { Turns } from "./turns.ts";

const maxBatch = 2000;
/** The change log keeps this many entries, and is pruned each time that a tenth has come on top. */
export const heldChanges = 50_000;

/** One call of `ingest`; its events may end up in several batches. */
interface Call {
  left: number;
  resolve(): void;
  reject(error: unknown): void;
}
interface Ingestion {
  event: EventCreate;
  text: string;
  call: Call;
}

const nested = "Inside a transaction only the nouns of the transaction may be used.";
const closed = "The store is closed.";

type EventListener = (events: ReceivedEvent[]) => void;

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
  readonly #listeners = new Set<EventListener>();
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
        this.#tell(transaction.events, transaction.time);
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

  ingest(events: readonly EventCreate[]): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error(closed));
    if (events.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const call: Call = { left: events.length, resolve, reject };
      for (const event of events) this.#waiting.push({ event, text: eventText(event), call });
      if (!this.#isDraining) void this.#drain();
    });
  }

  onEvents(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#isDraining) await this.#turns.take(() => Promise.resolve());
    await this.#turns.take(() => Promise.resolve());
    await this.#parts.publisher.idle();
  }

  /** While one batch is written the next one gathers: the busier, the larger. */
  async #drain(): Promise<void> {
    this.#isDraining = true;
    // Frames that arrive in the same turn of the loop share the first batch.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      await this.#turns.take(() => this.#writeBatch(this.#waiting.splice(0, maxBatch)));
    }
    this.#isDraining = false;
  }

  async #writeBatch(batch: Ingestion[]): Promise<void> {
    const received = timestamp(this.#parts.now());
    try {
      const { changes, fresh } = await this.#parts.connection.ingest({
        seq: this.#seq,
        received,
        events: joinTexts(batch.map((ingestion) => ingestion.text)),
      });
      this.#committed(changes);
      if (this.#listeners.size > 0) {
        this.#tell(
          fresh.flatMap((place) => batch[place]?.event ?? []),
          received,
        );
      }
      for (const { call } of batch) {
        call.left -= 1;
        if (call.left === 0) call.resolve();
      }
    } catch (error) {
      for (const { call } of batch) call.reject(error);
    }
  }

  #committed(changes: readonly LoggedChange[]): void {
    this.#seq = changes.at(-1)?.seq ?? this.#seq;
    this.#parts.publisher.publish(changes);
    if (this.#seq - this.#pruned > heldChanges * 1.1) this.#prune();
  }

  #tell(events: readonly EventCreate[], received: string): void {
    if (events.length === 0 || this.#listeners.size === 0) return;
    const told = events.map((event) => ({ ...event, received }));
    for (const listener of this.#listeners) listener(told);
  }

  #prune(): void {
    this.#pruned = this.#seq - heldChanges;
    const step = { sql: "delete from change where seq <= ?", values: [this.#pruned], reads: false };
    // A log that is too long does no harm: the next pruning takes the rest.
    this.#turns.take(() => this.#parts.connection.run([step])).catch(() => undefined);
  }
}
