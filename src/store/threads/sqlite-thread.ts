import { DatabaseSync, type StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { makeForOwner } from "../engine/owner-only.ts";
import {
  type EventStep,
  type Failure,
  type IngestBatch,
  type Reply,
  type Request,
  type Rows,
  readPatience,
  type StatementWrites,
  type Step,
  type ThreadOptions,
  type TransactionPart,
  type Value,
} from "../engine/protocol.ts";
import { type SentRows, transferred } from "../engine/row-text.ts";
import { type SentRequest, StepReceiver } from "../engine/sent-steps.ts";
import { IngestCache, recordBatch, storeEvent } from "../ingest/ingest-program.ts";
import { listOf } from "../run-index/run-text.ts";
import { graphText } from "./graph-program.ts";
import { GroupCommit } from "./group-commit.ts";
import { sent } from "./sent-rows.ts";
import { reasonOf } from "./sqlite-failures.ts";
import { SqliteGlobs } from "./sqlite-globs.ts";
import { WrittenTables } from "./written-tables.ts";

// Worker thread with one connection. SQLite is synchronous; here it blocks only this thread.

/**
 * Where the balance of a tree is kept by renaming pages, as happens at every other commit, the commit looks through all
 * places of the cache: with four times as many it takes a tenth longer.
 */
const writerCacheKb = 16_384;
const readerCacheKb = 65_536;

const options: ThreadOptions = workerData;
const database = open(options);

interface Prepared {
  statement: StatementSync;
  /** Asked for once: that costs more than running it. */
  columns: string[] | undefined;
  /** Tables that it writes, with those of its cascades. */
  writes: ReadonlySet<string>;
}

const statements = new Map<string, Prepared>();
const receiver = new StepReceiver();
const maxStatements = 400;
const memory = new IngestCache();
/** Readers write nothing, and they plan statements far more often: no callback for each column of them. */
const writtenTables = options.readOnly ? undefined : new WrittenTables(database);
/** Prepared for the request under way. */
let learned: StatementWrites[] = [];
const together = new GroupCommit(database);
let current = "";
/** When the request under way began. */
let began = 0;
let sinceClock = 0;
database.function("in_time", { directOnly: true }, inTime);
const globs = new SqliteGlobs(database, inTime);

parentPort?.on("message", (message: SentRequest[]) => {
  const requests = receiver.received(message);
  const replies = requests.map(answer);
  parentPort?.postMessage(replies, transferred(replies));
  if (requests.some((request) => request.kind === "close")) parentPort?.close();
});

function open({ path, readOnly }: ThreadOptions): DatabaseSync {
  if (!readOnly && path !== ":memory:") makeForOwner(path);
  const connection = new DatabaseSync(path, { readOnly, timeout: 5000 });
  connection.exec("pragma temp_store = memory; pragma mmap_size = 268435456;");
  connection.exec(`pragma cache_size = -${readOnly ? readerCacheKb : writerCacheKb}`);
  if (readOnly) return connection;
  // NORMAL survives the death of the process; a checkpoint each 10,000 pages saves a quarter of the CPU.
  connection.exec(
    "pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on; pragma wal_autocheckpoint = 10000;",
  );
  return connection;
}

class TooSlow extends Error {
  override readonly name = "TooSlow";
}

/** Among the conditions of queries that compare many values: SQLite has no timeout for a statement that is under way. */
function inTime(): number {
  // The clock costs more than the comparison.
  sinceClock = (sinceClock + 1) % 64;
  if (sinceClock !== 0 || options.isPatient || performance.now() - began < readPatience) return 1;
  throw new TooSlow(`canceled: it took more than ${readPatience / 1000} s`);
}

function answer(request: Request): Reply {
  began = performance.now();
  learned = [];
  globs.clear();
  try {
    const result = perform(request);
    return { id: request.id, result, ...(learned.length > 0 && { writes: learned }) };
  } catch (error) {
    const failure = describe(error);
    memory.forgetAll();
    together.rollback();
    return { id: request.id, failure };
  }
}

function perform(request: Request): unknown {
  if (request.kind === "steps") {
    const { steps, transaction } = request;
    return transaction ? runInside(steps, transaction) : steps.map(run);
  }
  if (request.kind === "ingest") return together.inside(alone, () => record(request.batch));
  if (request.kind === "graph") return graphText(prepare, request.part);
  if (request.kind === "list") return listOf(read(request.step), request.step.runs);
  if (request.kind === "register") return undefined;
  current = request.kind;
  if (request.kind === "commit") return together.commit(request.waiting);
  if (request.kind === "rollback") {
    memory.forgetAll();
    return together.rollback();
  }
  if (request.kind === "script") return database.exec(request.sql);
  statements.clear();
  return database.close();
}

const alone: TransactionPart = { starts: true, ends: "commit", waiting: 0 };

const record = (batch: IngestBatch) => recordBatch({ prepare, memory }, batch);

function runInside(steps: readonly (Step | EventStep)[], part: TransactionPart): (SentRows | null)[] {
  current = part.starts ? "begin" : "";
  return together.inside(part, () => {
    const results = steps.map(run);
    current = "commit";
    return results;
  });
}

function run(step: Step | EventStep): SentRows | null {
  if ("event" in step) {
    storeEvent({ prepare, memory }, step);
    return null;
  }
  if (step.reads) return sent(read(step), step);
  const { statement, writes } = prepared(step.sql);
  statement.run(...step.values);
  memory.wrote(writes);
  return null;
}

function read({ sql, values }: Step): Rows {
  const known = prepared(sql);
  const rows = known.statement.all(...values) as unknown as Value[][];
  known.columns ??= known.statement.columns().map((column) => column.name);
  memory.wrote(known.writes);
  return { columns: known.columns, rows };
}

function prepare(sql: string): StatementSync {
  return prepared(sql).statement;
}

/** Rows come as arrays: they cross to the main thread for a fraction of what objects cost. */
const none: ReadonlySet<string> = new Set();
const onlyRead = (statement: StatementSync) => ({ statement, inserts: none, changes: none });

function prepared(sql: string): Prepared {
  current = sql;
  const known = statements.get(sql);
  if (known) return known;
  if (statements.size >= maxStatements) statements.delete(statements.keys().next().value ?? "");
  const { statement, inserts, changes } = writtenTables?.prepare(sql) ?? onlyRead(database.prepare(sql));
  statement.setReturnArrays(true);
  const made = { statement, columns: undefined, writes: new Set([...inserts, ...changes]) };
  statements.set(sql, made);
  if (made.writes.size > 0) learned.push({ sql, changes: [...changes] });
  return made;
}

function describe(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return { message, sql: current, reason: error instanceof TooSlow ? "slow" : reasonOf(error) };
}
