import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployments } from "../schema/deployments.ts";
import { type FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { timestamp } from "../schema/scalars.ts";
import { waiting } from "../schema/waiting.ts";
import { workPools } from "../schema/work-pools.ts";
import { workQueues } from "../schema/work-queues.ts";
import { workers } from "../schema/workers.ts";
import { createWorld, type World } from "../testing/world.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
let clock = start;
let world: World;
beforeEach(async () => {
  clock = start;
  world = await createWorld({ now: () => clock });
  await world.call(workPools.create, { name: "p" });
  await world.call(workers.heartbeat, { pool: "p", name: "w" });
});
afterEach(() => world.close());

const at = (seconds: number) => timestamp(start + seconds * 1000);
const scheduledFor = (seconds: number) =>
  ({ type: "SCHEDULED", state_details: { scheduled_time: at(seconds) } }) as const;
const inPool = (seconds = -10, work_queue_name: string | null = null) =>
  world.flowRun({ work_pool_name: "p", work_queue_name, states: [scheduledFor(seconds)] });
async function deployed(more: object = {}, seconds = 0): Promise<FlowRun> {
  const { id: flow_id } = await world.flow();
  const { id } = await world.call(deployments.create, { name: "d", flow_id, ...more });
  return world.call(deployments.createFlowRun, { id, state: scheduledFor(seconds) });
}
const explain = async ({ id }: FlowRun) => (await world.call(waiting.explain, { flow_run_ids: [id] }))[0];
const gates = async (run: FlowRun) => (await explain(run))?.gates;
const kinds = async (run: FlowRun) => (await gates(run))?.map(({ kind }) => kind);
const claim = ({ id }: FlowRun) => world.call(flowRuns.setState, { id, state: { type: "PENDING" } });
const handed = async () =>
  (await world.call(workPools.scheduledRuns, { name: "p", scheduled_before: timestamp(clock) })).map(
    ({ flow_run }) => flow_run.id,
  );
const pool = (changes: object) => world.call(workPools.update, { name: "p", ...changes });
const queue = (changes: object) =>
  world.call(workQueues.update, { pool: "p", current: "default", ...changes });

describe("a run", () => {
  test("with nothing in its way is taken by the next poll", async () => {
    const run = await inPool();
    expect(await explain(run)).toEqual({
      flow_run_id: run.id,
      since: at(-10),
      is_late: false,
      gates: [{ kind: "none" }],
    });
  });

  test("scheduled for later reports its time, and further pauses", async () => {
    const run = await inPool(60);
    expect(await gates(run)).toEqual([{ kind: "scheduled", until: at(60) }]);
    await pool({ is_paused: true });
    await queue({ is_paused: true, concurrency_limit: 0 });
    expect(await kinds(run)).toEqual(["scheduled", "pool-paused", "queue-paused"]);
  });

  test("that is paused reports that a user has to resume it, and whether it needs input", async () => {
    const state_details = { pause_timeout: at(300), run_input_keyset: { schema: "s" } };
    const run = await world.flowRun({ states: ["RUNNING", { type: "PAUSED", state_details }] });
    expect(await gates(run)).toEqual([{ kind: "paused", until: at(300), wants_input: true }]);
  });

  test("that waits in its process for the next attempt reports its time", async () => {
    const run = await world.flowRun({
      empirical_policy: { retries: 1, retry_delay: 30 },
      states: ["PENDING", "RUNNING"],
    });
    await world.call(flowRuns.setState, { id: run.id, state: { type: "FAILED" } });
    expect(await gates(run)).toEqual([{ kind: "retry", until: at(30) }]);
  });

  test("claimed by a worker reports since when, and one that runs or ended does not wait", async () => {
    const run = await deployed({ work_pool_name: "p" });
    await claim(run);
    expect(await kinds(run)).toEqual(["claimed"]);
    await world.call(flowRuns.setState, { id: run.id, state: { type: "RUNNING" } });
    expect(await explain(run)).toBeUndefined();
    expect(await explain(await world.flowRun({ states: ["PENDING"] }))).toBeUndefined();
  });

  test("that nothing starts reports why: no deployment, or no process that serves it", async () => {
    expect(await kinds(await world.flowRun({ states: ["SCHEDULED"] }))).toEqual(["no-deployment"]);
    const run = await deployed();
    const id = run.deployment_id ?? "";
    expect(await gates(run)).toEqual([{ kind: "not-served", deployment_id: id, since: null }]);
    await world.call(deployments.scheduledRuns, { deployment_ids: [id] });
    expect(await kinds(run)).toEqual(["none"]);
  });
});

describe("a run for a worker", () => {
  test("reports every pause, and the full pool with its runs", async () => {
    const [first, second] = [await inPool(-20), await inPool(-10)];
    await pool({ concurrency_limit: 1 });
    await queue({ concurrency_limit: 1 });
    await claim(first);
    expect(await gates(second)).toMatchObject([
      {
        kind: "pool-limit",
        pool: "p",
        limit: 1,
        used: 1,
        holders: [{ id: first.id, state_name: "Pending" }],
      },
      { kind: "queue-limit", queue: "default", limit: 1, used: 1, holders: [{ id: first.id }] },
    ]);
    await pool({ is_paused: true, concurrency_limit: null });
    expect(await kinds(second)).toEqual(["pool-paused", "queue-limit"]);
  });

  test("waits while the free room goes to earlier runs, exactly when it is not handed out", async () => {
    await world.call(workQueues.create, { pool: "p", name: "urgent", priority: 1 });
    const runs = [await inPool(-30), await inPool(-20), await inPool(-5, "urgent"), await inPool(-10)];
    const check = async () => {
      const input = await handed();
      for (const run of runs) {
        expect([run.id, (await kinds(run))?.[0] === "none"]).toEqual([run.id, input.includes(run.id)]);
      }
      return input.length;
    };
    expect(await check()).toBe(4);
    await pool({ concurrency_limit: 2 });
    expect(await check()).toBe(2);
    await queue({ concurrency_limit: 1 });
    await pool({ concurrency_limit: 3 });
    expect(await check()).toBe(2);
    await pool({ concurrency_limit: null });
    await queue({ is_paused: true });
    expect(await check()).toBe(1);
  });

  test("reports since when there is no worker", async () => {
    const run = await inPool();
    clock += 100_000;
    await world.store.workers.markOffline();
    await world.store.workPools.markUnready();
    expect(await gates(run)).toEqual([{ kind: "no-worker", pool: "p", worker: "w", since: at(0) }]);
    await world.call(workers.delete, { pool: "p", name: "w" });
    expect(await gates(run)).toEqual([{ kind: "no-worker", pool: "p", worker: null, since: null }]);
  });

  test("has no worker once the polling one is gone, but has one where another polls without heartbeats", async () => {
    const run = await inPool();
    await handed();
    clock += 5000;
    await world.call(workers.heartbeat, { pool: "p", name: "w", heartbeat_interval_seconds: 1 });
    clock += 5000;
    await world.store.workers.markOffline();
    await world.store.workPools.markUnready();
    expect(await gates(run)).toEqual([{ kind: "no-worker", pool: "p", worker: "w", since: at(5) }]);
    await handed();
    expect(await kinds(run)).toEqual(["none"]);
  });
});

test("a run without a deployment slot reports the holder until the slot is free", async () => {
  const first = await deployed({ concurrency_limit: 1, work_pool_name: "p" });
  const id = first.deployment_id ?? "";
  const second = await world.call(deployments.createFlowRun, { id });
  await claim(first);
  expect(await gates(second)).toMatchObject([
    { kind: "deployment-limit", deployment_id: id, limit: 1, used: 1, holders: [{ id: first.id }] },
  ]);
  await claim(second);
  clock += 1000;
  expect(await kinds(second)).toEqual(["deployment-limit", "scheduled"]);
  expect(await explain(second)).toMatchObject({ since: expect.stringMatching(/^2026-03-01T12:00:00/) });
  await world.call(flowRuns.setState, { id: first.id, state: { type: "COMPLETED" }, force: true });
  expect(await kinds(second)).toEqual(["scheduled"]);
  await pool({ is_paused: true });
  expect(await kinds(second)).toEqual(["scheduled", "pool-paused"]);
  clock += 30_000;
  await claim(second);
  expect(await kinds(second)).toEqual(["claimed"]);
});
