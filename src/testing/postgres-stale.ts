import { accessSync, constants, existsSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProgram } from "./programs.ts";

/** Followed by the id of the process that the server is for. */
export const folderPrefix = "praetor-postgres-";

const memory = "/dev/shm";
/** Bytes: the tests need a quarter of it. Containers have 64 MB there if nobody asks for more. */
const roomNeeded = 4 * 2 ** 30;

/** Where a server is made: databases are copied all the time, which takes a fifth of the time in memory. */
export function homeInMemory(): string | undefined {
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= roomNeeded ? memory : undefined;
  } catch {
    return undefined;
  }
}

/** The process of the server whose data are in the folder, if one is said to run there. */
export function postmasterOf(folder: string): number | undefined {
  const path = join(folder, "data", "postmaster.pid");
  return existsSync(path) ? Number(readFileSync(path, "utf8").split("\n")[0]) : undefined;
}

/** Stops servers whose guard was killed as well, and removes what they left. */
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
    // It belongs to another user of the machine, or its guard removes it at this very moment.
    const known = ["EACCES", "EPERM", "ENOENT", "ENOTEMPTY"];
    if (!(error instanceof Error && "code" in error && known.includes(String(error.code)))) throw error;
  }
}

/** The number may have gone to another process since. */
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
