import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { markLateRuns } from "../services/late-runs.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
let clock = start;
let world: World;
beforeEach(async () => {
  clock = start;
  world = await createWorld({ now: () => clock });
});
afterEach(() => world.close());

const at = (seconds: number) => timestamp(start + seconds * 1000);
const due = (seconds: number, work_pool_name: string | null, work_queue_name: string | null) =>
  world.flowRun({
    ...{ work_pool_name, work_queue_name },
    states: [{ type: "SCHEDULED", state_details: { scheduled_time: at(seconds) } }],
  });
const createInDefaultPool = (name: string, more: object = {}) =>
  world.call(workQueues.createInDefaultPool, { name, ...more });

describe("a queue without a pool", () => {
  test("is put in a pool that is made for all of these, and is known by its name", async () => {
    expect(await world.call(workPools.filter, {})).toEqual([]);
    const made = await createInDefaultPool("a", { concurrency_limit: 2 });
    expect(made).toMatchObject({ work_pool_name: "default-agent-pool", concurrency_limit: 2 });
    await createInDefaultPool("b");
    expect(await world.call(workPools.filter, {})).toMatchObject([
      { name: "default-agent-pool", type: "prefect-agent" },
    ]);
    expect(await world.call(workQueues.readLonely, { name: "a" })).toEqual(made);
    await expect(createInDefaultPool("a")).rejects.toMatchObject({ code: "conflict" });
    await expect(world.call(workQueues.readLonely, { name: "c" })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("is deleted by its id, once", async () => {
    const { id } = await createInDefaultPool("a");
    await world.call(workQueues.deleteById, { id });
    const again = world.call(workQueues.deleteById, { id });
    await expect(again).rejects.toMatchObject({ code: "not-found" });
  });

  test("hands out its due runs by their time, as many as it has room for, and is ready from then on", async () => {
    const { id } = await createInDefaultPool("a");
    const [later, sooner] = [await due(-1, null, "a"), await due(-2, null, "a")];
    await due(60, null, "a");
    await due(-3, null, "b");
    const handed = async (more: object = {}) =>
      (await world.call(workQueues.scheduledRuns, { id, scheduled_before: at(0), ...more })).map(
        (run) => run.id,
      );
    expect(await handed()).toEqual([sooner.id, later.id]);
    expect(await handed({ limit: 1 })).toEqual([sooner.id]);
    const polled = await world.call(workQueues.readById, { id });
    expect(polled).toMatchObject({ status: "READY", last_polled: at(0) });
    await world.call(workQueues.updateById, { id, concurrency_limit: 1 });
    expect(await handed()).toEqual([sooner.id]);
    await world.call(workQueues.updateById, { id, is_paused: true });
    expect(await handed()).toEqual([]);
  });
});

test.each([
  ["true", null],
  ["1", null],
  ["false", at(0)],
])(
  "a page that shows what waits in a queue (x-prefect-ui: %s) is no worker that polls it",
  async (header, last_polled) => {
    const { id } = await createInDefaultPool("a");
    const run = await due(-1, null, "a");
    const request = await world.fetch(
      new Request(`http://praetor.test/api/work_queues/${id}/get_runs`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-prefect-ui": header },
        body: "{}",
      }),
    );
    expect(await request.json()).toMatchObject([{ id: run.id }]);
    expect(await world.call(workQueues.readById, { id })).toMatchObject({ last_polled });
  },
);

test("a queue is healthy while it is polled and none of its runs is late", async () => {
  const { id } = await createInDefaultPool("a");
  const status = () => world.call(workQueues.status, { id });
  expect(await status()).toEqual({
    healthy: false,
    late_runs_count: 0,
    last_polled: null,
    health_check_policy: { maximum_late_runs: 0, maximum_seconds_since_last_polled: 60 },
  });
  await world.call(workQueues.scheduledRuns, { id });
  expect(await status()).toMatchObject({ healthy: true, last_polled: at(0) });
  clock += 61_000;
  expect(await status()).toMatchObject({ healthy: false });
  await world.call(workQueues.scheduledRuns, { id });
  await due(0, null, "a");
  await due(0, null, "b");
  await markLateRuns(world.store, world.now);
  expect(await status()).toMatchObject({ healthy: false, late_runs_count: 1 });
});

describe("what takes up room", () => {
  const active = (queue: string, type: "PENDING" | "RUNNING") =>
    world.flowRun({ work_pool_name: "p", work_queue_name: queue, states: ["SCHEDULED", type] });
  beforeEach(async () => {
    await world.call(workPools.create, { name: "p", type: "process", concurrency_limit: 5 });
    await world.call(workQueues.create, { pool: "p", name: "other", concurrency_limit: 3 });
  });

  test("in a queue is listed in pages, longest running first", async () => {
    const first = await active("other", "RUNNING");
    clock += 4000;
    const second = await active("other", "PENDING");
    await due(-1, "p", "other");
    await active("default", "RUNNING");
    clock += 1000;
    const { id } = await world.call(workQueues.read, { pool: "p", name: "other" });
    const status = (more: object = {}) => world.call(workQueues.concurrencyStatus, { id, ...more });
    expect(await status({ limit: 1 })).toMatchObject({
      ...{ active_slots: 2, concurrency_limit: 3, count: 2, limit: 1, pages: 2, page: 1 },
      flow_runs: [
        {
          id: first.id,
          name: first.name,
          state_type: "RUNNING",
          state_name: "Running",
          start_time: first.start_time,
        },
      ],
    });
    const next = await status({ limit: 1, page: 2 });
    expect(next.flow_runs).toEqual([
      {
        ...{ id: second.id, name: second.name, state_type: "PENDING", state_name: "Pending" },
        ...{
          start_time: null,
          state_timestamp: second.state?.timestamp,
          time_in_current_state: expect.closeTo(1, 3),
        },
      },
    ]);
    expect((await status({ limit: 1, page: 3 })).flow_runs).toEqual([]);
  });

  test("in a pool is listed by queue in order of priority", async () => {
    const first = await active("other", "RUNNING");
    clock += 1000;
    await active("other", "PENDING");
    const status = (more: object = {}) => world.call(workPools.concurrencyStatus, { name: "p", ...more });
    const whole = await status({ flow_run_limit: 1 });
    expect(whole).toMatchObject({
      ...{ active_slots: 2, concurrency_limit: 5, count: 2, pages: 1, page: 1 },
      queues: [
        { queue_name: "default", active_slots: 0, concurrency_limit: null, flow_runs: [], flow_run_count: 0 },
        { queue_name: "other", active_slots: 2, concurrency_limit: 3, flow_run_count: 2 },
      ],
    });
    expect(whole.queues[1]?.flow_runs.map(({ id }) => id)).toEqual([first.id]);
    const second = await status({ limit: 1, page: 2 });
    expect(second).toMatchObject({ active_slots: 2, pages: 2, queues: [{ queue_name: "other" }] });
    await expect(world.call(workPools.concurrencyStatus, { name: "nobody" })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

describe("of a deployment", () => {
  const schema = { type: "object", properties: { n: { type: "integer" } } };
  const deploy = async (more: object = {}) => {
    const { id: flow_id } = await world.flow();
    const input = { name: "d", flow_id, parameter_openapi_schema: schema, tags: ["x"], ...more };
    return world.call(deployments.create, input);
  };

  test("many runs are requested at once, and an invalid one stops none of the others", async () => {
    const { id } = await deploy();
    const { results } = await world.call(deployments.createFlowRuns, {
      id,
      flow_runs: [
        { name: "a", parameters: { n: 1 } },
        { parameters: { n: "one" } },
        { name: "c", tags: ["y"] },
      ],
    });
    expect(results).toMatchObject([
      { status: "CREATED", error: null },
      { status: "FAILED", flow_run_id: null, error: expect.stringContaining("Validation failed") },
      { status: "CREATED", error: null },
    ]);
    const made = await world.call(flowRuns.filter, { sort: "NAME_ASC" });
    expect(made.map((run) => run.id)).toEqual([results[0]?.flow_run_id, results[2]?.flow_run_id]);
    expect(made).toMatchObject([
      { name: "a", state_type: "SCHEDULED", parameters: { n: 1 }, tags: ["x"] },
      { name: "c", tags: ["x", "y"] },
    ]);
  });

  test("no more than a hundred runs are taken at once, and none of a deployment that is not there", async () => {
    const { id } = await deploy();
    const flow_runs = Array.from({ length: 101 }, () => ({}));
    await expect(world.call(deployments.createFlowRuns, { id, flow_runs })).rejects.toMatchObject({
      code: "invalid",
    });
    const nobody = "00000000-0000-4000-8000-000000000000";
    await expect(world.call(deployments.createFlowRuns, { id: nobody, flow_runs: [] })).rejects.toMatchObject(
      { code: "not-found" },
    );
  });

  test("the queue of its runs is returned", async () => {
    const alone = await deploy();
    expect(await world.call(deployments.listQueues, { id: alone.id })).toEqual([]);
    await world.call(workPools.create, { name: "p", type: "process" });
    const { id, work_queue_id } = await deploy({ name: "e", work_pool_name: "p" });
    expect(await world.call(deployments.listQueues, { id })).toMatchObject([
      { id: work_queue_id, name: "default" },
    ]);
  });
});
