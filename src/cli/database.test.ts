import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createClient } from "../client/client.ts";
import { admin } from "../schema/admin.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { flows } from "../schema/flows.ts";
import { migrations } from "../store/migrations/all.ts";
import { describeOnPostgres } from "../testing/postgres-databases.ts";
import type { TestDatabase } from "../testing/postgres-service.ts";
import { plainEnvironment, startProgram } from "../testing/programs.ts";

// Each command is a process and writes and reads megabytes, on machines that may be busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const main = join(import.meta.dirname, "main.ts");
const folder = mkdtempSync(join(tmpdir(), "praetor-database-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let home = "";
beforeEach(() => {
  home = mkdtempSync(join(folder, "home-"));
});

const last = migrations.at(-1);

type Environment = Record<string, string>;
const environment = (more: Environment) => ({
  ...{ ...plainEnvironment, NO_COLOR: "1", PRAETOR_HOME: home },
  ...more,
});

interface Outcome {
  code: number | string;
  out: string;
  error: string;
}

function praetor(args: string[], env: Environment = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, "database", ...args],
      { env: environment(env), timeout: 120_000 },
      (failure, out, error) => {
        const code = failure ? (failure.signal ?? Number(failure.code)) : 0;
        resolve({ code, out, error });
      },
    );
  });
}

/** A server with a flow in its database. */
async function serverWithFlow(name: string, env: Environment = {}) {
  const args = [main, "server", "start", "--port", "0", "--no-ui", "--json"];
  const child = spawn(process.execPath, args, { env: environment(env) });
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  const client = createClient({ baseUrl: `${JSON.parse(line).url}/api`, send: fetch });
  const flow = await client.call(flows.create, { name });
  return {
    client,
    startRun: async (parameters = {}): Promise<string> =>
      (await client.call(flowRuns.create, { flow_id: flow.id, state: { type: "RUNNING" }, parameters })).id,
    stop(): Promise<unknown> {
      child.kill("SIGTERM");
      return once(child, "exit");
    },
  };
}

/** Makes a backup of megabytes during constant writes; returns the runs the server knew before. */
async function backupWhileWriting(file: string, env: Environment = {}): Promise<string[]> {
  const server = await serverWithFlow("kept", env);
  const known: string[] = [];
  for (let count = 0; count < 50; count++) known.push(await server.startRun({ text: "x".repeat(400_000) }));
  let isWriting = true;
  let written = 0;
  const write = async () => {
    for (; isWriting; written++) await server.startRun();
  };
  const writers = [write(), write(), write(), write()];
  const done = await praetor(["backup", file], env);
  isWriting = false;
  await Promise.all(writers);
  await server.stop();
  expect(done).toMatchObject({ code: 0, error: "", out: expect.stringContaining(file) });
  expect(written).toBeGreaterThan(50);
  return known;
}

async function expectRestored(runs: readonly string[], env: Environment): Promise<void> {
  expect(await praetor(["check"], env)).toMatchObject({ code: 0, error: "" });
  const server = await serverWithFlow("later", env);
  for (const id of runs) {
    expect((await server.client.call(flowRuns.read, { id })).state?.type).toBe("RUNNING");
  }
  const id = await server.startRun();
  expect((await server.client.call(flowRuns.read, { id })).state?.type).toBe("RUNNING");
  await server.stop();
  expect(await praetor(["check"], env)).toMatchObject({ code: 0, error: "" });
}

