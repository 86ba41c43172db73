import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { isPostgresUrl } from "../schema/database-url.ts";
import type { EventCreate, ReceivedEvent } from "../schema/events.ts";
import { newId } from "../schema/ids.ts";
import type { LiveNoun } from "../schema/live.ts";
import { timestamp } from "../schema/scalars.ts";
import { migrate } from "./admin/migrate.ts";
import { type RollupDifference, rebuildRollups, rollupsThatDiffer } from "./admin/rollup-check.ts";
import { readChanges } from "./changes/change-log.ts";
import { EventListeners } from "./changes/event-listeners.ts";
import { LocalChangeFeed } from "./changes/local-change-feed.ts";
import { Publisher, type ScopedChange, type Subscriber } from "./changes/publisher.ts";
import { type Heads, readHeads, TailingChangeFeed } from "./changes/tailing-change-feed.ts";
import { Committer } from "./engine/committer.ts";
import { Connection } from "./engine/connection.ts";
import { questionsTo } from "./engine/database-questions.ts";
import type { Taken } from "./engine/protocol.ts";
import { Reader } from "./engine/reader.ts";
import { rowsOf } from "./live-rows.ts";
import { type Nouns, nounsIn, nounsOf, type Tx } from "./nouns.ts";
import type { Dialect } from "./sql/dialect.ts";
import { dialectOf } from "./sql/dialects.ts";
import { accessOf } from "./threads/postgres-url.ts";

export type { ScopedChange } from "./changes/publisher.ts";
export type { Nouns, Tx } from "./nouns.ts";

export interface Store extends Nouns {
  /** Whether other replicas may use the same database. */
  readonly isShared: boolean;

  /**
   * One exclusive write transaction: committed when `work` resolves, rolled back when it throws. Changes are
   * published after the commit only.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;

  /**
   * Stores events and records the task runs that they report. Resolves once all of them are committed. Calls
   * that wait at the same time share one transaction. Events already stored are skipped, and so are those of
   * given-up attempts, whose tokens are returned.
   */
  ingest(events: readonly EventCreate[]): Promise<readonly string[]>;
  /**
   * The same with a JSON list from the wire, which this thread never parses. Returns the indexes of the
   * events that were skipped because they are not in the usual form: those need `ingest`. Null
   * when the text is no list, and nothing was stored.
   */
  ingestText(events: string): Promise<Taken>;

  /** Subscribes to committed changes; returns the unsubscribe function. */
  subscribe(subscriber: Subscriber): () => void;
  /**
   * Receives events once they are committed (each once), sent by clients or recorded by the store. `names` returns
   * the wanted names or prefixes; undefined means all. Events that no listener wants cost nothing.
   */
  onEvents(
    listener: (events: ReceivedEvent[]) => void,
    names?: () => readonly string[] | undefined,
  ): () => void;

  /** Counts of runs by time and state, stored beside the runs. */
  rollups: {
    /** Differences from counts of the runs themselves; reads all runs. */
    differences(): Promise<RollupDifference[]>;
    /** Recounts everything in one transaction. */
    rebuild(): Promise<void>;
  };

  /** The seq of the last committed change. */
  seq(): number;
  /** How many events were ingested since the store was opened. */
  ingested(): number;
  /** Size of the database in bytes. */
  bytes(): Promise<number>;
  /** Whether writes are possible: a database whose disk is full can still be read. */
  hasRoom(): Promise<boolean>;
  /** Number of event lists waiting to be written. */
  waiting(): number;
  /** Changes after `seq`, the newest per row; undefined when the log no longer has them. */
  changesSince(
    seq: number,
    wants?: (noun: LiveNoun, flowRunId: string | null) => boolean,
  ): Promise<ScopedChange[] | undefined>;

  /** Commits pending writes and closes the store. Later calls are refused. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** A path of an SQLite file (made when missing), `:memory:`, or the URL of a PostgreSQL database. */
  path: string;
  /** Milliseconds since the epoch; the real clock when absent. */
  now?: () => number;
  /** No statement timeout, for maintenance commands. */
  isPatient?: boolean;
}

/** Opens the store, brings its tables up to date and starts its threads. */
export async function openStore({ path, now = Date.now, isPatient = false }: OpenOptions): Promise<Store> {
  if (isPostgresUrl(path)) accessOf(path);
  else if (path !== inMemory) mkdirSync(dirname(path), { recursive: true });
  const dialect = dialectOf(path);
  const writer = new Connection({ path, readOnly: false, isPatient });
  try {
    await migrate(writer, dialect, { now: timestamp(now()) });
    await writer.register(newId(now()));
    return compose({ path, dialect, writer, now, isPatient, heads: await readHeads(writer) });
  } catch (error) {
    await writer.close().catch(() => undefined);
    throw error;
  }
}

const inMemory = ":memory:";

interface Opened {
  path: string;
  dialect: Dialect;
  writer: Connection;
  now: () => number;
  isPatient: boolean;
  heads: Heads;
}

function compose({ path, dialect, writer, now, isPatient, heads }: Opened): Store {
  const publisher = new Publisher((noun, ids) => rowsOf(nouns, noun, ids));
  const listeners = new EventListeners();
  const options = { path, readOnly: true, isPatient };
  const reader = path === inMemory ? undefined : new Connection(options, () => tailing?.wake());
  const connection = reader ?? writer;
  const tailing = dialect.isShared
    ? new TailingChangeFeed({ connection, dialect, publisher, listeners, heads })
    : undefined;
  const feed = tailing ?? new LocalChangeFeed(publisher, listeners, heads.change);
  const committer = new Committer({ connection: writer, dialect, now, feed });
  const scope = new Reader({ connection, dialect, committer, feed, now, isQueued: reader === undefined });
  const nouns = nounsOf(scope, (work) => committer.transaction(work));
  return {
    ...nouns,
    isShared: dialect.isShared,
    transaction: (work) => committer.transaction((tx) => work(nounsIn(tx))),
    ingest: (events) => committer.ingest(events),
    subscribe: (subscriber) => publisher.subscribe(subscriber),
    ingestText: (events) => committer.ingestText(events),
    onEvents: (notify, names = () => undefined) =>
      listeners.add({ notify, names, after: tailing?.lastEvent ?? 0 }),
    rollups: {
      differences: () => rollupsThatDiffer(scope),
      rebuild: () => committer.transaction(async (tx) => rebuildRollups(tx)),
    },
    seq: () => feed.seq(),
    ingested: () => committer.ingested,
    bytes: async () => Number((await scope.rows(questionsTo(path).size, [])).rows[0]?.[0]),
    hasRoom: () => committer.hasRoom(),
    waiting: () => committer.waiting(),
    changesSince: async (since, wants = () => true) => {
      const logged = await readChanges(scope, since, await feed.newestSeq());
      return logged && publisher.complete(logged, wants);
    },
    close: async () => {
      await committer.close();
      await Promise.all([reader?.close(), writer.close()]);
    },
  };
}
