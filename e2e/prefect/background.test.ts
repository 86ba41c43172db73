import { afterAll, beforeAll, expect, test } from "vitest";
import { logs } from "../../src/schema/logs.ts";
import { taskRuns } from "../../src/schema/task-runs.ts";
import { openPages, type Pages, seen } from "./pages.ts";
import { succeed } from "./python.ts";
import { openWorld, soon, type World } from "./world.ts";

let world: World;
let pages: Pages;
beforeAll(async () => {
  world = await openWorld();
  pages = await openPages();
});
afterAll(async () => {
  await pages?.close();
  await world?.close();
});

test("a delayed task waits, and is run by a process that serves it", async () => {
  const { client } = world.praetor;
  await succeed(world.python.script("background"));
  const read = async () => {
    const [run, ...more] = await client.call(taskRuns.filter, {});
    if (run && more.length === 0) return run;
    throw new Error(`expected one task run, got ${more.length + (run ? 1 : 0)}`);
  };
  expect(await soon(read)).toMatchObject({ state_type: "SCHEDULED", flow_run_id: null });
  await pages.visit(`${world.praetor.url}/runs?tab=task-runs`, async (page) => {
    const row = page.getByRole("row").filter({ hasText: "whisper" });
    await seen(row.filter({ hasText: "Scheduled" }));
    world.python.prefect(["task", "serve", "e2e/prefect/background.py:whisper"]);
    await seen(row.filter({ hasText: "whisper-QUIET" }).filter({ hasText: "Completed" }));
  });
  const run = await read();
  expect(run).toMatchObject({ name: "whisper-QUIET", state_type: "COMPLETED" });
  await soon(async () => {
    const lines = await client.call(logs.filter, { logs: { task_run_id: { any_: [run.id] } } });
    expect(lines.map(({ message }) => message)).toContain("quiet");
  });
});
