import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { workers } from "../../schema/workers.ts";
import { eventually, recordChanges } from "../../testing/store-fixture.ts";
import { createWorld, type World } from "../../testing/world.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
let clock = start;
let world: World;
beforeEach(async () => {
  clock = start;
  world = await createWorld({ now: () => clock });
  await world.call(workPools.create, { name: "p", type: "process" });
});
afterEach(() => world.close());

const at = (seconds: number) => timestamp(start + seconds * 1000);
const due = (seconds: number, work_queue_name?: string): Promise<FlowRun> =>
  world.flowRun({
    work_pool_name: "p",
    work_queue_name: work_queue_name ?? null,
    states: [{ type: "SCHEDULED", state_details: { scheduled_time: at(seconds) } }],
  });
const handed = async (more: object = {}) => {
  const runs = await world.call(workPools.scheduledRuns, { name: "p", scheduled_before: at(0), ...more });
  return runs.map(({ flow_run }) => flow_run.id);
};
const claim = (id: string) => world.call(flowRuns.setState, { id, state: { type: "PENDING" } });
const pool = (changes: object) => world.call(workPools.update, { name: "p", ...changes });
const queue = (current: string, changes: object) =>
  world.call(workQueues.update, { pool: "p", current, ...changes });

describe("a worker is handed", () => {
  test("due runs by the priority of their queue, then by their time, without their states", async () => {
    await world.call(workQueues.create, { pool: "p", name: "urgent", priority: 1 });
    const [later, sooner, urgent] = [await due(-1), await due(-2), await due(-1, "urgent")];
    await due(10);
    expect(await handed()).toEqual([urgent.id, sooner.id, later.id]);
    expect(await handed({ limit: 2 })).toEqual([urgent.id, sooner.id]);
    expect(await handed({ work_queue_names: ["default"] })).toEqual([sooner.id, later.id]);
    expect(await handed({ scheduled_after: at(-1) })).toEqual([urgent.id, later.id]);
    const [first] = await world.call(workPools.scheduledRuns, { name: "p" });
    expect(first).toMatchObject({
      work_queue_id: urgent.work_queue_id,
      flow_run: { state: null, state_type: "SCHEDULED", state_name: "Scheduled" },
    });
    await expect(handed({ work_queue_names: ["nobody"] })).rejects.toMatchObject({ code: "not-found" });
  });

  test("nothing of a paused pool or queue", async () => {
    const run = await due(-1);
    await pool({ is_paused: true });
    expect(await handed()).toEqual([]);
    await pool({ is_paused: false });
    await queue("default", { is_paused: true });
    expect(await handed()).toEqual([]);
    await queue("default", { is_paused: false });
    expect(await handed()).toEqual([run.id]);
  });

  test("as many as the limits of queue and pool leave room for", async () => {
    await world.call(workQueues.create, { pool: "p", name: "other" });
    const runs = [await due(-5), await due(-4), await due(-3)];
    const others = [await due(-5, "other"), await due(-4, "other")];
    const ids = (rows: FlowRun[]) => rows.map(({ id }) => id);
    await queue("default", { concurrency_limit: 2 });
    expect(await handed()).toEqual([...ids(runs.slice(0, 2)), ...ids(others)]);
    await claim(String(runs[0]?.id));
    expect(await handed()).toEqual([...ids(runs.slice(1, 2)), ...ids(others)]);
    await pool({ concurrency_limit: 2 });
    expect(await handed()).toEqual(ids(runs.slice(1, 2)));
    expect(await world.call(workPools.read, { name: "p" })).toMatchObject({ active_slots: 1 });
    await pool({ concurrency_limit: 0 });
    expect(await handed()).toEqual([]);
  });

  test("less where others run, which pool and queue tell as it changes", async () => {
    const [first] = [await due(-5), await due(-4)];
    await pool({ concurrency_limit: 1 });
    await queue("default", { concurrency_limit: 1 });
    await handed();
    const { changes } = recordChanges(world.store, (noun) => noun.startsWith("work-"));
    const slots = () => changes.map(({ noun, row }) => [noun, row?.active_slots]).sort();
    await claim(first?.id ?? "");
    await eventually(slots).toEqual([
      ["work-pools", 1],
      ["work-queues", 1],
    ]);
    changes.length = 0;
    const end = { type: "CRASHED" } as const;
    await world.call(flowRuns.setState, { id: first?.id ?? "", state: end, force: true });
    await eventually(slots).toEqual([
      ["work-pools", 0],
      ["work-queues", 0],
    ]);
  });

  test("no run that waits in its own process for the next attempt", async () => {
    const run = await due(-1);
    await claim(run.id);
    await world.call(flowRuns.update, { id: run.id, empirical_policy: { retries: 1 } });
    await world.call(flowRuns.setState, { id: run.id, state: { type: "RUNNING" } });
    const failed = await world.call(flowRuns.setState, { id: run.id, state: { type: "FAILED" } });
    expect(failed.state).toMatchObject({ name: "AwaitingRetry" });
    clock += 1000;
    expect(await handed({ scheduled_before: timestamp(clock) })).toEqual([]);
  });

  test("what no other worker was handed just now, unless there is nothing else", async () => {
    const runs = [await due(-3), await due(-2), await due(-1)];
    const [first, second, third] = runs.map(({ id }) => id);
    const poll = async (worker: string, limit = 1) => {
      const request = new Request("http://praetor.test/api/work_pools/p/get_scheduled_flow_runs", {
        method: "POST",
        headers: { "x-prefect-worker-name": worker },
        body: JSON.stringify({ limit }),
      });
      const answer: { flow_run: FlowRun }[] = await (await world.fetch(request)).json();
      return answer.map(({ flow_run }) => flow_run.id);
    };
    expect(await poll("one")).toEqual([first]);
    expect(await poll("two")).toEqual([second]);
    expect(await poll("three", 3)).toEqual([third]);
    expect(await poll("four", 3)).toEqual([first, second, third]);
    expect(await poll("one")).toEqual([first]);
    clock += 6000;
    expect(await poll("two", 2)).toEqual([first, second]);
  });

  test("a run that many claim at the same time once", async () => {
    const run = await due(-1);
    const answers = await Promise.all(Array.from({ length: 50 }, () => claim(run.id)));
    const won = answers.filter(({ status }) => status === "ACCEPT");
    const lost = answers.filter(({ status, rule }) => status === "ABORT" && rule === "claimOnce");
    expect([won.length, lost.length]).toEqual([1, 49]);
  });
});

