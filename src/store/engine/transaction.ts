import type { EventCreate } from "../../schema/events.ts";
import type { LiveNoun } from "../../schema/live.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Dialect } from "../sql/dialect.ts";
import { insertChangesSql } from "../sql/hot-sql.ts";
import { grouped, logValues } from "./change-groups.ts";
import type { Connection } from "./connection.ts";
import { eventStep } from "./event-rows.ts";
import type {
  ChangeGroup,
  EventStep,
  LoggedChange,
  Rows,
  RunKind,
  RunList,
  RunsAsked,
  Step,
  TransactionPart,
  Value,
} from "./protocol.ts";
import type { RunMemory } from "./run-memory.ts";
import { listStep, type Query, readAll, type Statement, stepOf, type WriteScope } from "./scope.ts";
import { Tally } from "./tallies.ts";

type Unnumbered = Omit<LoggedChange, "seq">;

interface Begun {
  connection: Connection;
  dialect: Dialect;
  /** Milliseconds since the epoch. */
  now: number;
  seq: () => number;
  /** How many others are to be committed together with this one. */
  waiting: number;
  runs: RunMemory | undefined;
}

/** What a transaction has written. */
export interface Written {
  changes: ChangeGroup[];
  /** The seq of the last event, where others write into the same database. */
  lastEvent?: number;
  /** False when there was nothing to do for the database. */
  hasBegun: boolean;
}

/** A read that waits to be sent, at its place among the steps. */
interface Asked {
  at: number;
  resolve(rows: Rows): void;
  reject(error: unknown): void;
}

const ended = "The transaction has ended; its nouns cannot be used any more.";
const lastEvent: Step = { sql: "select max(seq) from event", values: [], reads: true };
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
  readonly runs: RunMemory | undefined;
  readonly #connection: Connection;
  readonly #now: number;
  readonly #waiting: number;
  readonly #changes = new Map<string, Unnumbered>();
  readonly #events: EventCreate[] = [];
  #unsent: (Step | EventStep)[] = [];
  #asked: Asked[] = [];
  /** For the resources of all events. */
  #labels: Readonly<Record<string, string>> | undefined;
  #hasBegun = false;
  #isOpen = true;
  /** The first statement that failed; it has rolled everything back, whether the caller took notice or not. */
  #failure: { error: unknown } | undefined;

  constructor({ connection, dialect, now, seq, waiting, runs }: Begun) {
    this.runs = runs;
    runs?.begin();
    this.#connection = connection;
    this.dialect = dialect;
    this.seq = seq;
    this.#now = now;
    this.#waiting = waiting;
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

  /** What is asked for in the same breath travels together. */
  async rows(sql: string, values: readonly Value[], runs?: RunsAsked): Promise<Rows> {
    this.#assertOpen();
    if (this.#asked.length === 0) queueMicrotask(() => this.#sendAsked());
    return new Promise((resolve, reject) => {
      this.#asked.push({ at: this.#unsent.length, resolve, reject });
      this.#unsent.push({ sql, values, reads: true, ...(runs && { runs }) });
    });
  }

  async graph(flowRunId: string): Promise<string | null> {
    this.#assertOpen();
    // What was written so far is part of it.
    await this.#send([], null);
    return this.#connection.graph(flowRunId);
  }

  async list(query: Query<unknown>, kind: RunKind): Promise<RunList> {
    this.#assertOpen();
    await this.#send([], null);
    return this.#connection.list(listStep(this, query, kind));
  }

  known<R>(query: Query<R>): Promise<readonly R[]> {
    return this.all(query);
  }

  all<R>(query: Query<R>, runs?: RunKind): Promise<R[]> {
    return readAll(this, query, runs);
  }

  async first<R>(query: Query<R>, runs?: RunKind): Promise<R | undefined> {
    return (await this.all(query, runs))[0];
  }

  write(statement: Statement, isTold = false): void {
    this.#assertOpen();
    const step = stepOf(this.dialect, statement, false);
    if (!isTold) this.runs?.wrote(step.sql);
    this.#unsent.push(step);
  }

  changed(noun: LiveNoun, kind: LoggedChange["kind"], id: string, flowRunId: string | null = null): void {
    const key = `${noun} ${id}`;
    const before = this.#changes.get(key)?.kind;
    this.#changes.delete(key);
    if (before === "created" && kind === "deleted") return;
    const seen = before === "created" ? "created" : kind;
    this.#changes.set(key, { noun, kind: seen, id, flow_run_id: flowRunId });
  }

  event(given: EventCreate): void {
    this.#assertOpen();
    const event = this.#labels ? { ...given, resource: { ...given.resource, ...this.#labels } } : given;
    this.#events.push(event);
    this.#unsent.push(eventStep(event, this.time));
  }

  labelEvents(labels: Readonly<Record<string, string>>): void {
    this.#labels = labels;
  }

  /** Writes what waits and the change log, and ends; answers what changed, which counts once it is committed. */
  async end(how: "commit" | "release"): Promise<Written> {
    this.#assertOpen();
    this.#unsent.push(...this.tally.steps());
    const groups = grouped(this.#changes.values());
    const log = groups.map((group) => ({ sql: insertChangesSql, values: logValues(group), reads: true }));
    const isTold = this.dialect.isShared && this.#events.length > 0;
    let results: (Rows | null)[] = [];
    if (this.#hasBegun || this.#unsent.length + log.length > 0) {
      results = await this.#send(isTold ? [...log, lastEvent] : log, how);
    }
    this.#isOpen = false;
    const seqs = results.slice(-log.length - (isTold ? 1 : 0)).map((result) => result?.rows[0]?.[0]);
    // Answers may be lost on the way: then others tell what changed.
    const isKnown = groups.every((_, at) => typeof seqs[at] === "number");
    const changes = isKnown ? groups.map((group, at) => ({ ...group, seq: Number(seqs[at]) })) : [];
    return { changes, hasBegun: this.#hasBegun, ...(isTold && { lastEvent: Number(seqs.at(-1) ?? 0) }) };
  }

  async rollback(): Promise<void> {
    this.#isOpen = false;
    this.#unsent = [];
    this.runs?.forget();
    for (const { reject } of this.#asked.splice(0)) reject(new Error(ended));
    if (this.#hasBegun) await this.#connection.rollback();
  }

  #sendAsked(): void {
    // Whoever asked hears of a failure.
    if (this.#asked.length > 0) this.#send([], null).catch(() => undefined);
  }

  async #send(steps: Step[], ends: TransactionPart["ends"]): Promise<(Rows | null)[]> {
    const all = [...this.#unsent, ...steps];
    this.#unsent = [];
    const asked = this.#asked.splice(0);
    const starts = !this.#hasBegun;
    this.#hasBegun = true;
    try {
      const results = await this.#connection.run(all, { starts, ends, waiting: this.#waiting });
      for (const { at, resolve } of asked) resolve(results[at] ?? empty);
      return results;
    } catch (error) {
      this.#failure ??= { error };
      for (const { reject } of asked) reject(error);
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#failure) throw this.#failure.error;
    if (!this.#isOpen) throw new Error(ended);
  }
}
