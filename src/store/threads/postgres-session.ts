import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError, type QueryArrayResult } from "pg";
import { type Rows, readPatience, type Step, type Value } from "../engine/protocol.ts";
import { storable } from "../sql/postgres-text.ts";
import { isOutdated, isStarting, sessionFailure } from "./postgres-failures.ts";
import type { Access } from "./postgres-url.ts";

type Result = QueryArrayResult<Value[]>;

interface Exchange {
  before?: string | undefined;
  steps: readonly Step[];
  after?: string | undefined;
}
interface Exchanged {
  answers: (Rows | null)[];
  failure: StepError | undefined;
}

/** Maintenance tools have no timeout. */
export type Purpose = "writer" | "reader" | "listener" | "tool";

/** Milliseconds. A replica that is gone is noticed by them, and what it held is free again. */
const patience = {
  connect: 5000,
  starting: 10_000,
  idleInTransaction: 10_000,
  lock: 20_000,
  write: 30_000,
  read: readPatience,
};
const statementTimeouts = {
  ...{ writer: patience.write, listener: patience.write },
  ...{ reader: patience.read, tool: 0 },
};

/** A session that the server ends by itself when its client is silent within a transaction, or gone. */
const settings = (purpose: Purpose): string =>
  Object.entries({
    jit: "off",
    statement_timeout: statementTimeouts[purpose],
    lock_timeout: patience.lock,
    idle_in_transaction_session_timeout: patience.idleInTransaction,
    tcp_keepalives_idle: 5,
    tcp_keepalives_interval: 2,
    tcp_keepalives_count: 3,
    // Frequencies of values differ widely, so a generic plan would be bad.
    plan_cache_mode: purpose === "reader" || purpose === "tool" ? "force_custom_plan" : "auto",
  })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");

/** Booleans are numbers, as in SQLite; JSON and times stay text. */
const parsers: Record<number, (text: string) => Value> = {
  16: (text) => (text === "t" ? 1 : 0),
  ...Object.fromEntries([20, 21, 23, 26, 700, 701, 1700].map((type) => [type, Number])),
};
const asText = (text: string) => text;
const types = { getTypeParser: (type: number) => parsers[type] ?? asText };

/** One connection to the server. A failed one is not reopened: callers open a new session. */
export class Session {
  readonly #client: Client;
  readonly #socket: Socket;
  #isDead = false;
  #closing: Promise<void> | undefined;

  private constructor(access: Access, purpose: Purpose) {
    const { mayBePlain, ...rest } = access;
    this.#socket = new Socket();
    this.#client = new Client({
      ...rest,
      types,
      pipeline: true,
      stream: () => this.#socket,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5000,
      connectionTimeoutMillis: patience.connect,
      application_name: `praetor ${purpose}`,
      options: settings(purpose),
    });
    this.#client.on("error", () => this.#die());
    this.#client.on("end", () => this.#die());
  }

  static async open(access: Access, purpose: Purpose): Promise<Session> {
    const until = performance.now() + patience.starting;
    for (;;) {
      const session = new Session(access, purpose);
      try {
        await session.#client.connect();
        return session;
      } catch (error) {
        session.#die();
        if (access.ssl && access.mayBePlain && isWithoutTls(error)) {
          return Session.open({ ...access, ssl: false }, purpose);
        }
        if (!isStarting(error) || performance.now() > until) throw sessionFailure(error, access);
        await sleep(200);
      }
    }
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** All steps in one round trip; rows of those that read. Throws what the first failing one says. */
  async run(steps: readonly Step[]): Promise<(Rows | null)[]> {
    const { answers, failure } = await this.exchange({ steps });
    if (failure) throw failure;
    return answers;
  }

  /** Several statements as one text. */
  async script(text: string): Promise<void> {
    const { failure } = await this.exchange({ before: text, steps: [] });
    if (failure) throw failure;
  }

  /** Steps, and texts of several statements before and after them, in one round trip. */
  async exchange({ before, steps, after }: Exchange): Promise<Exchanged> {
    const texts = [...(before ? [before] : []), ...steps.map(({ sql }) => sql), ...(after ? [after] : [])];
    // Written to the socket at once: each message by itself would be a packet.
    this.#socket.cork();
    const sent = [
      ...(before ? [this.#script(before)] : []),
      ...steps.map((step) => this.#step(step)),
      ...(after ? [this.#script(after)] : []),
    ];
    this.#socket.uncork();
    const settled = await Promise.allSettled(sent);
    const at = settled.findIndex(({ status }) => status === "rejected");
    const failed = settled[at];
    if (failed?.status === "rejected" && isFatal(failed.reason)) this.#die();
    const rows = settled.map((result) => (result.status === "fulfilled" ? result.value : null));
    return {
      answers: steps.map(({ reads }, place) => (reads ? (rows[place + (before ? 1 : 0)] ?? null) : null)),
      failure: failed?.status === "rejected" ? new StepError(texts[at] ?? "", failed.reason) : undefined,
    };
  }

  async #step({ sql, values }: Step): Promise<Rows> {
    const { text, name } = statementOf(sql);
    const named = name === undefined ? {} : { name };
    return rowsOf(
      await this.#client.query({
        rowMode: "array",
        text,
        values: values.map((value) => (typeof value === "string" ? storable(value) : value)),
        ...named,
      }),
    );
  }

  async #script(text: string): Promise<null> {
    await this.#client.query(text);
    return null;
  }

  onNotification(hear: () => void): void {
    this.#client.on("notification", hear);
  }

  onEnd(hear: () => void): void {
    this.#client.once("end", hear);
  }

  /** However often: the second time the client would wait for an end that has been. */
  async close(): Promise<void> {
    if (!this.#isDead) this.#closing ??= this.#client.end();
    await this.#closing;
  }

  #die(): void {
    this.#isDead = true;
    this.#socket.destroy();
  }
}

/** A statement that failed, with what the server said. */
export class StepError extends Error {
  readonly sql: string;

  constructor(sql: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "StepError";
    this.sql = sql;
  }
}

/** After these words the server hangs up, or the session is of no use: its statements were made for other tables. */
const isFatal = (error: unknown): boolean =>
  error instanceof DatabaseError &&
  (error.severity === "FATAL" || error.severity === "PANIC" || isOutdated(error));

const isWithoutTls = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("does not support SSL");

const rowsOf = ({ fields, rows }: Result): Rows => ({ columns: fields.map(({ name }) => name), rows });

interface Statement {
  text: string;
  /** Given when it comes the second time: what is asked once is not worth being kept by the server. */
  name: string | undefined;
}

const statements = new Map<string, Statement>();
const maxStatements = 1000;
const maxNamed = 300;
let named = 0;

function statementOf(sql: string): Statement {
  const known = statements.get(sql);
  if (known) {
    if (known.name === undefined && named < maxNamed) {
      named += 1;
      known.name = `s${named}`;
    }
    return known;
  }
  const statement = { text: numbered(sql), name: undefined };
  if (statements.size >= maxStatements) forgetUnnamed();
  statements.set(sql, statement);
  return statement;
}

function forgetUnnamed(): void {
  for (const [sql, { name }] of statements) if (name === undefined) statements.delete(sql);
}

/** `?` as `$1`, `$2` and so on, but for those within quotes. */
function numbered(sql: string): string {
  let count = 0;
  return sql.replace(/'[^']*'|"[^"]*"|\?/g, (found) => {
    if (found !== "?") return found;
    count += 1;
    return `$${count}`;
  });
}
