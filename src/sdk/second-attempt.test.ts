import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { flow, runContext, runLogger, task } from "../index.ts";
import { deployments } from "../schema/deployments.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { newId } from "../schema/ids.ts";
import { logs } from "../schema/logs.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";
import { clientOf } from "./fenced-attempts.ts";
import { continueFlow } from "./flow-engine.ts";
import { flowEntrypointOf } from "./flow-entrypoint.ts";
import { claim } from "./runner/claims.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
});
afterAll(() => recorded.close());

async function deployed(name: string): Promise<string> {
  const { world } = recorded;
  const { id: flow_id } = await world.flow(name);
  const { id } = await world.call(deployments.create, { name: "here", flow_id });
  return (await world.call(deployments.createFlowRun, { id })).id;
}
const read = (id: string) => recorded.world.call(flowRuns.read, { id });
const tasksOf = (id: string) =>
  recorded.world.call(taskRuns.filter, {
    flow_runs: { id: { any_: [id] } },
    sort: "EXPECTED_START_TIME_ASC",
  });

/** Claims the run and runs it, as the process of an attempt does. */
async function attempt(id: string, what: unknown) {
  const door = flowEntrypointOf(what);
  if (!door) throw new Error("expected a flow");
  const token = newId();
  const client = clientOf(recorded.world.client, { flowRunId: id, token });
  if (!(await claim(client, await read(id)))) throw new Error("expected to claim the run");
  const { definition, settings } = door;
  return continueFlow({ definition, settings, id, token });
}
const again = (id: string) =>
  recorded.world.call(flowRuns.setState, { id, state: { type: "SCHEDULED" }, force: true });

test("each attempt has its own task runs, with their logs and times", async () => {
  const load = task({ name: "load" }, async () => {
    runLogger().info("loading");
    await sleep(5);
  });
  let fails = true;
  const work = flow({ name: "twice" }, async () => {
    await load();
    await load();
    if (fails) throw new Error("the first time");
  });
  const id = await deployed("twice");
  expect((await attempt(id, work)).view.type).toBe("FAILED");
  fails = false;
  await again(id);
  expect((await attempt(id, work)).view.type).toBe("COMPLETED");

  const runs = await tasksOf(id);
  expect(runs.map((run) => [run.name, run.dynamic_key, run.state_type, run.flow_run_run_count])).toEqual([
    ["load-0", "0", "COMPLETED", 1],
    ["load-1", "1", "COMPLETED", 1],
    ["load-0", "1-0", "COMPLETED", 2],
    ["load-1", "1-1", "COMPLETED", 2],
  ]);
  for (const run of runs) {
    const passed = Date.parse(run.end_time ?? "") - Date.parse(run.start_time ?? "");
    expect(passed / 1000).toBeCloseTo(run.total_run_time, 2);
  }
  const lines = await recorded.world.call(logs.filter, { logs: { flow_run_id: { any_: [id] } } });
  const reported = new Set(lines.flatMap(({ task_run_id }) => task_run_id ?? []));
  expect(reported).toEqual(new Set(runs.map((run) => run.id)));
});

test("an attempt whose run was taken over ends at its next call, and its writes are ignored", async () => {
  const { promise: isWoken, resolve: wake } = Promise.withResolvers<void>();
  const step = task({ name: "step" }, async (name: string) => name);
  const ran: string[] = [];
  let attempts = 0;
  const work = flow({ name: "taken-over", grace: "10s" }, async () => {
    const me = ++attempts;
    await step(`of ${me}`);
    if (me === 1) await isWoken;
    ran.push(`${me}`);
    for (let count = 0; me === 1 && count < 1000; count++) {
      await step("late");
      runContext().signal.throwIfAborted();
      await sleep(20);
    }
    await step("last");
  });
  const id = await deployed("taken-over");
  const first = attempt(id, work);
  await expect.poll(() => tasksOf(id), { timeout: 20_000 }).toHaveLength(1);
  await again(id);
  expect((await attempt(id, work)).view.type).toBe("COMPLETED");
  const before = await tasksOf(id);
  wake();
  expect((await first).view).toMatchObject({
    type: "CRASHED",
    message: expect.stringContaining("was taken over by another process"),
  });
  expect(await tasksOf(id)).toEqual(before);
  expect(await read(id)).toMatchObject({ state_type: "COMPLETED", run_count: 2 });
  expect(ran).toEqual(["2", "1"]);
});
