import type { Committer } from "./commit.ts";
import type { Connection } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import type { Rows, Value } from "./protocol.ts";
import { objectsOf, type Query, type Scope, stepOf } from "./scope.ts";
import type { Teller } from "./tellers.ts";

const empty: Rows = { columns: [], rows: [] };

interface Parts {
  connection: Connection;
  dialect: Dialect;
  committer: Committer;
  teller: Teller;
  now: () => number;
  /** The one connection is the writer's as well. */
  takesTurns: boolean;
}

/** Reads outside of transactions. They see everything committed before they were asked for. */
export class Reader implements Scope {
  readonly dialect: Dialect;
  readonly now: () => number;
  readonly seq: () => number;
  readonly #connection: Connection;
  readonly #committer: Committer;
  readonly #takesTurns: boolean;

  constructor({ connection, dialect, committer, teller, now, takesTurns }: Parts) {
    this.#connection = connection;
    this.#committer = committer;
    this.#takesTurns = takesTurns;
    this.dialect = dialect;
    this.now = now;
    this.seq = () => teller.seq();
  }

  async rows(sql: string, values: readonly Value[]): Promise<Rows> {
    const [result] = await this.#ask(() => this.#connection.run([{ sql, values, reads: true }]));
    return result ?? empty;
  }

  graph(flowRunId: string): Promise<string | null> {
    return this.#ask(() => this.#connection.graph(flowRunId));
  }

  async #ask<T>(ask: () => Promise<T>): Promise<T> {
    this.#committer.assertOutside();
    return this.#takesTurns ? this.#committer.inTurn(ask) : ask();
  }

  async all<R>(query: Query<R>): Promise<R[]> {
    const { sql, values } = stepOf(this.dialect, query, true);
    return objectsOf(query, await this.rows(sql, values));
  }

  async first<R>(query: Query<R>): Promise<R | undefined> {
    return (await this.all(query))[0];
  }
}
