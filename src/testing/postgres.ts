import { chownSync, cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { findPostgres, type Owner, ownerOfServer } from "./postgres-programs.ts";
import { folderPrefix, homeInMemory, postmasterOf, removeStale } from "./postgres-stale.ts";
import { type Program, startProgram } from "./programs.ts";

const password = "praetor tests";
/** Milliseconds in which a server must respond; a machine may be busy. */
const patience = 60_000;

const settings = { max_connections: 300 };
/** Settings for speed, with data that may be lost. */
const careless = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: 0,
  shared_buffers: "64MB",
  max_wal_size: "256MB",
};

interface Parts {
  bin: string;
  folder: string;
  port: number;
  guard: Program;
  admin: Client;
  version: number;
}

/** A PostgreSQL server for tests. It ends with its process, however that ends, and leaves no files. */
export class TestPostgres {
  readonly #parts: Parts;
  #made = 0;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts one, or returns the reason why there is none. Benchmarks want production settings. */
  static async start({ isCareful = false } = {}): Promise<TestPostgres | { reason: string }> {
    await removeStale();
    const found = findPostgres();
    if ("reason" in found) return found;
    const owner = await ownerOfServer();
    const isReadable = await canRun(owner, found.bin);
    // Programs copied beside the data would not start if that file system is mounted noexec.
    const home = (!isCareful && isReadable && homeInMemory()) || tmpdir();
    const folder = mkdtempSync(join(home, `${folderPrefix}${process.pid}-`));
    if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
    const bin = isReadable ? found.bin : await copyPrograms(owner, found.bin, folder);
    await initialise(owner, bin, folder);
    const port = await freePort();
    const guard = startGuarded(owner, bin, folder, { ...settings, ...(isCareful ? {} : careless), port });
    const admin = await connected(guard, folder, port);
    const { rows } = await admin.query(
      "select cast(current_setting('server_version_num') as integer) as number",
    );
    return new TestPostgres({ bin, folder, port, guard, admin, version: rows[0].number });
  }

  /** The folder of its programs. */
  get bin(): string {
    return this.#parts.bin;
  }

  /** The parent of the connections' processes. */
  get pid(): number {
    return postmasterOf(this.#parts.folder) ?? 0;
  }

  /** Creates a database, empty or a copy of one without connections; returns its name. */
  async create(template = "template0"): Promise<string> {
    const { admin, version } = this.#parts;
    this.#made += 1;
    const name = `test_${this.#made}`;
    const quick = version >= 150_000 ? " strategy file_copy" : "";
    await admin.query(`create database ${name} template ${template}${quick}`);
    return name;
  }

  async drop(name: string): Promise<void> {
    await this.#parts.admin.query(`drop database if exists ${name} with (force)`);
  }

  /** Over a socket in a folder that only this user can open. */
  url(database: string): string {
    const { folder, port } = this.#parts;
    return `postgres://postgres@localhost:${port}/${database}?host=${encodeURIComponent(folder)}`;
  }

  /** Over the network, with a password. */
  networkUrl(database: string): string {
    return `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${this.#parts.port}/${database}`;
  }

  async stop(): Promise<void> {
    const { admin, guard } = this.#parts;
    await admin.end();
    guard.stdin.end();
    await guard.ended;
  }
}

/** Root can read all files, but the user that runs the programs may not. */
async function canRun(owner: Owner, bin: string): Promise<boolean> {
  const { code } = await startProgram(join(bin, "postgres"), ["--version"], { ...owner, cwd: "/" }).ended;
  return code === 0;
}

async function copyPrograms(owner: Owner, bin: string, folder: string): Promise<string> {
  const copy = join(folder, "programs");
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  // The guard, which also runs as that user, removes them.
  await startProgram("chown", ["-R", `${owner.uid}:${owner.gid}`, copy], {}).ended;
  return join(copy, "bin");
}

async function initialise(owner: Owner, bin: string, folder: string): Promise<void> {
  const secret = join(folder, "password");
  writeFileSync(secret, password, { mode: 0o644 });
  const access = ["--auth-local=trust", "--auth-host=scram-sha-256", `--pwfile=${secret}`];
  const kind = ["--username=postgres", "--encoding=UTF8", "--no-locale", "--no-sync"];
  const args = ["--pgdata", join(folder, "data"), ...kind, ...access];
  const { code, output } = await startProgram(join(bin, "initdb"), args, { ...owner, cwd: folder }).ended;
  if (code !== 0) throw new Error(`initdb failed: ${output}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** The end of this process closes the pipe that the guard reads, even when it is killed. */
const guardScript = `
exec 3<&0
"$1/postgres" -D "$2/data" -c unix_socket_directories="$2" -c listen_addresses=127.0.0.1 $3 >"$2/log" 2>&1 3<&- &
server=$!
(cat <&3 >/dev/null; kill -INT $server) &
wait $server
tail -n 5 "$2/log" >&2
cd /
rm -rf "$2"
`;

function startGuarded(owner: Owner, bin: string, folder: string, values: object): Program {
  const set = Object.entries(values).map(([name, value]) => `-c ${name}=${value}`);
  // In a separate process group: an interrupt from the keyboard must not reach the server before the tests have ended.
  const options = { ...owner, cwd: folder, detached: true };
  return startProgram("sh", ["-c", guardScript, "guard", bin, folder, set.join(" ")], options);
}

async function connected(guard: Program, folder: string, port: number): Promise<Client> {
  const until = performance.now() + patience;
  const end = guard.ended.then(({ output }) => output);
  for (;;) {
    const client = new Client({ host: folder, port, user: "postgres", database: "postgres" });
    // It ends with the server; its users get an error.
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch (cause) {
      const output = await Promise.race([end, sleep(50)]);
      if (typeof output === "string") throw new Error(`PostgreSQL does not start: ${output}`, { cause });
      if (performance.now() > until) throw new Error("PostgreSQL does not answer.", { cause });
    }
  }
}
