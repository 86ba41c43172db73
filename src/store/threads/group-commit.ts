import type { DatabaseSync } from "node:sqlite";
import type { TransactionPart } from "../engine/protocol.ts";
import { RolledBack } from "./sqlite-failures.ts";

const savepoint = "one_of_several";

/**
 * Group commit on one connection: each transaction after the first runs in a savepoint, so that one that fails is
 * rolled back alone, and all of them are committed at once.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  /** Finished transactions that wait for the group commit. */
  #waiting = 0;
  #isInside = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Part of a transaction. After a failure the remaining parts are refused: they must not run on their own. */
  inside<T>({ starts, ends, waiting }: TransactionPart, work: () => T): T {
    if (starts) this.#begin(waiting);
    else if (!this.#isInside || !this.#database.isTransaction) throw new RolledBack();
    const result = work();
    if (ends === null) return result;
    if (ends === "commit") this.#commit();
    else {
      if (this.#waiting > 0) this.#database.exec(`release ${savepoint}`);
      this.#waiting += 1;
    }
    this.#isInside = false;
    return result;
  }

  /** Commits the group. */
  commit(waiting: number): void {
    const isThere = waiting === this.#waiting && this.#database.isTransaction;
    this.#waiting = 0;
    if (!isThere) throw new RolledBack();
    this.#commit();
  }

  /** Rolls back the current transaction; those that wait for the group commit stay, unless SQLite has rolled back all. */
  rollback(): void {
    const wasInside = this.#isInside;
    this.#isInside = false;
    if (!this.#database.isOpen || !this.#database.isTransaction) return;
    if (this.#waiting === 0) this.#database.exec("rollback");
    else if (wasInside) this.#database.exec(`rollback to ${savepoint}; release ${savepoint}`);
  }

  #begin(waiting: number): void {
    if (waiting !== this.#waiting || waiting > 0 !== this.#database.isTransaction) throw new RolledBack();
    this.#database.exec(waiting > 0 ? `savepoint ${savepoint}` : "begin immediate");
    this.#isInside = true;
  }

  #commit(): void {
    this.#waiting = 0;
    try {
      this.#database.exec("commit");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("rollback");
      throw error;
    }
  }
}
