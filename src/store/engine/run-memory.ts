import type { FlowRun } from "../../schema/flow-runs.ts";
import type { StatementWrites } from "./protocol.ts";

/** What an event tells of the places that a run belongs to, and who has it. */
export interface Surroundings {
  /** See `schema/attempt-tokens.ts`. */
  attempt_tokens: string | null;
  flow_name: string;
  flow_tags: string;
  /** Of the task run that stands for the run in another. */
  parent_name: string | null;
  deployment_name: string | null;
  deployment_tags: string | null;
  work_pool_type: string | null;
  /** The limits on runs there. */
  pool_limit: number | null;
  queue_limit: number | null;
}

/** What the events of a flow run tell of its places. */
export interface Placed {
  around: Surroundings;
  /** About how many characters it has as JSON. */
  size: number;
}
/** A flow run as it was last read or written for a transition. */
export interface Remembered extends Placed {
  run: FlowRun;
}

const maxRuns = 1000;
const maxSize = 20_000;

const maxStatements = 1000;

/** What a run, and what its events tell, is read from. */
const tables: ReadonlySet<string> = new Set(["flow_run", "flow", "deployment", "work_queue", "work_pool"]);

/**
 * What the writer knows of flow runs that were moved lately, so that the next transition of one needs not ask for it. Only
 * where nobody else writes into the database. Transactions have their turns: what one of them writes here at once, the
 * next may rely on, and when one fails all is forgotten. What it has read before a statement that forgets may be out of
 * date after it, so that nothing more is learned from that transaction.
 */
export class RunMemory {
  readonly #runs = new Map<string, Remembered>();
  /** Statements that have run before, and whether they change rows of `tables`. */
  readonly #outdating = new Map<string, boolean>();
  #isLearning = true;

  /** A transaction has its turn. */
  begin(): void {
    this.#isLearning = true;
  }

  get(id: string): Remembered | undefined {
    return this.#runs.get(id);
  }

  learn(known: Remembered): void {
    const { id } = known.run;
    this.#runs.delete(id);
    if (known.size > maxSize || !this.#isLearning) return;
    if (this.#runs.size >= maxRuns) this.#runs.delete(this.#runs.keys().next().value ?? "");
    this.#runs.set(id, known);
  }

  drop(id: string): void {
    this.#runs.delete(id);
  }

  /** A statement is about to be run. What is not known to leave `tables` alone counts as a change of them. */
  wrote(sql: string): void {
    if (this.#outdating.get(sql) !== false) this.forget();
  }

  /** What a statement changes is known from SQLite, once it has prepared it. */
  learnStatement({ sql, changes }: StatementWrites): void {
    if (this.#outdating.size >= maxStatements) this.#outdating.clear();
    this.#outdating.set(
      sql,
      changes.some((table) => tables.has(table)),
    );
  }

  forget(): void {
    this.#isLearning = false;
    this.#runs.clear();
  }
}
