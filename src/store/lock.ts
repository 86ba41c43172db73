import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

interface Holder {
  pid: number;
  url: string | null;
  started: string;
}

export interface Lock {
  /** Tells others where the holder listens. */
  setUrl(url: string): void;
  release(): void;
}

const lockPath = (database: string) => `${database}.lock`;
const inMemory = (database: string) => database === ":memory:";

/** Claims the database file for this process; throws when a living process has it. */
export function takeLock(database: string): Lock {
  if (inMemory(database)) return { setUrl() {}, release() {} };
  const path = lockPath(database);
  const mine: Holder = { pid: process.pid, url: null, started: new Date().toISOString() };
  mkdirSync(dirname(path), { recursive: true });
  claim(path, mine);
  return {
    setUrl(url) {
      writeFileSync(path, JSON.stringify({ ...mine, url }));
    },
    release() {
      if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
    },
  };
}

/** URL of the living server that holds the database, if there is one. */
export function findServer(database: string): string | undefined {
  const holder = inMemory(database) ? undefined : readHolder(lockPath(database));
  return holder?.url && isAlive(holder.pid) ? holder.url : undefined;
}

function claim(path: string, mine: Holder): void {
  // Two rounds: the first may only find out that the holder is gone.
  for (const round of [1, 2]) {
    try {
      writeFileSync(path, JSON.stringify(mine), { flag: "wx" });
      return;
    } catch (error) {
      if (!isExists(error)) throw error;
    }
    const holder = readHolder(path);
    if (holder && isAlive(holder.pid)) throw new Error(refusal(path, holder));
    if (round === 1) rmSync(path, { force: true });
  }
  throw new Error(`The lock ${path} was taken by another process at this very moment.`);
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

const isExists = (error: unknown) => error instanceof Error && "code" in error && error.code === "EEXIST";
