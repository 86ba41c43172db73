import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isPostgresUrl } from "../schema/database-url.ts";

interface Holder {
  pid: number;
  url: string | null;
  started: string;
}

interface Lock {
  /** Tells others where the holder listens. */
  setUrl(url: string): void;
  release(): void;
}

const lockPath = (database: string) => `${database}.lock`;
/** Nobody else has a store in memory, and everybody may have one of a database server. */
const isUnlocked = (database: string) => database === ":memory:" || isPostgresUrl(database);

/** Locks of this process: after a restart in a container, a new process may carry the pid of the old one. */
const held = new Set<string>();

/** Claims the database file for this process; throws when a living process has it. */
export function takeLock(database: string): Lock {
  if (isUnlocked(database)) return { setUrl() {}, release() {} };
  const path = lockPath(resolve(database));
  const mine: Holder = { pid: process.pid, url: null, started: new Date().toISOString() };
  mkdirSync(dirname(path), { recursive: true });
  claim(path, mine);
  held.add(path);
  return {
    setUrl: (url) => put(path, { ...mine, url }, renameSync),
    release() {
      if (held.delete(path)) rmSync(path, { force: true });
    },
  };
}

/** URL of the living server that holds the database, if there is one. */
export function findServer(database: string): string | undefined {
  if (isUnlocked(database)) return undefined;
  const path = lockPath(resolve(database));
  const holder = readHolder(path);
  return holder?.url && isAlive(path, holder) ? holder.url : undefined;
}

function claim(path: string, mine: Holder): void {
  if (tryClaim(path, mine)) return;
  const holder = readHolder(path);
  if (holder && isAlive(path, holder)) throw new Error(refusal(path, holder));
  dropStale(path);
  if (!tryClaim(path, mine)) throw new Error(`Another process took the lock ${path} at this very moment.`);
}

/** A link appears with its content, or not at all, and never in place of another one. */
function tryClaim(path: string, mine: Holder): boolean {
  try {
    put(path, mine, (from, to) => {
      linkSync(from, to);
      rmSync(from);
    });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function put(path: string, holder: Holder, place: (from: string, to: string) => void): void {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(holder));
  try {
    place(own, path);
  } catch (error) {
    rmSync(own, { force: true });
    throw error;
  }
}

/** Two processes may both find the lock stale: what is taken away is looked at again, and put back if alive. */
function dropStale(path: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    // The other one was faster; the claim that follows decides.
    return;
  }
  const holder = readHolder(aside);
  if (holder && isAlive(path, holder)) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function refusal(path: string, holder: Holder): string {
  const where = holder.url ? ` at ${holder.url}` : "";
  const database = path.slice(0, -".lock".length);
  return `The database ${database} is in use by the process ${holder.pid}${where} (since ${holder.started}). Stop it, or use its URL.`;
}

function readHolder(path: string): Holder | undefined {
  try {
    const given: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof given !== "object" || given === null || !("pid" in given)) return undefined;
    if (typeof given.pid !== "number") return undefined;
    const url = "url" in given && typeof given.url === "string" ? given.url : null;
    const started = "started" in given && typeof given.started === "string" ? given.started : "";
    return { pid: given.pid, url, started };
  } catch {
    // No file, or one cut short by a crash: nobody holds it.
    return undefined;
  }
}

function isAlive(path: string, { pid }: Holder): boolean {
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
