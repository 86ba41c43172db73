import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "../engine/errors.ts";
import type { RunSteps } from "../engine/postgres-steps.ts";
import type { Rows, Step, TransactionPart } from "../engine/protocol.ts";
import { reasonOf } from "./postgres-failures.ts";
import { Session, StepError } from "./postgres-session.ts";
import type { Access } from "./postgres-url.ts";

/** The NOTIFY channel on which each commit is announced to all replicas. */
export const channel = "praetor";

// One transaction writes at a time, whichever replica it comes from, as with SQLite: who begins one waits for the
// lock, which goes with the transaction. The key is ours alone, and arbitrary.
const beginSql = "begin; select pg_advisory_xact_lock(7023112514)";
const savepoint = "savepoint one";

const lost = "The connection to the database was lost, and the transaction with it.";
const notCommitted =
  "The connection to the database was lost while the transaction was committed: it was not.";
const unknownOutcome =
  "The connection to the database was lost while the transaction was committed, and whether it was is not known.";

/** How long the outcome of a commit is asked for when its answer was lost, in milliseconds. */
const outcomePatience = 15_000;

/**
 * The session that writes. Transactions that wait in this process share one of the database: each after the first
 * has a savepoint, and all of them are committed together.
 */
export class Writer {
  readonly #access: Access;
  #session: Session | undefined;
  /** Whether a transaction of the database is open. */
  #isOpen = false;
  /** How many of ours wait in it to be committed. */
  #waiting = 0;
  /** Whether one of ours is under way in it. */
  #isInside = false;
  /** Under this name each commit leaves its number. */
  #replica: string | undefined;
  #lastCommit = 0;

  constructor(access: Access) {
    this.#access = access;
  }

