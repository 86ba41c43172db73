import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { flows } from "../../src/schema/flows.ts";
import { taskRuns } from "../../src/schema/task-runs.ts";
import { describeOnPostgres } from "../../src/testing/postgres-databases.ts";
import { ownerOfServer } from "../../src/testing/postgres-programs.ts";
import type { TestDatabase } from "../../src/testing/postgres-service.ts";
import { Replica } from "../../src/testing/replicas.ts";
import { makeFolder, runScript, type ServerProcess, startServerProcess } from "../../src/testing/scripts.ts";
import { scaled } from "./scale.ts";

const tasks = scaled(20, 200);
const patience = { timeout: 60_000, interval: 100 };

/** Storage for a database that can be filled and freed. */
interface Place {
  home: string;
  fill(server: ServerProcess): void;
  empty(server: ServerProcess): void;
}

interface SmallDisk extends Place {
  /** Its mount point. */
  disk: string;
  fill(): void;
  empty(): void;
}

/** A separate file system, which only root may mount. */
function smallDisk(folder: string): SmallDisk | string {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", disk], {
    encoding: "utf8",
  });
  if (status !== 0) return `no file system can be mounted here: ${stderr?.trim() ?? "there is no mount"}`;
  onTestFinished(() => void execFileSync("umount", ["-l", disk]));
  const ballast = join(disk, "ballast");
  return {
    disk,
    home: join(disk, "home"),
    fill: () => fillWith(ballast),
    empty: () => rmSync(ballast),
  };
}

function fillWith(file: string): void {
  const descriptor = openSync(file, "w");
  try {
    // In small pieces at the end: no space is left.
    for (const length of [1_000_000, 4096, 1]) writeWhileRoom(descriptor, Buffer.alloc(length));
  } finally {
    closeSync(descriptor);
  }
}

function writeWhileRoom(descriptor: number, piece: Buffer): void {
  try {
    while (writeSync(descriptor, piece) === piece.length);
  } catch (error) {
    expect(error).toMatchObject({ code: "ENOSPC" });
  }
}

/** A file size limit of the server's process, which needs no root: writes beyond it fail. */
function quota(folder: string): Place | string {
  if (spawnSync("prlimit", ["--version"]).status !== 0) return "there is no prlimit";
  const home = join(folder, "home");
  const limit = ({ child }: ServerProcess, bytes: number | string) =>
    void execFileSync("prlimit", ["--pid", String(child.pid), `--fsize=${bytes}:`]);
  return {
    home,
    fill: (server) => limit(server, statSync(join(home, "praetor.db-wal")).size),
    empty: (server) => limit(server, "unlimited"),
  };
}

const script = (count: number) => `
  import { flow, runLogger, task } from "praetor-flow";
  const step = task({ name: "step" }, async (n: number) => {
    runLogger().info("step " + n + " " + "x".repeat(2000));
    await new Promise((done) => setTimeout(done, 50));
    return n;
  });
  const steps = flow({ name: "steps" }, async () => {
    let sum = 0;
    for (let n = 0; n < ${count}; n++) {
      sum += await step(n);
      if (n === 2) console.log("under way");
    }
    return sum;
  });
  console.log("sum " + (await steps()));`;

const faults = [
  ["a disk without room (SQLITE_FULL)", smallDisk],
  ["a disk whose writes fail (SQLITE_IOERR)", quota],
] as const;

test.for(faults)(
  "on %s all is answered with 503, clients wait, and continue when there is room",
  async ([, open], { skip }) => {
    const folder = makeFolder();
    onTestFinished(() => folder.remove());
    const place = open(folder.path);
    if (typeof place === "string") return skip(place);
    const server = await startServerProcess(place.home);
    onTestFinished(() => server.stop("SIGKILL"));
    const api = `${server.url}/api`;
    await outlives(
      { client: server.client, api, folder: folder.path },
      { fill: () => place.fill(server), empty: () => place.empty(server) },
    );
  },
);

interface Running {
  client: ServerProcess["client"];
  api: string;
  /** For the script. */
  folder: string;
}

