import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventCreate } from "../../schema/events.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Dialect } from "../sql/dialect.ts";
import type { StoredList, Teller } from "./change-feed.ts";
import type { Connection } from "./connection.ts";
import { isOutOfDisk, isUnavailable } from "./errors.ts";
import { type Ingestion, Ingestions } from "./ingestions.ts";
import type { IngestBatch, IngestResult, ListResult, Taken } from "./protocol.ts";
import { Room } from "./room.ts";
import { RunMemory } from "./run-memory.ts";
import { Transaction, type Written } from "./transaction.ts";
import { Turns } from "./turns.ts";

/** The change log keeps this many entries, and is pruned each time that a tenth has come on top. */
export const heldChanges = 50_000;

/** Bounds of what is committed together: more than 64 savepoints are slow on PostgreSQL. */
const maxTogether = 64;
const maxTogetherMs = 5;

/** How long events wait for a database that is out of reach, in milliseconds. */
const patience = 10_000;
const pause = 200;

/** Characters of what is written to see whether there is room. */
const probeLength = 65_536;

const nested = "Inside a transaction only the nouns of the transaction may be used.";
const closed = "The store is closed.";

interface Parts {
  connection: Connection;
  dialect: Dialect;
  now: () => number;
  teller: Teller;
}

/** A transaction that has run and waits to be committed together with others. */
interface Run {
  transaction: Transaction;
  written: Written;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The one write path. Transactions and batches of events take turns on the writer; what they changed is
 * numbered, logged in the same transaction, and told after the commit.
 */
export class Committer {
  readonly #parts: Parts;
  readonly #turns = new Turns();
  readonly #inside = new AsyncLocalStorage<Transaction>();
  readonly #runs: RunMemory | undefined;
  readonly #room = new Room();
  readonly #ingestions = new Ingestions((take) => this.#turns.take(() => this.#writeBatch(take())));
  /** Transactions that wait for their turn, and those that had it and wait for the common commit. */
  #inLine = 0;
  #together: Run[] = [];
  #togetherSince = 0;
  #pruned: number;
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#runs = parts.dialect.isShared ? undefined : new RunMemory();
    parts.connection.onWrites((writes) => this.#runs?.learnStatement(writes));
    this.#pruned = parts.teller.seq() - heldChanges;
  }

  /** Events taken in since the store was opened. */
  ingested = 0;

  /**
   * Whether something can be stored. Where the last write found no room another one is tried, which leaves nothing:
   * it takes as much as a larger request does.
   */
  async hasRoom(): Promise<boolean> {
    if (!this.#room.isShort) return true;
    const text = "x".repeat(probeLength);
    const probe = this.transaction(async (transaction) => {
      const { build } = transaction.dialect;
      const { time } = transaction;
      const row = { key: `room ${newId()}`, created: time, updated: time, value: JSON.stringify(text) };
      transaction.write(build.insertInto("configuration").values(row));
      transaction.write(build.deleteFrom("configuration").where("key", "=", row.key));
    });
    return probe.then(
      () => true,
      () => false,
    );
  }

  /** Lists of events that are not written yet. */
  waiting(): number {
    return this.#ingestions.waiting;
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#inside.getStore()?.isOpen) return Promise.reject(new Error(nested));
    if (this.#isClosed) return Promise.reject(new Error(closed));
    this.#inLine += 1;
    return new Promise((resolve, reject) => {
      void this.#turns.take(async () => {
        this.#inLine -= 1;
        await this.#perform(work, resolve, reject);
        if (this.#isLast() || this.#isTogetherFull()) await this.#commitTogether();
      });
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

  async ingest(events: readonly EventCreate[]): Promise<readonly string[]> {
    if (this.#isClosed) throw new Error(closed);
    return this.#ingestions.add(events);
  }

  ingestText(text: string): Promise<Taken> {
    if (this.#isClosed) return Promise.reject(new Error(closed));
    return this.#ingestions.addText(text);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#ingestions.idle();
    await this.#turns.take(() => Promise.resolve());
    await this.#parts.teller.close();
  }

  async #perform<T>(
    work: (transaction: Transaction) => Promise<T>,
    resolve: (result: T) => void,
    reject: (error: unknown) => void,
  ): Promise<void> {
    const { connection, dialect, now, teller } = this.#parts;
    const waiting = this.#together.length;
    const transaction = new Transaction({
      connection,
      dialect,
      now: now(),
      seq: () => teller.seq(),
      waiting,
      runs: this.#runs,
    });
    try {
      const result = await this.#inside.run(transaction, work, transaction);
      const isAlone = waiting === 0 && this.#isLast();
      const written = await transaction.end(isAlone ? "commit" : "release");
      const run = { transaction, written, resolve: () => resolve(result), reject };
      if (isAlone || !written.hasBegun) return this.#committed(run);
      if (waiting === 0) this.#togetherSince = performance.now();
      this.#together.push(run);
    } catch (error) {
      this.#room.failed(error);
      await transaction.rollback().catch(() => undefined);
      reject(error);
    }
  }

  /** Where there is little room, nothing is written together: what finds some must not fail with what finds none. */
  #isLast(): boolean {
    return this.#inLine === 0 || this.#room.isShort;
  }

  #isTogetherFull(): boolean {
    if (this.#together.length === 0) return false;
    return this.#together.length >= maxTogether || performance.now() - this.#togetherSince > maxTogetherMs;
  }

  async #commitTogether(): Promise<void> {
    const runs = this.#together;
    if (runs.length === 0) return;
    this.#together = [];
    try {
      await this.#parts.connection.commit(runs.length);
    } catch (error) {
      this.#runs?.forget();
      this.#room.failed(error);
      for (const { reject } of runs) reject(error);
      return;
    }
    for (const run of runs) this.#committed(run);
  }

  #committed({ transaction, written, resolve }: Run): void {
    const { changes, lastEvent, hasBegun } = written;
    if (hasBegun) this.#room.wrote();
    const lists = [{ events: transaction.events, text: "", left: none }];
    this.#parts.teller.committed({ changes, lists, received: transaction.time, lastEvent });
    resolve();
    this.#pruneLog();
  }

  async #writeBatch(batch: readonly Ingestion[]): Promise<void> {
    await this.#commitTogether();
    const received = timestamp(this.#parts.now());
    const lists = batch.map(({ text, isTrusted }) => ({ text, isTrusted }));
    const { changes, lists: results, lastEvent } = await this.#ingestPatiently({ received, lists });
    for (const { count } of results) this.ingested += count;
    this.#parts.teller.committed({ changes, lists: storedLists(batch, results), received, lastEvent });
    batch.forEach(({ resolve }, at) => {
      const { unusual = null, givenUp = [] } = results[at] ?? {};
      resolve({ unusual, givenUp });
    });
    this.#pruneLog();
  }

  /** What is written twice is stored once, so that it may be tried again for as long as a server restarts. */
  async #ingestPatiently(batch: IngestBatch): Promise<IngestResult> {
    const until = performance.now() + patience;
    for (;;) {
      try {
        const result = await this.#parts.connection.ingest(batch);
        this.#room.wrote();
        return result;
      } catch (error) {
        this.#room.failed(error);
        // Room does not come while all others wait for this.
        if (!isUnavailable(error) || isOutOfDisk(error) || performance.now() > until) throw error;
        await sleep(pause);
      }
    }
  }

  #pruneLog(): void {
    const seq = this.#parts.teller.seq();
    if (seq - this.#pruned <= heldChanges * 1.1) return;
    this.#pruned = seq - heldChanges;
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
