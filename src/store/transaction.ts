import type { EventCreate } from "../schema/events.ts";
import { timestamp } from "../schema/scalars.ts";
import { grouped } from "./change-groups.ts";
import type { Connection } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import { eventSteps } from "./event-rows.ts";
import { insertChangesSql } from "./hot-sql.ts";
import type { ChangeGroup, LoggedChange, Rows, Step, Value } from "./protocol.ts";
import { objectsOf, type Query, type Statement, stepOf, type WriteScope } from "./scope.ts";
import type { ChangeNoun } from "./store.ts";
import { Tally } from "./tallies.ts";

type Unnumbered = Omit<LoggedChange, "seq">;

const empty: Rows = { columns: [], rows: [] };

/**
 * One exclusive write transaction. Statements that only write are kept until a read or the commit takes them
 * along: a transition costs two messages, one that begins and reads, one that writes and commits.
 */
export class Transaction implements WriteScope {
  readonly dialect: Dialect;
  readonly time: string;
  readonly seq: () => number;
  readonly tally = new Tally();
  readonly #connection: Connection;
  readonly #now: number;
  readonly #changes = new Map<string, Unnumbered>();
  readonly #events: EventCreate[] = [];
  #unsent: Step[] = [];
  #hasBegun = false;
  #isOpen = true;
  /** The first statement that failed; it has rolled everything back, whether the caller took notice or not. */
  #failure: { error: unknown } | undefined;

  constructor(connection: Connection, dialect: Dialect, now: number, seq: () => number) {
    this.#connection = connection;
    this.dialect = dialect;
    this.seq = seq;
    this.#now = now;
    this.time = timestamp(now);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get events(): readonly EventCreate[] {
    return this.#events;
  }

  now(): number {
    return this.#now;
  }

  async rows(sql: string, values: readonly Value[]): Promise<Rows> {
    this.#assertOpen();
    const results = await this.#send([{ sql, values, reads: true }], false);
    return results.at(-1) ?? empty;
  }

  async graph(flowRunId: string): Promise<string | null> {
    this.#assertOpen();
    // What was written so far is part of it.
    await this.#send([], false);
    return this.#connection.graph(flowRunId);
  }

  async all<R>(query: Query<R>): Promise<R[]> {
    const { sql, values } = stepOf(this.dialect, query, true);
    return objectsOf(query, await this.rows(sql, values));
  }

  async first<R>(query: Query<R>): Promise<R | undefined> {
    return (await this.all(query))[0];
  }

  write(statement: Statement): void {
    this.#assertOpen();
    this.#unsent.push(stepOf(this.dialect, statement, false));
  }

  changed(noun: ChangeNoun, kind: LoggedChange["kind"], id: string, flowRunId: string | null = null): void {
    const key = `${noun} ${id}`;
    const before = this.#changes.get(key)?.kind;
    this.#changes.delete(key);
    if (before === "created" && kind === "deleted") return;
    const seen = before === "created" ? "created" : kind;
    this.#changes.set(key, { noun, kind: seen, id, flow_run_id: flowRunId });
  }

  event(event: EventCreate): void {
    this.#events.push(event);
    for (const step of eventSteps(event, this.time)) this.write(step);
  }

  /** Writes what waits and the change log, and commits; answers what changed. */
  async commit(): Promise<ChangeGroup[]> {
    this.#assertOpen();
    this.#unsent.push(...this.tally.steps());
    const changes = grouped(this.#changes.values(), this.seq());
    for (const { seq, noun, kind, flow_run_id, ids } of changes) {
      this.write({ sql: insertChangesSql, values: [seq, noun, kind, flow_run_id, ids] });
    }
    if (this.#hasBegun || this.#unsent.length > 0) await this.#send([], true);
    this.#isOpen = false;
    return changes;
  }

  async rollback(): Promise<void> {
    this.#isOpen = false;
    this.#unsent = [];
    if (this.#hasBegun) await this.#connection.rollback();
  }

  async #send(steps: Step[], commits: boolean): Promise<(Rows | null)[]> {
    const all = [...this.#unsent, ...steps];
    this.#unsent = [];
    const starts = !this.#hasBegun;
    this.#hasBegun = true;
    try {
      return await this.#connection.run(all, { starts, commits });
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#failure) throw this.#failure.error;
    if (!this.#isOpen) throw new Error("The transaction has ended; its nouns cannot be used any more.");
  }
}