  /** A part of a transaction. */
  async inside(steps: readonly Step[], part: TransactionPart): Promise<(Rows | null)[]> {
    const { starts, ends, waiting } = part;
    if (waiting !== this.#waiting) throw await this.#lost();
    if (starts === this.#isInside) throw new StoreError("The transaction was rolled back.");
    try {
      // Nobody waits, and nothing can have been committed: a connection found dead may be replaced.
      const mayRepeat = starts && ends !== "commit" && waiting === 0;
      const results = await this.#send(steps, part).catch((error: unknown) => {
        if (!mayRepeat || !this.#session?.isDead) throw error;
        this.#forget();
        return this.#send(steps, part);
      });
      if (ends === "commit" && this.#waiting > 0) await this.commit();
      return results;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /** From now on commits leave the name of this process. */
  async register(replica: string): Promise<void> {
    this.#replica = replica;
  }

  /** Within the transaction if there is one. */
  async run(steps: readonly Step[]): Promise<(Rows | null)[]> {
    return (await this.#ready()).run(steps);
  }

  /** Several statements as one text, within the transaction. They may take long: an index of many rows does. */
  async script(sql: string): Promise<void> {
    await (await this.#ready()).script(`set local statement_timeout = 0; ${sql}`);
  }

  /** A transaction of its own, from the lock to the commit. */
  async alone<T>(work: (run: RunSteps) => Promise<T>): Promise<T> {
    await this.inside([], { starts: true, ends: null, waiting: 0 });
    try {
      const result = await work((steps) => this.run(steps));
      await this.inside([], { starts: false, ends: "commit", waiting: 0 });
      return result;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /** Commits all that wait. */
  async commit(waiting = this.#waiting): Promise<void> {
    const session = this.#session;
    if (waiting !== this.#waiting || !this.#isOpen || !session || session.isDead) throw await this.#lost();
    this.#forget();
    const { failure } = await session.exchange({ steps: [], after: this.#commitSql() });
    if (failure && session.isDead) await this.#assertCommitted(failure);
    else if (failure) throw failure;
  }

  /** Undoes what is under way; what waits to be committed stays. */
  async rollback(): Promise<void> {
    if (!this.#isInside) return;
    this.#isInside = false;
    if (this.#waiting === 0 || this.#session?.isDead) return this.#abandon();
    // Where that is not possible, all of them are given up.
    await this.#session
      ?.script(`rollback to ${savepoint}; release ${savepoint}`)
      .catch(() => this.#abandon());
  }

  async close(): Promise<void> {
    await this.#session?.close();
  }

  async #send(steps: readonly Step[], { starts, ends }: TransactionPart): Promise<(Rows | null)[]> {
    const session = await this.#ready();
    const isFirst = this.#waiting === 0;
    const commits = ends === "commit" && isFirst;
    const before = starts ? (isFirst ? beginSql : savepoint) : undefined;
    const after = commits ? this.#commitSql() : ends && !isFirst ? `release ${savepoint}` : undefined;
    this.#isInside = true;
    this.#isOpen = true;
    const { answers, failure } = await session.exchange({ before, steps, after });
    // Committed all the same, its answers may be missing.
    if (failure && commits && session.isDead) await this.#assertCommitted(failure);
    else if (failure) throw failure;
    if (commits) this.#forget();
    else if (ends) {
      this.#isInside = false;
      this.#waiting += 1;
    }
    return answers;
  }

  async #ready(): Promise<Session> {
    if (this.#session && !this.#session.isDead) return this.#session;
    if (this.#isOpen) throw await this.#lost();
    const session = await Session.open(this.#access, "writer");
    await refuseOld(session);
    this.#session = session;
    return session;
  }

  /** Rolls back what waits for the group commit; its callers get the failure. */
  async #lost(): Promise<StoreError> {
    await this.#abandon();
    return new StoreError(lost, { reason: "unavailable" });
  }

  async #abandon(): Promise<void> {
    this.#forget();
    if (this.#session && !this.#session.isDead) await this.#session.script("rollback").catch(() => undefined);
  }

  #forget(): void {
    this.#isOpen = false;
    this.#waiting = 0;
    this.#isInside = false;
  }

  /** Leaves a mark, by which to know afterwards whether it was committed, and calls the other replicas. */
  #commitSql(): string {
    this.#lastCommit += 1;
    const seen = new Date().toISOString().replace("Z", "000Z");
    const mark = `insert into replica (id, seen, last_commit) values ('${this.#replica}', '${seen}', ${this.#lastCommit})
      on conflict (id) do update set seen = excluded.seen, last_commit = excluded.last_commit`;
    return `${this.#replica === undefined ? "" : `${mark};`} select pg_notify('${channel}', ''); commit`;
  }

  async #assertCommitted(cause: unknown): Promise<void> {
    this.#forget();
    const until = performance.now() + outcomePatience;
    while (this.#replica !== undefined && performance.now() < until) {
      const mark = await this.#readMark(this.#replica);
      if (mark === this.#lastCommit) return;
      if (mark !== undefined) throw new StoreError(notCommitted, { cause, reason: "unavailable" });
      await sleep(100);
    }
    throw new StoreError(unknownOutcome, { cause, reason: "unavailable" });
  }

  /** Holding the lock proves that its previous owner has ended, including a session whose reply was lost. */
  async #readMark(replica: string): Promise<number | undefined> {
    const sql = "select coalesce(max(last_commit), 0) from replica where id = ?";
    const steps = [{ sql, values: [replica], reads: true }];
    try {
      const session = await this.#ready();
      const { answers, failure } = await session.exchange({ before: beginSql, steps, after: "rollback" });
      if (failure) throw failure;
      return Number(answers[0]?.rows[0]?.[0]);
    } catch (error) {
      const cause = error instanceof StepError ? error.cause : error;
      if (!["unavailable", "disk"].includes(reasonOf(cause) ?? "")) throw error;
      return undefined;
    }
  }
}

const oldest = 14;

async function refuseOld(session: Session): Promise<void> {
  const sql = "select current_setting('server_version_num'), current_setting('server_version')";
  const [found] = await session.run([{ sql, values: [], reads: true }]);
  const [number, name] = found?.rows[0] ?? [];
  if (Number(number) >= oldest * 10_000) return;
  await session.close();
  throw new StoreError(`Expected PostgreSQL ${oldest} or newer, and the server is PostgreSQL ${name}.`);
}
