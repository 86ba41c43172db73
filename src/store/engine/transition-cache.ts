import type { FlowRun } from "../../schema/flow-runs.ts";
import type { StatementWrites } from "./protocol.ts";

/** Related resources that events of a flow run name, and the owner of its current attempt. */
export interface EventContext {
  /** See `schema/attempt-tokens.ts`. */
  attempt_tokens: string | null;
  flow_name: string;
  flow_tags: string;
  /** Of the task run that represents the run in its parent. */
  parent_name: string | null;
  deployment_name: string | null;
  deployment_tags: string | null;
  work_pool_type: string | null;
  /** The concurrency limits of pool and queue. */
  pool_limit: number | null;
  queue_limit: number | null;
}

/** The cached event context of a flow run. */
export interface CachedContext {
  context: EventContext;
  /** Approximate size as JSON, in characters. */
  size: number;
}
/** A flow run as it was last read or written for a transition. */
export interface CachedRun extends CachedContext {
  run: FlowRun;
}

const maxRuns = 1000;
const maxSize = 20_000;

const maxStatements = 1000;

/** The tables that an entry is read from. */
const tables: ReadonlySet<string> = new Set(["flow_run", "flow", "deployment", "work_queue", "work_pool"]);

/**
 * Flow runs of recent transitions, so that the next transition of one does not read it again. Only used if no other
 * process writes to the database. Transactions run one at a time: an entry written by one is valid for the next, and a
 * failed one clears the cache. Rows read before a statement that clears the cache may be stale after it, so that
 * transaction adds no more entries.
 */
export class TransitionCache {
  readonly #runs = new Map<string, CachedRun>();
  /** Statements that have run before, and whether they change rows of `tables`. */
  readonly #outdating = new Map<string, boolean>();
  #isLearning = true;

  /** A transaction starts. */
  begin(): void {
    this.#isLearning = true;
  }

  get(id: string): CachedRun | undefined {
    return this.#runs.get(id);
  }

  learn(known: CachedRun): void {
    const { id } = known.run;
    this.#runs.delete(id);
    if (known.size > maxSize || !this.#isLearning) return;
    if (this.#runs.size >= maxRuns) this.#runs.delete(this.#runs.keys().next().value ?? "");
    this.#runs.set(id, known);
  }

  drop(id: string): void {
    this.#runs.delete(id);
  }

  /** A statement is about to run. Unless known not to change `tables`, it counts as a change of them. */
  wrote(sql: string): void {
    if (this.#outdating.get(sql) !== false) this.forget();
  }

  /** SQLite reports the tables that a statement writes when it prepares it. */
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
