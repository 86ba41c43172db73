import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventCreate } from "../../schema/events.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Dialect } from "../sql/dialect.ts";
import type { ChangeFeed, StoredList } from "./change-feed.ts";
import type { Connection } from "./connection.ts";
import { DiskSpace } from "./disk-space.ts";
import { isOutOfDisk, isUnavailable } from "./errors.ts";
import { type Ingestion, Ingestions } from "./ingestions.ts";
import type { IngestBatch, IngestResult, ListResult, Taken } from "./protocol.ts";
import { SerialQueue } from "./serial-queue.ts";
import { Transaction, type Written } from "./transaction.ts";
import { TransitionCache } from "./transition-cache.ts";

/** Entries kept in the change log; it is pruned when it exceeds this by a tenth. */
export const heldChanges = 50_000;

/**
 * Bounds of a group commit: more than 64 savepoints are slow on PostgreSQL. Without groups the creation of a flow run
 * takes 1.4 times the CPU (`bench/set-state.ts`, 32 connections, SQLite).
 */
const maxGroup = 64;
const maxGroupMs = 5;

/** How long ingestion retries while the database is unreachable, in milliseconds. */
const patience = 10_000;
const pause = 200;

/** Characters written to probe for disk space. */
const probeLength = 65_536;

const nested = "Inside a transaction only the nouns of the transaction may be used.";
const closed = "The store is closed.";

interface Deps {
  connection: Connection;
  dialect: Dialect;
  now: () => number;
  feed: ChangeFeed;
}

/** A transaction that has run and waits for the group commit. */
interface Run {
  transaction: Transaction;
  written: Written;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The only write path. Transactions and batches of events run one at a time on the writer connection (group commit);
 * their changes are numbered and logged in the same transaction, and published after the commit.
 */
export class Committer {
  readonly #deps: Deps;
  readonly #queue = new SerialQueue();
  readonly #inside = new AsyncLocalStorage<Transaction>();
  readonly #runs: TransitionCache | undefined;
  readonly #disk = new DiskSpace();
  readonly #ingestions = new Ingestions((take) => this.#queue.run(() => this.#writeBatch(take())));
  /** Queued transactions, and below those that have run and wait for the group commit. */
  #inLine = 0;
  #group: Run[] = [];
  #groupSince = 0;
  #pruned: number;
  #isClosed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#runs = deps.dialect.isShared ? undefined : new TransitionCache();
    deps.connection.onWrites((writes) => this.#runs?.learnStatement(writes));
    this.#pruned = deps.feed.seq() - heldChanges;
  }

  /** Events ingested since the store was opened. */
  ingested = 0;