/** A script continues once its server, whose disk was temporarily full, has space again. */
async function outlives(
  { client, api, folder }: Running,
  { fill, empty }: { fill: () => void; empty: () => void },
): Promise<void> {
  const ready = async () => (await fetch(`${api}/ready`)).status;
  const flow = await client.call(flows.create, { name: "before" });
  expect(await ready()).toBe(200);

  const run = runScript(folder, script(tasks), { env: { PRAETOR_API_URL: api } });
  onTestFinished(() => void run.child.kill("SIGKILL"));
  await run.until("under way");
  fill();
  const create = () =>
    fetch(`${api}/flow_runs/`, { method: "POST", body: JSON.stringify({ flow_id: flow.id }) });
  await expect.poll(async () => (await create()).status, patience).toBe(503);
  const refused = await create();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await refused.json()).toEqual({
    exception_message: "Service Unavailable: the database can store nothing, its disk is full or fails.",
  });
  // The probe may still fit into free pages of a PostgreSQL table: it fills them.
  const readiness = async () => {
    await create();
    const answer = await fetch(`${api}/ready`);
    return [answer.status, answer.headers.get("retry-after"), await answer.json()];
  };
  const message = "Database is not writable: disk full or failing";
  await expect.poll(readiness, patience).toEqual([503, "5", { message }]);
  expect((await client.call(flows.filter, {})).map(({ name }) => name)).toContain("before");
  await run.until("Waiting for the server");
  expect(run.child.exitCode).toBeNull();

  // In the full form for longer than the heartbeat timeout: the run is not given up.
  await sleep(scaled(0, 45_000));
  empty();
  await expect.poll(ready, patience).toBe(200);
  expect((await create()).status).toBe(201);
  expect([await run.ended, run.output()]).toEqual([0, expect.stringContaining(`sum ${sum(tasks)}`)]);
  const [ended] = await client.call(flowRuns.filter, { flows: { name: { any_: ["steps"] } } });
  expect(ended).toMatchObject({ state_type: "COMPLETED", run_count: 1 });
  const count = (type: "COMPLETED" | "CRASHED") =>
    client.call(taskRuns.count, { task_runs: { state: { type: { any_: [type] } } } });
  await expect.poll(() => count("COMPLETED"), patience).toBe(tasks);
  expect(await count("CRASHED")).toBe(0);
}

const sum = (count: number) => (count * (count - 1)) / 2;

test("while another process locks the database, requests that wait too long get 503", async () => {
  const folder = makeFolder();
  onTestFinished(() => folder.remove());
  const server = await startServerProcess(folder.path);
  onTestFinished(() => server.stop("SIGKILL"));
  const other = new DatabaseSync(join(folder.path, "praetor.db"));
  other.exec("begin immediate");
  const create = () =>
    fetch(`${server.url}/api/flows/`, { method: "POST", body: JSON.stringify({ name: "held" }) });
  const refused = await create();
  expect([refused.status, refused.headers.get("retry-after"), await refused.json()]).toEqual([
    503,
    "1",
    { exception_message: "Service Unavailable: another process holds the database." },
  ]);
  other.exec("rollback");
  other.close();
  await expect.poll(async () => (await create()).ok, patience).toBe(true);
});

test("logs that cannot be stored do not cost the state of a run", async () => {
  const folder = makeFolder();
  onTestFinished(() => folder.remove());
  const server = await startServerProcess(folder.path);
  onTestFinished(() => server.stop("SIGKILL"));
  const other = new DatabaseSync(join(folder.path, "praetor.db"));
  other.exec("create trigger no_room before insert on log begin select raise(abort, 'no room for it'); end");
  other.close();
  const run = runScript(folder.path, script(5), { env: { PRAETOR_API_URL: `${server.url}/api` } });
  onTestFinished(() => void run.child.kill("SIGKILL"));
  expect([await run.ended, run.output()]).toEqual([0, expect.stringContaining(`sum ${sum(5)}`)]);
  expect(run.output()).toMatch(/Log lines could not be stored: .*500/);
  const runs = await server.client.call(flowRuns.filter, { flows: { name: { any_: ["steps"] } } });
  expect(runs).toMatchObject([{ state_type: "COMPLETED" }]);
});

await describeOnPostgres("PostgreSQL", (databases) => {
  test("with a full disk requests get 503, clients wait, and continue when there is space", async ({
    skip,
  }) => {
    const folder = makeFolder();
    onTestFinished(() => folder.remove());
    // PostgreSQL runs as another user, who needs access to this folder.
    chmodSync(folder.path, 0o755);
    const disk = smallDisk(folder.path);
    if (typeof disk === "string") return skip(disk);
    const database = await databases.create();
    const drop = await keepOn(database, join(disk.disk, "space"));
    onTestFinished(async () => {
      await databases.drop(database);
      await drop();
    });
    const replica = new Replica({
      PRAETOR_HOME: folder.path,
      PRAETOR_DATABASE_URL: database.url,
      PRAETOR_LOG_LEVEL: "silent",
    });
    await replica.start();
    onTestFinished(() => replica.kill());
    const { client, api } = replica;
    await outlives({ client, api, folder: folder.path }, disk);
  });
});

/** Keeps the database's files in this folder; returns the function that removes the tablespace after the database. */
async function keepOn({ name, url }: TestDatabase, path: string): Promise<() => Promise<void>> {
  mkdirSync(path);
  const { uid, gid } = await ownerOfServer();
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  const admin = new Client({ connectionString: url.replace(`/${name}`, "/postgres") });
  await admin.connect();
  await admin.query(`create tablespace small location '${path}'`);
  await admin.query(`alter database ${name} set tablespace small`);
  return async () => {
    await admin.query("drop tablespace small");
    await admin.end();
  };
}
