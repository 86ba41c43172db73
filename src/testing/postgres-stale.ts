import { accessSync, constants, existsSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProgram } from "./programs.ts";

/** Followed by the process id of the server's owner. */
export const folderPrefix = "praetor-postgres-";

const memory = "/dev/shm";
/** In bytes: the tests need a quarter of it. Containers have 64 MB there by default. */
const roomNeeded = 4 * 2 ** 30;

/** Folder for servers: databases are copied often, which in memory takes a fifth of the time. */
export function homeInMemory(): string | undefined {
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= roomNeeded ? memory : undefined;
  } catch {
    return undefined;
  }
}

/** The server process of the folder's data, according to its pid file. */
export function postmasterOf(folder: string): number | undefined {
  const path = join(folder, "data", "postmaster.pid");
  return existsSync(path) ? Number(readFileSync(path, "utf8").split("\n")[0]) : undefined;
}

/** Stops servers whose guard process was killed as well, and removes their files. */
export async function removeStale(): Promise<void> {
  for (const home of [tmpdir(), memory].filter((folder) => existsSync(folder))) {
    for (const name of readdirSync(home)) {
      const owner = new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1];
      if (owner !== undefined && !isAlive(Number(owner))) await remove(join(home, name));
    }
  }
}

async function remove(folder: string): Promise<void> {
  try {
    const server = postmasterOf(folder);
    if (server !== undefined && (await isServerOf(server, folder))) await stop(server);
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    // It belongs to another user, or its guard is removing it.
    const known = ["EACCES", "EPERM", "ENOENT", "ENOTEMPTY"];
    if (!(error instanceof Error && "code" in error && known.includes(String(error.code)))) throw error;
  }
}

/** The process id may have been reused since. */
async function isServerOf(pid: number, folder: string): Promise<boolean> {
  const { output } = await startProgram("ps", ["-o", "args=", "-p", String(pid)], {}).ended;
  return output.includes(folder);
}

async function stop(pid: number): Promise<void> {
  process.kill(pid, "SIGQUIT");
  while (isAlive(pid)) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
