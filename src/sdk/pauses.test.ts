import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { flow, pause, suspend, task } from "../index.ts";
import { type FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
});
afterAll(() => recorded.close());

async function paused(name: string): Promise<FlowRun> {
  const flows = { name: { any_: [name] } };
  const find = () => recorded.world.call(flowRuns.filter, { flows });
  await expect.poll(async () => (await find())[0]?.state_type, { timeout: 5000 }).toBe("PAUSED");
  return recorded.flowRun(name);
}
const resume = (run: FlowRun, run_input = {}) =>
  recorded.world.call(flowRuns.resume, { id: run.id, run_input });

test("a paused flow continues where it was when it is resumed", async () => {
  const order: string[] = [];
  const main = flow({ name: "pausing" }, async () => {
    order.push("before");
    await pause();
    order.push("after");
    return 1;
  });
  const result = main();
  const run = await paused("pausing");
  expect(order).toEqual(["before"]);
  expect(run.state?.state_details).toMatchObject({ pause_key: "1", pause_reschedule: false });
  await resume(run);
  expect(await result).toBe(1);
  expect(order).toEqual(["before", "after"]);
  expect(await recorded.history(run)).toEqual(["Pending", "Running", "Paused", "Running", "Completed"]);
});

test("requested input arrives with its type and defaults, and invalid input is rejected", async () => {
  const Count = z.object({ of: z.number().min(1) }).meta({ id: "Count" });
  const input = z.object({
    count: Count,
    spare: Count.optional(),
    note: z.string().default("none"),
    day: z.coerce.date(),
  });
  const main = flow({ name: "asking" }, () => pause({ input, key: "how many?", description: "How many?" }));
  const result = main();
  const run = await paused("asking");
  const keys = run.state?.state_details.run_input_keyset;
  expect(keys).toEqual({
    schema: "paused-how-many--schema",
    response: "paused-how-many--response",
    description: "paused-how-many--description",
  });
  const schema = await recorded.world.call(flowRuns.readInput, { id: run.id, key: keys?.schema ?? "" });
  expect(schema).toMatchObject({
    properties: { count: { $ref: "#/definitions/Count", position: 0 }, note: { default: "none" } },
    definitions: { Count: { properties: { of: { type: "number", minimum: 1 } } } },
    required: ["count", "day"],
  });
  expect(await resume(run, { count: { of: 0 }, day: "2026-01-01T00:00:00Z" })).toMatchObject({
    status: "REJECT",
  });
  expect(await resume(run, { count: { of: 2 }, day: "2026-01-01T00:00:00Z" })).toMatchObject({
    status: "ACCEPT",
  });
  expect(await result).toEqual({ count: { of: 2 }, note: "none", day: new Date("2026-01-01T00:00:00Z") });
});

test("a pause that is cancelled, or times out, ends the flow", async () => {
  const cancelled = flow({ name: "cancelled-pause", grace: "50ms" }, () => pause());
  const first = cancelled.with({ returnState: true })();
  const run = await paused("cancelled-pause");
  await recorded.world.call(flowRuns.setState, { id: run.id, force: true, state: { type: "CANCELLING" } });
  expect((await first).name).toBe("Cancelled");

  const expired = flow({ name: "expired-pause" }, () => pause({ timeout: "1s" }));
  const second = expired.with({ returnState: true })();
  const late = await paused("expired-pause");
  // As the server's background service does.
  await recorded.world.call(flowRuns.setState, {
    id: late.id,
    force: true,
    state: { type: "FAILED", message: "The flow was paused and never resumed." },
  });
  expect((await second).name).toBe("Failed");
  expect((await recorded.flowRun("expired-pause")).state?.message).toContain("never resumed");
});

test("only a flow can pause, and only a run of a deployment can be suspended", async () => {
  await expect(pause()).rejects.toThrow("pause: expected to be called in the body of a flow");
  const inTask = flow({ name: "in-task" }, () => task({ name: "in" }, () => pause())());
  await expect(inTask()).rejects.toThrow("pause: expected to be called in the body of a flow");
  const alone = flow({ name: "alone" }, () => suspend());
  await expect(alone()).rejects.toThrow("Cannot suspend flows without a deployment.");
});

test("while a run is paused by a user, no task begins, also of its subflows, until it is resumed", async () => {
  const begun: string[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const first = task({ name: "first" }, async () => {
    begun.push("first");
    await gate;
  });
  const next = task({ name: "next" }, () => void begun.push("next"));
  const inner = flow({ name: "inner" }, async () => next());
  const main = flow({ name: "stopped" }, async () => {
    await first();
    await Promise.all([next(), inner()]);
    await pause();
  });
  const result = main();
  await expect.poll(() => begun).toEqual(["first"]);
  const { id } = await recorded.flowRun("stopped");
  await recorded.world.call(flowRuns.setState, { id, state: { type: "PAUSED" } });
  open();
  await expect.poll(async () => (await recorded.taskRuns("stopped"))[0]?.state_type).toBe("COMPLETED");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(begun).toEqual(["first"]);
  await recorded.world.call(flowRuns.resume, { id });
  await expect.poll(() => begun).toEqual(["first", "next", "next"]);
  await resume(await paused("stopped"));
  await result;
});

test("a paused run that is cancelled ends without its tasks", async () => {
  const begun: string[] = [];
  const step = task({ name: "step" }, async (n: number) => {
    begun.push(`${n}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  const main = flow({ name: "dropped", taskConcurrency: 1 }, async () => {
    await step.map(Array.from({ length: 100 }, (_, n) => n)).wait();
  });
  const result = main.with({ returnState: true })();
  await expect.poll(() => begun.length).toBeGreaterThan(0);
  const { id } = await recorded.flowRun("dropped");
  await recorded.world.call(flowRuns.setState, { id, state: { type: "PAUSED" } });
  await recorded.world.call(flowRuns.setState, { id, state: { type: "CANCELLING" }, force: true });
  expect((await result).type).toBe("CANCELLED");
  expect(begun.length).toBeLessThan(20);
});
