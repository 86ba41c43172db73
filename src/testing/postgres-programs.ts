import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { startProgram } from "./programs.ts";

/** Where `npm test` installs the programs of an npm package, on a machine without PostgreSQL. */
const fetched = join(import.meta.dirname, "../../.cache/postgres/native/bin");
const debians = "/usr/lib/postgresql";
const needed = ["initdb", "postgres"];
const oldest = 14;

/** The folder of PostgreSQL's server programs, or why there is none. */
export function findPostgres(): { bin: string } | { reason: string } {
  if (process.platform === "win32") return { reason: "the tests do not start PostgreSQL on Windows" };
  const configured = process.env.PRAETOR_TEST_POSTGRES_BIN;
  if (configured) {
    if (isWhole(configured)) return { bin: configured };
    return {
      reason: `PRAETOR_TEST_POSTGRES_BIN says ${configured}, where no ${needed.join(" and ")} of PostgreSQL ${oldest} or newer start`,
    };
  }
  const found = [...(process.env.PATH ?? "").split(delimiter), ...debianFolders(), fetched].find(isWhole);
  return found
    ? { bin: found }
    : { reason: `there are no server programs of PostgreSQL ${oldest} or newer on this machine` };
}

/** Newest first. */
function debianFolders(): string[] {
  if (!existsSync(debians)) return [];
  const versions = readdirSync(debians).map(Number).filter(Number.isFinite);
  return versions.sort((a, b) => b - a).map((version) => join(debians, String(version), "bin"));
}

/** Whether the programs are there, start on this machine, and are new enough. */
function isWhole(folder: string): boolean {
  if (folder === "" || !needed.every((program) => existsSync(join(folder, program)))) return false;
  const { stdout } = spawnSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" });
  return Number(/\(PostgreSQL\) (\d+)/.exec(stdout ?? "")?.[1] ?? 0) >= oldest;
}

/** The user the server runs as: PostgreSQL refuses to run as root. */
export interface Owner {
  uid?: number;
  gid?: number;
}

export async function ownerOfServer(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(["-u", "-g"].map(idOfNobody));
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

async function idOfNobody(flag: string): Promise<number> {
  const { code, output } = await startProgram("id", [flag, "nobody"], {}).ended;
  if (code !== 0) throw new Error(`Expected a user "nobody", to run PostgreSQL as: ${output}`);
  return Number(output);
}

// For `scripts/postgres.mjs`, which runs before anything is installed.
if (import.meta.main) {
  const found = findPostgres();
  process.stdout.write("bin" in found ? found.bin : "");
}
