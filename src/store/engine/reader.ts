import type { Dialect } from "../sql/dialect.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { Committer } from "./committer.ts";
import type { Connection } from "./connection.ts";
import type { GraphPart, Rows, RunKind, RunList, RunsRequest, Value } from "./protocol.ts";
import { listStep, objectsOf, type Query, readAll, type Scope, stepOf } from "./scope.ts";

const maxKnown = 100;
const empty: Rows = { columns: [], rows: [] };

interface Deps {
  connection: Connection;
  dialect: Dialect;
  committer: Committer;
  feed: ChangeFeed;
  now: () => number;
  /** The connection is shared with the writer, so reads are queued. */
  isQueued: boolean;
}

/** Reads outside of transactions. They see everything committed before the call. */
export class Reader implements Scope {
  readonly dialect: Dialect;
  readonly now: () => number;
  readonly seq: () => number;
  readonly #connection: Connection;
  readonly #committer: Committer;
  readonly #isQueued: boolean;
  #known = new Map<string, Rows>();
  #knownAt = -1;

  constructor({ connection, dialect, committer, feed, now, isQueued }: Deps) {
    this.#connection = connection;
    this.#committer = committer;
    this.#isQueued = isQueued;
    this.dialect = dialect;
    this.now = now;
    this.seq = () => feed.seq();
  }

  async rows(sql: string, values: readonly Value[], runs?: RunsRequest): Promise<Rows> {
    const step = { sql, values, reads: true, ...(runs && { runs }) };
    const [result] = await this.#ask(() => this.#connection.run([step]));
    return result ?? empty;
  }

  graph(part: GraphPart): Promise<string | null> {
    return this.#ask(() => this.#connection.graph(part));
  }

  list(query: Query<unknown>, kind: RunKind): Promise<RunList> {
    const step = listStep(this, query, kind);
    return this.#ask(() => this.#connection.list(step));
  }

  /** Not cached on a shared database: changes of other replicas arrive with a delay. */
  async cached<R>(query: Query<R>): Promise<readonly R[]> {
    if (this.dialect.isShared) return this.all(query);
    const { sql, values } = stepOf(this.dialect, query, true);
    const key = JSON.stringify([sql, ...values]);
    if (this.#knownAt !== this.seq() || this.#known.size >= maxKnown) this.#known = new Map();
    this.#knownAt = this.seq();
    // Reads started before this one must not see its entries.
    const known = this.#known;
    const rows = known.get(key) ?? (await this.rows(sql, values));
    known.set(key, rows);
    return objectsOf(query, rows);
  }

  async #ask<T>(ask: () => Promise<T>): Promise<T> {
    this.#committer.assertOutside();
    return this.#isQueued ? this.#committer.queued(ask) : ask();
  }

  all<R>(query: Query<R>, runs?: RunKind): Promise<R[]> {
    return readAll(this, query, runs);
  }

  async first<R>(query: Query<R>, runs?: RunKind): Promise<R | undefined> {
    return (await this.all(query, runs))[0];
  }
}