describe("on SQLite", () => {
  const path = () => join(home, "praetor.db");

  test("migrations are applied, reverted only when data loss is accepted, and applied again", async () => {
    const up = await praetor(["upgrade"]);
    expect(up.out).toContain(`done    ${last?.number} ${last?.name}`);
    expect((await praetor(["upgrade"])).out).toContain("already up to date");
    const refused = await praetor(["upgrade", "--to", "2"]);
    expect(refused).toMatchObject({ code: 1, error: expect.stringContaining("then pass --yes.") });
    expect(JSON.parse((await praetor(["check", "--json"])).out)).toMatchObject({
      migration: { number: last?.number },
    });
    expect((await praetor(["upgrade", "--to", "2", "--yes"])).out).toContain("undone  3 blocks");
    expect((await praetor(["check"])).out).toContain("pending: 3 (blocks)");
    const again = await praetor(["upgrade", "--json"]);
    expect(JSON.parse(again.out)).toMatchObject({
      undone: [],
      added: expect.arrayContaining([{ number: 3, name: "blocks" }]),
    });
  });

  test("an unknown migration and a missing database are refused in a sentence", async () => {
    const refused = await praetor(["upgrade", "--to", "4000"]);
    expect(refused).toMatchObject({
      code: 1,
      error: expect.stringContaining("No migration 4000: expected 0"),
    });
    const missing = { code: 1, error: `No database at ${path()}.\n` };
    expect(await praetor(["check"])).toMatchObject(missing);
    expect(await praetor(["backup"])).toMatchObject(missing);
    expect(existsSync(path())).toBe(false);
  });

  test("a dangling reference is found, and the check exits with 1", async () => {
    await praetor(["upgrade"]);
    const database = new DatabaseSync(path(), { enableForeignKeyConstraints: false });
    database.exec("insert into flow_run_tag (tag, start, flow_run_id) values ('x', '2026', 'nowhere')");
    database.close();
    const found = await praetor(["check"]);
    expect(found.code).toBe(1);
    expect(found.out).toContain(
      "✗ foreign keys: A row of flow_run_tag names one of flow_run that is not there",
    );
    expect(found.out).toContain("✓ pages and indexes");
  });

  test("a rollup that differs from its runs is found and recomputed", async () => {
    await praetor(["upgrade"]);
    expect((await praetor(["check"])).out).toContain("✓ tallies of runs");
    const database = new DatabaseSync(path());
    database.exec(
      `insert into run_tally values ('flow_run', 10, '2026-05-01', 'FAILED', 'Failed', 3, 0, 0, 0, 0)`,
    );
    database.close();
    const found = await praetor(["check"]);
    expect(found.code).toBe(1);
    expect(found.out).toContain(
      "✗ tallies of runs: flow_run in FAILED (Failed) from 2026-05-01T00:00:00.000000Z: expected 0, got 3",
    );
    expect((await praetor(["repair"])).out).toContain("1 wrong run count");
    expect((await praetor(["check"])).code).toBe(0);
    expect((await praetor(["repair"])).out).toContain("are correct");
  });

  test("a backup works while a server runs, and replaces no file; an upgrade waits for the server to stop", async () => {
    const { stop } = await serverWithFlow("kept");
    const file = join(home, "copy.db");
    expect((await praetor(["backup", file])).out).toContain(file);
    expect((await praetor(["upgrade"])).error).toContain("is in use by the process");
    await stop();
    const copy = new DatabaseSync(file, { readOnly: true });
    expect(copy.prepare("select name from flow").all()).toEqual([{ name: "kept" }]);
    copy.close();
    writeFileSync(file, "mine");
    const refused = await praetor(["backup", file]);
    expect(refused).toMatchObject({
      code: 1,
      error: `${file} is there already: a backup replaces no file.\n`,
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("a backup under constant writes finishes, is complete, and can be used by a server", async () => {
    const restored = mkdtempSync(join(folder, "home-"));
    const known = await backupWhileWriting(join(restored, "praetor.db"));
    await expectRestored(known, { PRAETOR_HOME: restored });
  });
});

await describeOnPostgres("database commands on PostgreSQL", (databases) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await databases.create();
  });
  const env = () => ({ PRAETOR_DATABASE_URL: database.networkUrl });

  test("migrations are applied, reverted and applied again, and the check reports no password", async () => {
    expect((await praetor(["check"], env())).out).toContain("no tables yet");
    expect((await praetor(["upgrade"], env())).out).toContain(`done    ${last?.number} ${last?.name}`);
    expect((await praetor(["upgrade", "--to", "0"], env())).code).toBe(1);
    expect((await praetor(["upgrade", "--to", "0", "--yes"], env())).out).toContain("undone  1 first");
    expect((await praetor(["upgrade"], env())).code).toBe(0);
    const { code, out } = await praetor(["check"], env());
    expect(code).toBe(0);
    expect(out).toMatch(/PostgreSQL \d+/);
    expect(out).toContain(`migration ${last?.number}`);
    expect(out).toContain("postgres://postgres:••••••@");
    expect(out).not.toContain(new URL(database.networkUrl).password);
  });

  test("servers that start at once on an old schema upgrade it, and serve the existing data", async () => {
    const own = await databases.create();
    const shared = { PRAETOR_DATABASE_URL: own.networkUrl, PRAETOR_ENCRYPTION_KEY: "known to all of them" };
    await (await serverWithFlow("older", shared)).stop();
    expect((await praetor(["upgrade", "--to", "2", "--yes"], shared)).code).toBe(0);
    expect((await praetor(["check"], shared)).out).toContain("pending: 3 (blocks)");
    const servers = await Promise.all(["one", "two"].map((name) => serverWithFlow(name, shared)));
    for (const { client } of servers) {
      expect(await client.call(admin.ready, {})).toEqual({ message: "OK" });
      expect(await client.call(flows.readByName, { name: "older" })).toMatchObject({ name: "older" });
    }
    expect(await praetor(["check"], shared)).toMatchObject({
      code: 0,
      out: expect.not.stringContaining("pending"),
    });
    await Promise.all(servers.map(({ stop }) => stop()));
  });

  test("an invalid index is found, and the check exits with 1", async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query("create table twins as select 1 as value union all select 1");
    const made = client.query("create unique index concurrently twins_value on twins (value)");
    await expect(made).rejects.toThrow("could not create unique index");
    const { code, out } = await praetor(["check"], env());
    await client.query("drop table twins");
    await client.end();
    expect(code).toBe(1);
    expect(out).toContain("✗ indexes: The index twins_value is invalid");
  });

  test("an unreachable PostgreSQL server is reported in a sentence, also when a server starts", async () => {
    const url = database.networkUrl.replace(/:\d+\//, ":1/");
    const checked = await praetor(["check"], { PRAETOR_DATABASE_URL: url });
    expect(checked.error).toMatch(/^The PostgreSQL server at 127\.0\.0\.1:1 cannot be reached: .*\n$/);
    const args = [main, "server", "start", "--port", "0", "--no-ui"];
    const child = startProgram(process.execPath, args, { env: environment({ PRAETOR_DATABASE_URL: url }) });
    expect(await child.ended).toEqual({ code: 1, output: checked.error.trim() });
    expect(checked.code).toBe(1);
  });

  test("a backup needs pg_dump, and says so", async () => {
    const without = await praetor(["backup", join(home, "copy.dump")], { ...env(), PATH: home });
    expect(without).toMatchObject({
      code: 1,
      error: expect.stringContaining("pg_dump is not on this machine"),
    });
  });

  test("a backup under constant writes is restored by pg_restore, is complete, and can be used by a server", async (context) => {
    // Follows a link in a folder without other programs to the folder with all programs of the server's version.
    const bin = dirname(realpathSync(join(database.bin, "postgres")));
    context.skip(!existsSync(join(bin, "pg_restore")), "these programs are without pg_restore");
    const [source, target] = [await databases.create(), await databases.create()];
    const file = join(home, "copy.dump");
    const PATH = [bin, process.env.PATH].join(delimiter);
    const shared = { PATH, PRAETOR_ENCRYPTION_KEY: "kept beside the backup" };
    const known = await backupWhileWriting(file, { ...shared, PRAETOR_DATABASE_URL: source.networkUrl });
    const args = ["--exit-on-error", `--dbname=${target.networkUrl}`, file];
    expect(await startProgram(join(bin, "pg_restore"), args, {}).ended).toEqual({
      code: 0,
      output: "",
    });
    await expectRestored(known, { ...shared, PRAETOR_DATABASE_URL: target.networkUrl });
  });
});
