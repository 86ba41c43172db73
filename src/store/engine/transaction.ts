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
  GraphPart,
  LoggedChange,
  Rows,
  RunKind,
  RunList,
  RunsRequest,
  Step,
  TransactionPart,
  Value,
} from "./protocol.ts";
import { Rollup } from "./rollup.ts";
import { listStep, type Query, readAll, type Statement, stepOf, type WriteScope } from "./scope.ts";
import type { TransitionCache } from "./transition-cache.ts";

type Unnumbered = Omit<LoggedChange, "seq">;

interface TransactionOptions {
  connection: Connection;
  dialect: Dialect;
  /** Milliseconds since the epoch. */
  now: number;
  seq: () => number;
  /** How many others wait for the same group commit. */
  waiting: number;
  runs: TransitionCache | undefined;
}

/** The writes of a transaction. */
export interface Written {
  changes: ChangeGroup[];
  /** The seq of the last event, on a shared database. */
  lastEvent?: number;
  /** False when no statement was sent. */
  hasBegun: boolean;
}

/** A buffered read and its index among the steps. */
interface BufferedRead {
  at: number;
  resolve(rows: Rows): void;
  reject(error: unknown): void;
}

const ended = "The transaction has ended; its nouns cannot be used any more.";
const lastEvent: Step = { sql: "select max(seq) from event", values: [], reads: true };
const empty: Rows = { columns: [], rows: [] };

/**
 * One exclusive write transaction. Statements that only write are buffered until a read or the commit sends them
 * too: a transition costs two messages, one that begins and reads, one that writes and commits.
 */
export class Transaction implements WriteScope {
  readonly dialect: Dialect;
  readonly time: string;
  readonly seq: () => number;
  readonly rollup = new Rollup();
  readonly runs: TransitionCache | undefined;
  readonly #connection: Connection;
  readonly #now: number;
  readonly #waiting: number;
  readonly #changes = new Map<string, Unnumbered>();
  readonly #events: EventCreate[] = [];
  /** Writes travel with the next read or the end; one by one a transition takes 1.2 times the CPU (`bench/set-state.ts`). */
  #unsent: (Step | EventStep)[] = [];
  #reads: BufferedRead[] = [];
  /** Labels for the resources of all events. */
  #labels: Readonly<Record<string, string>> | undefined;
  #hasBegun = false;
  #isOpen = true;
  /** The first failure; it has rolled everything back, even if the caller ignores it. */
  #failure: { error: unknown } | undefined;

  constructor({ connection, dialect, now, seq, waiting, runs }: TransactionOptions) {
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

  /** Reads of the same microtask are sent in one message. */
  async rows(sql: string, values: readonly Value[], runs?: RunsRequest): Promise<Rows> {
    this.#assertOpen();
    if (this.#reads.length === 0) queueMicrotask(() => this.#sendReads());
    return new Promise((resolve, reject) => {
      this.#reads.push({ at: this.#unsent.length, resolve, reject });
      this.#unsent.push({ sql, values, reads: true, ...(runs && { runs }) });
    });
  }

  async graph(part: GraphPart): Promise<string | null> {
    this.#assertOpen();
    // Sent with the writes so far.
    await this.#send([], null);
    return this.#connection.graph(part);
  }

  async list(query: Query<unknown>, kind: RunKind): Promise<RunList> {
    this.#assertOpen();
    await this.#send([], null);
    return this.#connection.list(listStep(this, query, kind));
  }

  cached<R>(query: Query<R>): Promise<readonly R[]> {
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

  event(input: EventCreate): void {
    this.#assertOpen();
    const event = this.#labels ? { ...input, resource: { ...input.resource, ...this.#labels } } : input;
    this.#events.push(event);
    this.#unsent.push(eventStep(event, this.time));
  }

  labelEvents(labels: Readonly<Record<string, string>>): void {
    this.#labels = labels;
  }

  /** Sends buffered writes and the change log, and ends; returns the changes, valid once committed. */
  async end(how: "commit" | "release"): Promise<Written> {
    this.#assertOpen();
    this.#unsent.push(...this.rollup.steps());
    const groups = grouped(this.#changes.values());
    const log = groups.map((group) => ({ sql: insertChangesSql, values: logValues(group), reads: true }));
    const isTold = this.dialect.isShared && this.#events.length > 0;
    let results: (Rows | null)[] = [];
    if (this.#hasBegun || this.#unsent.length + log.length > 0) {
      results = await this.#send(isTold ? [...log, lastEvent] : log, how);
    }
    this.#isOpen = false;
    const seqs = results.slice(-log.length - (isTold ? 1 : 0)).map((result) => result?.rows[0]?.[0]);
    // Replies may be lost with the connection; the change log then still has the changes.
    const isKnown = groups.every((_, at) => typeof seqs[at] === "number");
    const changes = isKnown ? groups.map((group, at) => ({ ...group, seq: Number(seqs[at]) })) : [];
    return { changes, hasBegun: this.#hasBegun, ...(isTold && { lastEvent: Number(seqs.at(-1) ?? 0) }) };
  }

  async rollback(): Promise<void> {
    this.#isOpen = false;
    this.#unsent = [];
    this.runs?.forget();
    for (const { reject } of this.#reads.splice(0)) reject(new Error(ended));
    if (this.#hasBegun) await this.#connection.rollback();
  }

  #sendReads(): void {
    // A failure is reported to the callers of the reads.
    if (this.#reads.length > 0) this.#send([], null).catch(() => undefined);
  }

  async #send(steps: Step[], ends: TransactionPart["ends"]): Promise<(Rows | null)[]> {
    const all = [...this.#unsent, ...steps];
    this.#unsent = [];
    const reads = this.#reads.splice(0);
    const starts = !this.#hasBegun;
    this.#hasBegun = true;
    try {
      const results = await this.#connection.run(all, { starts, ends, waiting: this.#waiting });
      for (const { at, resolve } of reads) resolve(results[at] ?? empty);
      return results;
    } catch (error) {
      this.#failure ??= { error };
      for (const { reject } of reads) reject(error);
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#failure) throw this.#failure.error;
    if (!this.#isOpen) throw new Error(ended);
  }
}
