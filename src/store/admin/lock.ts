import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isPostgresUrl } from "../../schema/database-url.ts";
import type { Settings } from "../../schema/settings.ts";

/**
 * Who opens a database file: a `server` that was started as one, a `script` that needed a store and serves it to others
 * until something better comes, or a `command` that must be alone with it.
 */
export type HolderKind = "server" | "script" | "command";

/** What the lock file says of the process that has the database open. */
export interface Holder {
  pid: number;
  kind: HolderKind;
  /** Where it listens, without `/api`; null while it does not. */
  url: string | null;
  /** Its `user:password`, see `newToken`. */
  token: string | null;
  started: string;
}

export interface Lock {
  /** Tells others where the holder listens, and what lets them in. */
  publish(place: { url: string; token: string }): void;
  /** With a successor, others leave the database to that process for a moment. */
  release(successor?: { pid: number }): void;
}

/** A `user:password` for the lock file, made anew by each holder: what a dead one gave away lets nobody in. */
export const newToken = (): string => `praetor:${randomBytes(32).toString("base64url")}`;

export class DatabaseInUse extends Error {
  /** Unknown in the instant before it has written the lock file, and when another user has it. */
  readonly holder: Holder | undefined;

  constructor(message: string, holder: Holder | undefined) {
    super(message);
    this.name = "DatabaseInUse";
    this.holder = holder;
  }
}

/** Path, or URL, of the store of these settings. */
export const databasePath = ({ databaseUrl, home }: Pick<Settings, "databaseUrl" | "home">): string =>
  databaseUrl ?? join(home, "praetor.db");

const lockPath = (database: string) => `${resolve(database)}.lock`;
const mutexPath = (database: string) => `${resolve(database)}.mutex`;
/** Nobody else has a store in memory, and everybody may have one of a database server. */
const isUnlocked = (database: string) => database === ":memory:" || isPostgresUrl(database);

const noLock: Lock = { publish() {}, release() {} };

/** Claims the database file for this process. Throws `DatabaseInUse` while another process, or thread, has it. */
export function takeLock(database: string, kind: HolderKind): Lock {
  if (isUnlocked(database)) return noLock;
  const path = lockPath(database);
  mkdirSync(dirname(path), { recursive: true });
  const mutex = takeMutex(database);
  if (!mutex) throw inUse(database);
  const mine: Holder = { pid: process.pid, kind, url: null, token: null, started: new Date().toISOString() };
  let isHeld = true;
  write(path, mine);
  return {
    publish: (place) => {
      if (isHeld) write(path, { ...mine, ...place });
    },
    release(successor) {
      if (!isHeld) return;
      isHeld = false;
      if (successor)
        write(path, { ...mine, ...successor, kind: "server", started: new Date().toISOString() });
      else rmSync(path, { force: true });
      mutex.close();
    },
  };
}

/** The living process that has the database, if there is one: all of it is from the lock file. */
export function findHolder(database: string): Holder | undefined {
  if (isUnlocked(database)) return undefined;
  const holder = readHolder(lockPath(database));
  return holder && isAlive(holder) ? holder : undefined;
}

/**
 * The right to open the file is a lock of the operating system, which ends with its process however that ends. Node has no
 * call for one, SQLite has: a transaction in an empty database. A lock file with a process id in it would do less: ids are
 * used again, the dead are there until their parent has looked, and two who find it stale may both take it.
 */
function takeMutex(database: string): DatabaseSync | undefined {
  const path = mutexPath(database);
  // Whoever may open it could hold it. Never opened but by SQLite: closing a file ends all locks of the process on it.
  if (!existsSync(path)) createEmpty(path);
  const mutex = new DatabaseSync(path, { timeout: 0 });
  try {
    mutex.exec("pragma journal_mode = memory; begin exclusive");
    return mutex;
  } catch (error) {
    mutex.close();
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return undefined;
    throw error;
  }
}

const busy = 5;
const ownerOnly = 0o600;

function createEmpty(path: string): void {
  try {
    writeFileSync(path, "", { flag: "wx", mode: ownerOnly });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** In one step: who reads it finds the old one or the new one. */
function write(path: string, holder: Holder): void {
  const fresh = `${path}.${process.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, JSON.stringify(holder), { flag: "wx", mode: ownerOnly });
  renameSync(fresh, path);
}

function inUse(database: string): DatabaseInUse {
  const holder = readHolder(lockPath(database));
  const who = holder ? `the process ${holder.pid}` : "another process";
  const where = holder?.url ? ` at ${holder.url}` : "";
  const since = holder ? ` (since ${holder.started})` : "";
  const advice = holder?.url ? "Stop it, or use its URL." : "Stop it, or wait for its end.";
  return new DatabaseInUse(
    `The database ${resolve(database)} is in use by ${who}${where}${since}. ${advice}`,
    holder,
  );
}

const kinds: readonly HolderKind[] = ["server", "script", "command"];

function readHolder(path: string): Holder | undefined {
  try {
    const given: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof given !== "object" || given === null || !("pid" in given)) return undefined;
    if (typeof given.pid !== "number") return undefined;
    const text = (key: string): string | null => {
      const value: unknown = Reflect.get(given, key);
      return typeof value === "string" ? value : null;
    };
    return {
      pid: given.pid,
      kind: kinds.find((kind) => kind === text("kind")) ?? "server",
      url: text("url"),
      token: text("token"),
      started: text("started") ?? "",
    };
  } catch {
    // No file, one cut short by a crash, or one of another user.
    return undefined;
  }
}

function isAlive({ pid }: Holder): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