  /**
   * Whether writes are possible. After a write failed for lack of space, a probe is written and rolled back,
   * with the size of a larger request.
   */
  async hasRoom(): Promise<boolean> {
    if (!this.#disk.isShort) return true;
    // Random, because PostgreSQL compresses long values.
    const text = randomBytes(probeLength / 2).toString("hex");
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
      void this.#queue.run(async () => {
        this.#inLine -= 1;
        await this.#perform(work, resolve, reject);
        if (this.#isLast() || this.#isGroupFull()) await this.#commitGroup();
      });
    });
  }

  /** For the single connection of `:memory:`, where an unqueued read would see uncommitted writes. */
  queued<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(work);
  }

  /** Inside a transaction, methods of the store itself would wait for its end or not see its writes. */
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
    await this.#queue.run(() => Promise.resolve());
    await this.#deps.feed.close();
  }

  async #perform<T>(
    work: (transaction: Transaction) => Promise<T>,
    resolve: (result: T) => void,
    reject: (error: unknown) => void,
  ): Promise<void> {
    const { connection, dialect, now, feed } = this.#deps;
    const waiting = this.#group.length;
    const transaction = new Transaction({
      connection,
      dialect,
      now: now(),
      seq: () => feed.seq(),
      waiting,
      runs: this.#runs,
    });
    try {
      const result = await this.#inside.run(transaction, work, transaction);
      const isAlone = waiting === 0 && this.#isLast();
      const written = await transaction.end(isAlone ? "commit" : "release");
      const run = { transaction, written, resolve: () => resolve(result), reject };
      if (isAlone || !written.hasBegun) return this.#committed(run);
      if (waiting === 0) this.#groupSince = performance.now();
      this.#group.push(run);
    } catch (error) {
      this.#disk.failed(error);
      await transaction.rollback().catch(() => undefined);
      reject(error);
    }
  }

  /** With little disk space there is no group commit: a small write must not fail because of a large one. */
  #isLast(): boolean {
    return this.#inLine === 0 || this.#disk.isShort;
  }

  #isGroupFull(): boolean {
    if (this.#group.length === 0) return false;
    return this.#group.length >= maxGroup || performance.now() - this.#groupSince > maxGroupMs;
  }

  async #commitGroup(): Promise<void> {
    const runs = this.#group;
    if (runs.length === 0) return;
    this.#group = [];
    try {
      await this.#deps.connection.commit(runs.length);
    } catch (error) {
      this.#runs?.forget();
      this.#disk.failed(error);
      for (const { reject } of runs) reject(error);
      return;
    }
    for (const run of runs) this.#committed(run);
  }

  #committed({ transaction, written, resolve }: Run): void {
    const { changes, lastEvent, hasBegun } = written;
    if (hasBegun) this.#disk.wrote();
    const lists = [{ events: transaction.events, text: "", left: none }];
    this.#deps.feed.committed({ changes, lists, received: transaction.time, lastEvent });
    resolve();
    this.#pruneLog();
  }

  async #writeBatch(batch: readonly Ingestion[]): Promise<void> {
    await this.#commitGroup();
    const received = timestamp(this.#deps.now());
    const lists = batch.map(({ text, isTrusted }) => ({ text, isTrusted }));
    const { changes, lists: results, lastEvent } = await this.#ingestPatiently({ received, lists });
    for (const { count } of results) this.ingested += count;
    this.#deps.feed.committed({ changes, lists: storedLists(batch, results), received, lastEvent });
    batch.forEach(({ resolve }, at) => {
      const { unusual = null, givenUp = [] } = results[at] ?? {};
      resolve({ unusual, givenUp });
    });
    this.#pruneLog();
  }

  /** Writing events is idempotent, so it can be retried while the database restarts. */
  async #ingestPatiently(batch: IngestBatch): Promise<IngestResult> {
    const until = performance.now() + patience;
    for (;;) {
      try {
        const result = await this.#deps.connection.ingest(batch);
        this.#disk.wrote();
        return result;
      } catch (error) {
        this.#disk.failed(error);
        // Disk space does not come back while everything else is queued behind this.
        if (!isUnavailable(error) || isOutOfDisk(error) || performance.now() > until) throw error;
        await sleep(pause);
      }
    }
  }

  #pruneLog(): void {
    const seq = this.#deps.feed.seq();
    if (seq - this.#pruned <= heldChanges * 1.1) return;
    this.#pruned = seq - heldChanges;
    const step = { sql: "delete from change where seq <= ?", values: [this.#pruned], reads: false };
    // An oversized log is harmless: the next pruning removes the rest.
    this.#queue.run(() => this.#deps.connection.run([step])).catch(() => undefined);
  }
}

const none: ReadonlySet<number> = new Set();

/** Events of a batch to publish: without those already stored and those that were refused. */
function storedLists(batch: readonly Ingestion[], lists: readonly ListResult[]): StoredList[] {
  return batch.flatMap(({ text, events }, at) => {
    const { known, unusual } = lists[at] ?? { known: [], unusual: null };
    if (unusual === null) return [];
    const isWhole = known.length + unusual.length === 0;
    return [{ text, events, left: isWhole ? none : new Set([...known, ...unusual]) }];
  });
}