test("asking for runs makes the queues ready", async () => {
  await handed();
  expect(await world.call(workQueues.filter, {})).toMatchObject([{ status: "READY", last_polled: at(0) }]);
});

describe("a pool is refused", () => {
  const make = (name: string, base_job_template: Record<string, unknown>) =>
    world.call(workPools.create, { name, base_job_template });
  const job_configuration = { command: "{{ command }}", env: { A: "{{ a }}" } };

  test("when its template asks for variables that it does not define", async () => {
    await expect(make("a", { job_configuration })).rejects.toMatchObject({ code: "invalid" });
    const variables = { properties: { command: {} } };
    await expect(make("a", { job_configuration, variables })).rejects.toThrow(/Missing: a\./);
    variables.properties = { ...variables.properties, ...{ a: {} } };
    await make("a", { job_configuration, variables });
    await expect(
      world.call(workPools.update, { name: "a", base_job_template: { variables } }),
    ).rejects.toMatchObject({ code: "invalid" });
  });

  test("when its name is reserved or taken", async () => {
    await expect(make("Prefect-managed", {})).rejects.toMatchObject({ code: "forbidden" });
    await expect(make("p", {})).rejects.toMatchObject({ code: "conflict" });
    const reserved = { name: "prefect:managed" };
    await expect(world.call(workPools.delete, reserved)).rejects.toMatchObject({ code: "forbidden" });
    await expect(world.call(workPools.update, { ...reserved, description: "d" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(world.call(workPools.update, { ...reserved, is_paused: true })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

test("workers of pools that do not exist are refused", async () => {
  const pool = "nobody";
  await expect(world.call(workers.heartbeat, { pool, name: "w" })).rejects.toMatchObject({
    code: "not-found",
  });
  await expect(world.call(workers.filter, { pool })).rejects.toMatchObject({ code: "not-found" });
  await expect(world.call(workQueues.filterInPool, { pool })).rejects.toMatchObject({ code: "not-found" });
});

test("a global limit is made, read by id and name, changed and deleted", async () => {
  const made = await world.call(concurrencyLimits.create, { name: "db", limit: 2 });
  expect(made).toMatchObject({
    active: true,
    active_slots: 0,
    denied_slots: 0,
    avg_slot_occupancy_seconds: 2,
  });
  const byName = await world.call(concurrencyLimits.read, { id_or_name: "db" });
  expect(byName).not.toHaveProperty("denied_slots");
  expect(await world.call(concurrencyLimits.read, { id_or_name: made.id })).toEqual(byName);
  await world.call(concurrencyLimits.update, { id_or_name: "db", limit: 5, active: null });
  expect(await world.call(concurrencyLimits.filter, {})).toMatchObject([{ limit: 5, active: true }]);
  await world.call(concurrencyLimits.delete, { id_or_name: made.id });
  await expect(world.call(concurrencyLimits.delete, { id_or_name: "db" })).rejects.toMatchObject({
    code: "not-found",
  });
});
