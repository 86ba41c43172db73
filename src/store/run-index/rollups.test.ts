import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { flowRuns } from "../../schema/flow-runs.ts";
import { testClock } from "../../testing/clock.ts";
import { makeFlow, makeRun, stateOf, taskEvent } from "../../testing/store-writer.ts";
import { down, up } from "../migrations/0005-tallies.ts";
import { openStore, type Store } from "../store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "praetor-tallies-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clock = testClock();
const made = flowRuns.create.input.parse({ flow_id: "00000000-0000-4000-8000-000000000000" });
const open = () => openStore({ path: join(folder, "praetor.db"), now: clock.now });

/** Creates runs of all kinds, then changes the file. */
async function storeAfter(change: (database: DatabaseSync) => void): Promise<Store> {
  const store = await open();
  const flow = await makeFlow({ store, clock });
  await makeRun({ store, clock }, flow);
  await makeRun({ store, clock }, flow, {}, stateOf(clock, "RUNNING"));
  const late = { expected_start_time: clock.time(-90_061), start_time: clock.time(-1), total_run_time: 0.3 };
  await makeRun({ store, clock }, flow, {}, stateOf(clock, "COMPLETED"), late);
  await store.flowRuns.create({ ...made, flow_id: flow.id });
  const taskRunId = "00000000-0000-4000-8000-000000000001";
  await store.ingest([taskEvent({ taskRunId, type: "RUNNING", occurred: clock.time() })]);
  await store.close();
  const database = new DatabaseSync(join(folder, "praetor.db"));
  change(database);
  database.close();
  return open();
}

test("the migration counts existing runs, and can be reverted", async () => {
  const store = await storeAfter((database) => {
    database.exec(down);
    database.exec(up);
  });
  expect(await store.rollups.differences()).toEqual([]);
  expect(await store.flowRuns.count({})).toBe(4);
  expect(await store.taskRuns.count({})).toBe(1);
  await store.close();
});

test("a wrong rollup is reported, and corrected by a recount", async () => {
  const store = await storeAfter((database) =>
    database.exec(
      "update run_tally set runs = runs + 2 where state_type = 'RUNNING' and kind = 'task_run' and span = 10",
    ),
  );
  expect(await store.rollups.differences()).toMatchObject([
    { kind: "task_run", state_type: "RUNNING", expected: 1, runs: 3 },
  ]);
  await store.rollups.rebuild();
  expect(await store.rollups.differences()).toEqual([]);
  await store.close();
});
