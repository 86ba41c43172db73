import { afterAll, beforeAll, expect, test } from "vitest";
import { logs } from "../../src/schema/logs.ts";
import { taskRuns } from "../../src/schema/task-runs.ts";
import { succeed } from "./python.ts";
import { openWorld, soon, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

test("a task that is left for later waits, and is run by a process that serves it", async () => {
  const { client } = world.praetor;
  await succeed(world.python.script("background"));
  const read = async () => {
    const [run, ...more] = await client.call(taskRuns.filter, {});
    if (run && more.length === 0) return run;
    throw new Error(`expected one task run, got ${more.length + (run ? 1 : 0)}`);
  };
  expect(await soon(read)).toMatchObject({ state_type: "SCHEDULED", flow_run_id: null });
  world.python.prefect(["task", "serve", "e2e/prefect/background.py:whisper"]);
  const run = await soon(async () => {
    const found = await read();
    expect(found.state_type).toBe("COMPLETED");
    return found;
  });
  expect(run.name).toBe("whisper-QUIET");
  await soon(async () => {
    const lines = await client.call(logs.filter, { logs: { task_run_id: { any_: [run.id] } } });
    expect(lines.map(({ message }) => message)).toContain("quiet");
  });
});
