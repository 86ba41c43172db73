import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { artifacts } from "../../schema/artifacts.ts";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { variables } from "../../schema/variables.ts";
import { describeOnPostgres } from "../../testing/postgres-databases.ts";
import { createWorld } from "../../testing/world.ts";
import { openStore } from "../store.ts";

// Databases that a version before made, with their rows, are opened and brought up to this one. They were dumped as text,
// at migration 15: SQLite's by `.dump`, PostgreSQL's by `pg_dump --inserts`.

const dump = (database: "sqlite" | "postgres") =>
  readFileSync(new URL(`../../testing/databases/0015.${database}.sql`, import.meta.url), "utf8");

/** What the dumped databases hold, as a server of this version answers it. */
async function expectOldRows(path: string): Promise<void> {
  const world = await createWorld({
    open: (now) => openStore({ path, now }),
    settings: { logLevel: "silent" },
  });
  expect(await world.call(flowRuns.filter, { sort: "NAME_ASC" })).toMatchObject([
    { name: "failed-one", state: { type: "FAILED" }, tags: ["kept"], run_count: 1, parameters: { size: 1 } },
    { name: "scheduled-one", state: { type: "SCHEDULED" } },
  ]);
  expect(await world.call(taskRuns.filter, {})).toMatchObject([{ name: "load-0", state_type: "COMPLETED" }]);
  expect(await world.call(deployments.filter, {})).toMatchObject([
    { name: "nightly", work_pool_name: "pool", schedules: [{ schedule: { timezone: "Europe/Berlin" } }] },
  ]);
  expect(await world.call(variables.filter, {})).toMatchObject([{ name: "region", value: "eu" }]);
  expect(await world.call(artifacts.filter, {})).toMatchObject([{ key: "report", data: "# kept" }]);
  const isFailed = { state: { type: { any_: ["FAILED" as const] } } };
  expect(await world.call(flowRuns.count, { flow_runs: isFailed })).toBe(1);
  await world.close();
}

describe("SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "praetor-upgrade-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("a database of migration 15 is opened and keeps its rows", async () => {
    const path = join(folder, "made-before.db");
    const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    database.exec(dump("sqlite"));
    database.close();
    await expectOldRows(path);
  });
});

await describeOnPostgres("PostgreSQL", (databases) => {
  test("a database of migration 15 is opened and keeps its rows", async () => {
    const made = await databases.create();
    const client = new Client({ connectionString: made.url });
    await client.connect();
    await client.query(dump("postgres"));
    await client.end();
    await expectOldRows(made.url);
    await databases.drop(made);
  });
});
