import { afterEach, beforeEach, expect, test } from "vitest";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { occupancy, occupancyCount } from "../../schema/occupancy.ts";
import { timestamp } from "../../schema/scalars.ts";
import { workPools } from "../../schema/work-pools.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { markLateRuns } from "../services/late-runs.ts";
import { recordOccupancy } from "../services/occupancy.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const minute = 60_000;
let clock = start;
let world: World;
let record: () => Promise<void>;
let held: { holder: { type: "flow_run"; id: string }; names: string[]; since: string }[] = [];
beforeEach(async () => {
  clock = start;
  held = [];
  world = await createWorld({ now: () => clock });
  record = recordOccupancy({ store: world.store, waiters: { all: () => held }, now: () => clock });
});
afterEach(() => world.close());

const read = (of: "limits" | "queues") => world.call(occupancy.read, { of });
const last = <T>(list: readonly T[], back = 0) => list[occupancyCount - 1 - back];

test("a limit's slots of ten minutes have the most that was taken and waited for in each", async () => {
  const { id } = await world.call(concurrencyLimits.create, { name: "database", limit: 2 });
  const take = () => world.call(concurrencyLimits.increment, { names: ["database"], slots: 1 });
  await take();
  await record();
  await take();
  held = [{ holder: { type: "flow_run", id }, names: ["database"], since: timestamp(clock - 90_000) }];
  clock += minute;
  await record();
  await world.call(concurrencyLimits.decrement, { names: ["database"], slots: 2 });
  held = [];
  await record();
  clock += 10 * minute;
  await record();
  const { owners, recorded, since } = await read("limits");
  expect(Date.parse(since)).toBe(start + 10 * minute - (occupancyCount - 1) * 10 * minute);
  expect([last(recorded), last(recorded, 1), last(recorded, 2)]).toEqual([true, true, false]);
  expect(owners).toHaveLength(1);
  expect(owners[0]?.id).toBe(id);
  expect([last(owners[0]?.used ?? []), last(owners[0]?.used ?? [], 1)]).toEqual([0, 2]);
  expect(last(owners[0]?.waiting ?? [], 1)).toBe(1);
  expect(last(owners[0]?.wait_seconds ?? [], 1)).toBe(150);
  // A day later nothing of it is left.
  clock += 25 * 60 * minute;
  await record();
  expect((await read("limits")).owners).toEqual([]);
});

/** Completed runs of the flow `etl`, each of this many minutes. */
async function history(count: number, minutes: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    const { id } = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    clock += minutes * minute;
    await world.call(flowRuns.setState, { id, state: { type: "COMPLETED" } });
  }
}

test("a queue has its active and late runs, and when it is full the usual end of the first holder", async () => {
  await history(5, 8);
  const { id: flow_id } = await world.flow();
  const pool = await world.call(workPools.create, { name: "p", type: "process", concurrency_limit: 1 });
  const { id } = await world.call(deployments.create, { name: "d", flow_id, work_pool_name: "p" });
  const run = await world.call(deployments.createFlowRun, { id });
  for (const type of ["PENDING", "RUNNING"] as const)
    await world.call(flowRuns.setState, { id: run.id, state: { type } });
  await world.call(deployments.createFlowRun, { id });
  const began = clock;
  clock += 2 * minute;
  await markLateRuns(world.store, () => clock);
  await record();
  const { owners, next } = await read("queues");
  expect(owners).toMatchObject([{ id: pool.default_queue_id }]);
  expect([last(owners[0]?.used ?? []), last(owners[0]?.waiting ?? [])]).toEqual([1, 1]);
  expect(next).toEqual([
    {
      id: pool.id,
      at: timestamp(began + 8 * minute),
      by: "runs",
      seconds: expect.closeTo(480, 3),
      flow_id,
      count: 5,
    },
  ]);
  // A run that takes far longer than usual says nothing.
  clock += 60 * minute;
  expect((await read("queues")).next).toEqual([]);
});

test("the next slot of a full limit comes from its decay, or from what its holders usually take", async () => {
  await history(3, 8);
  const rate = await world.call(concurrencyLimits.create, {
    name: "rate",
    limit: 1,
    slot_decay_per_second: 0.1,
  });
  await world.call(concurrencyLimits.increment, { names: ["rate"], slots: 1 });
  const limit = await world.call(concurrencyLimits.create, { name: "database", limit: 1 });
  const run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
  const holder = { type: "flow_run", id: run.id } as const;
  await world.call(concurrencyLimits.incrementWithLease, { names: ["database"], slots: 1, holder });
  const { next } = await read("limits");
  expect(next).toHaveLength(2);
  expect(next.find(({ id }) => id === rate.id)).toMatchObject({ by: "decay", at: timestamp(clock + 10_000) });
  expect(next.find(({ id }) => id === limit.id)).toMatchObject({
    by: "runs",
    seconds: expect.closeTo(480, 3),
    count: 3,
  });
});
