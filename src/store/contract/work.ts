import { expect, test } from "vitest";
import { FlowRunPolicy } from "../../schema/flow-runs.ts";
import { recentRuns } from "../../schema/waiting.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { workers } from "../../schema/workers.ts";
import {
  eventually,
  type Fixture,
  freshStore,
  type OpenStore,
  recordChanges,
} from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf } from "../../testing/store-writer.ts";
import type { FlowRunChanges } from "../runs/run-changes.ts";

export function workContract(open: OpenStore): void {
  const fixture = freshStore(open);
  pools(fixture);
  states(fixture);
  queues(fixture);
  dueRuns(fixture);
  recent(fixture);
  occupancyOf(fixture);
  workersOf(fixture);
}

const poolOf = ({ store }: Fixture, name = "p", more: object = {}) =>
  store.workPools.create(workPools.create.input.parse({ name, type: "process", ...more }));
const queueOf = ({ store }: Fixture, name: string, priority?: number) =>
  store.workQueues.create(workQueues.create.input.parse({ pool: "p", name, priority }));
const beat = ({ store }: Fixture, name: string, heartbeat_interval_seconds?: number) =>
  store.workers.heartbeat(workers.heartbeat.input.parse({ pool: "p", name, heartbeat_interval_seconds }));

const toldOf = async ({ store }: Fixture, prefix: string) => {
  const { events } = await store.events.filter({ event: { prefix: [prefix] }, order: "ASC" }, { limit: 50 });
  return events.map(({ event }) => event);
};

function pools(fixture: Fixture): void {
  test("a pool is created with its default queue, and its name is unique", async () => {
    const { store } = fixture;
    const pool = await poolOf(fixture);
    expect(pool).toMatchObject({ status: "NOT_READY", active_slots: null, base_job_template: {} });
    const [queue] = await store.workQueues.inPool(pool.id);
    expect(queue).toMatchObject({
      id: pool.default_queue_id,
      name: "default",
      priority: 1,
      work_pool_name: "p",
    });
    expect(await store.workPools.readByName("p")).toEqual(pool);
    await expect(poolOf(fixture)).rejects.toMatchObject({ code: "conflict" });
  });

  test("only the given keys are changed, and null removes the limit", async () => {
    const { store } = fixture;
    const pool = await poolOf(fixture, "p", { concurrency_limit: 2, description: "d" });
    const change = (changes: object) =>
      store.workPools.update(workPools.update.input.parse({ name: "p", ...changes }));
    await change({ description: "e" });
    expect(await store.workPools.read(pool.id)).toMatchObject({
      concurrency_limit: 2,
      description: "e",
      active_slots: 0,
    });
    await change({ concurrency_limit: null });
    expect(await store.workPools.read(pool.id)).toMatchObject({
      concurrency_limit: null,
      active_slots: null,
    });
    expect(await store.workPools.update(workPools.update.input.parse({ name: "nobody" }))).toBe(false);
  });
}

function states(fixture: Fixture): void {
  test("a paused pool is PAUSED until resumed, then READY if a worker is online", async () => {
    const { store } = fixture;
    await poolOf(fixture);
    const pause = (is_paused: boolean) =>
      store.workPools.update(workPools.update.input.parse({ name: "p", is_paused }));
    const status = async () => (await store.workPools.readByName("p"))?.status;
    await pause(true);
    expect(await status()).toBe("PAUSED");
    await beat(fixture, "w");
    expect(await status()).toBe("PAUSED");
    await pause(false);
    expect(await status()).toBe("READY");
    expect(await toldOf(fixture, "prefect.work-pool.")).toEqual([
      "prefect.work-pool.created",
      "prefect.work-pool.updated",
      "prefect.work-pool.paused",
      "prefect.work-pool.updated",
      "prefect.work-pool.ready",
    ]);
  });

  test("changed fields are reported in the event", async () => {
    const { store } = fixture;
    await poolOf(fixture);
    const { id } = await queueOf(fixture, "q");
    await store.workPools.update(
      workPools.update.input.parse({ name: "p", is_paused: true, description: null }),
    );
    await store.workQueues.update(id, { is_paused: true, priority: 5 });
    const { events } = await store.events.filter(
      { event: { name: ["prefect.work-pool.updated", "prefect.work-queue.updated"] }, order: "ASC" },
      { limit: 9 },
    );
    const paused = { from: false, to: true };
    expect(events.map(({ payload }) => payload.updates)).toEqual([
      { is_paused: paused },
      { is_paused: paused, priority: { from: 2, to: 5 } },
    ]);
  });

  test("deleting a pool deletes its queues and workers, and publishes all of it", async () => {
    const { store } = fixture;
    await poolOf(fixture);
    await queueOf(fixture, "q");
    await beat(fixture, "w");
    const { names: reported } = recordChanges(store);
    expect(await store.workPools.delete("p")).toBe(true);
    await eventually(() => reported().sort()).toEqual([
      "work-pools deleted",
      "work-queues deleted",
      "work-queues deleted",
      "workers deleted",
    ]);
    expect(await store.workPools.delete("p")).toBe(false);
    expect(await store.workQueues.filter({ work_queues: null, limit: 9, offset: 0 })).toEqual([]);
  });
}

function dueRuns(fixture: Fixture): void {
  test("due runs are found by their time, except those that wait in their own process", async () => {
    const { store, clock } = fixture;
    const pool = await poolOf(fixture);
    const flow = await makeFlow(fixture);
    const place = { work_pool_name: "p", work_queue_name: "default" };
    const wait = (ms: number, more: Pick<FlowRunChanges, "empirical_policy"> = {}) =>
      makeRun(fixture, flow, place, stateOf(clock, "SCHEDULED"), {
        next_scheduled_start_time: clock.time(ms),
        ...more,
      });
    const own = { empirical_policy: FlowRunPolicy.parse({ retry_type: "in_process" }) };
    const [later, sooner] = [await wait(2000), await wait(1000), await wait(500, own)];
    const due = { queue_id: pool.default_queue_id ?? "", before: null, after: null, limit: 10 };
    expect(await store.workQueues.due(due)).toEqual([sooner?.id, later?.id]);
    expect(await store.workQueues.due({ ...due, before: clock.time(1500) })).toEqual([sooner?.id]);
  });
}

function recent(fixture: Fixture): void {
  test("the last runs of a pool are those of its queues together", async () => {
    const { store, clock } = fixture;
    const pool = await poolOf(fixture);
    const empty = await poolOf(fixture, "empty");
    await queueOf(fixture, "bulk");
    const flow = await makeFlow(fixture);
    const place = (work_queue_name: string) => ({ work_pool_name: "p", work_queue_name });
    for (const [n, queue] of ["default", "bulk", "default"].entries()) {
      await makeRun(fixture, flow, { name: `run-${n}`, ...place(queue) }, stateOf(clock, "RUNNING"));
      clock.advance(1000);
    }
    const time = clock.time(60_000);
    const times = { expected_start_time: time, next_scheduled_start_time: time };
    const next = await makeRun(fixture, flow, place("bulk"), stateOf(clock, "SCHEDULED"), times);
    const input = { by: "work-pool", ids: [pool.id, empty.id], limit: 2 };
    const [found, none] = await store.deployments.recentRuns(recentRuns.list.input.parse(input));
    expect(found?.runs.map(({ name }) => name)).toEqual(["run-2", "run-1"]);
    expect(found).toMatchObject({ next: { id: next.id, time }, late: 0 });
    expect(none).toEqual({ id: empty.id, name: "empty", runs: [], next: null, late: 0 });
  });
}

function queues(fixture: Fixture): void {
  const order = async () => {
    const rows = await fixture.store.workQueues.filter({
      pool: "p",
      work_queues: null,
      limit: 99,
      offset: 0,
    });
    return rows.map(({ name, priority }) => `${name} ${priority}`);
  };

  test("a queue at a taken priority moves the others only as far as needed", async () => {
    await poolOf(fixture);
    await queueOf(fixture, "last");
    await queueOf(fixture, "far", 7);
    await queueOf(fixture, "first", 1);
    expect(await order()).toEqual(["first 1", "default 2", "last 3", "far 7"]);
    await queueOf(fixture, "between", 7);
    expect(await order()).toEqual(["first 1", "default 2", "last 3", "between 7", "far 8"]);
  });

  test("a moved queue frees its priority", async () => {
    const { store } = fixture;
    await poolOf(fixture);
    const { id } = await queueOf(fixture, "b");
    await queueOf(fixture, "c");
    await store.workQueues.update(id, { priority: 1 });
    expect(await order()).toEqual(["b 1", "default 2", "c 3"]);
    await store.workQueues.update(id, { priority: 3 });
    expect(await order()).toEqual(["default 2", "b 3", "c 4"]);
  });

  test("names are unique within a pool, and the default queue stays", async () => {
    const { store } = fixture;
    const pool = await poolOf(fixture);
    const { id } = await queueOf(fixture, "b");
    await expect(queueOf(fixture, "b")).rejects.toMatchObject({ code: "conflict" });
    await expect(store.workQueues.update(id, { name: "default" })).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(store.workQueues.delete(pool.default_queue_id ?? "")).rejects.toMatchObject({
      code: "bad-request",
    });
    expect(await store.workQueues.delete(id)).toBe(true);
    expect(await store.workQueues.delete(id)).toBe(false);
    await expect(
      store.workQueues.create(workQueues.create.input.parse({ pool: "none", name: "q" })),
    ).rejects.toMatchObject({ code: "not-found" });
  });

  test("a queue is ready while it is polled, and not while it is paused", async () => {
    const { store, clock } = fixture;
    await poolOf(fixture);
    const { id } = await queueOf(fixture, "b");
    const status = async () => (await store.workQueues.read(id))?.status;
    await store.workQueues.polled([id]);
    expect(await store.workQueues.read(id)).toMatchObject({ status: "READY", last_polled: clock.time() });
    clock.advance(1000);
    await store.workQueues.markUnready(clock.time(-1000));
    expect(await status()).toBe("READY");
    expect(await store.workQueues.markUnready(clock.time())).toEqual([id]);
    expect(await status()).toBe("NOT_READY");
    await store.workQueues.update(id, { is_paused: true });
    await store.workQueues.polled([id]);
    expect(await status()).toBe("PAUSED");
    await store.workQueues.update(id, { is_paused: false });
    expect(await status()).toBe("NOT_READY");
  });
}

function workersOf(fixture: Fixture): void {
  test("workers are listed by their last heartbeat, and go offline after three missed ones", async () => {
    const { store, clock } = fixture;
    await poolOf(fixture);
    await beat(fixture, "quick", 2);
    clock.advance(1);
    await beat(fixture, "regular");
    const list = async (filter: object | null = null) =>
      (await store.workers.filter({ pool: "p", workers: filter, limit: 9, offset: 0 })).map(
        ({ name, status }) => `${name} ${status}`,
      );
    expect(await list()).toEqual(["regular ONLINE", "quick ONLINE"]);
    clock.advance(6100);
    expect(await store.workers.markOffline()).toHaveLength(1);
    expect(await list()).toEqual(["regular ONLINE", "quick OFFLINE"]);
    expect(await list({ status: { any_: ["ONLINE"] } })).toEqual(["regular ONLINE"]);
    expect(await store.workPools.markUnready()).toEqual([]);
    clock.advance(90_000);
    await store.workers.markOffline();
    expect(await store.workPools.markUnready()).toHaveLength(1);
    expect(await store.workPools.readByName("p")).toMatchObject({ status: "NOT_READY" });
    await beat(fixture, "quick");
    expect(await list()).toEqual(["quick ONLINE", "regular OFFLINE"]);
    expect(await store.workPools.readByName("p")).toMatchObject({ status: "READY" });
  });

  test("a worker without a pool is refused, and a deleted one is gone", async () => {
    const { store } = fixture;
    expect(await beat(fixture, "w")).toBe(false);
    await poolOf(fixture);
    await beat(fixture, "w");
    expect(await store.workers.delete("p", "w")).toBe(true);
    expect(await store.workers.delete("p", "w")).toBe(false);
  });
}

function occupancyOf(fixture: Fixture): void {
  test("recorded occupancy is raised, read from a time on, and deleted when it is old", async () => {
    const { store, clock } = fixture;
    const { default_queue_id: id } = await poolOf(fixture);
    const owner_id = id ?? "";
    const place = { work_pool_name: "p", work_queue_name: "default" };
    const flow = await makeFlow(fixture);
    await makeRun(fixture, flow, place, stateOf(clock, "RUNNING"));
    await makeRun(fixture, flow, place, stateOf(clock, "SCHEDULED", { name: "Late" }));
    expect(await store.occupancy.sample()).toEqual([{ id, used: 1, waiting: 1, since: clock.time() }]);
    const [start, next, before] = [clock.time(), clock.time(600_000), clock.time()];
    const more = (used: number, waiting: number) => [{ owner_id, used, waiting, wait_seconds: waiting }];
    await store.occupancy.record({ start, samples: more(3, 0), before });
    await store.occupancy.record({ start, samples: more(2, 1), before });
    await store.occupancy.record({ start: next, samples: [], before });
    const all = { of: "queues", since: start } as const;
    expect(await store.occupancy.read(all)).toEqual({
      recorded: [start, next],
      rows: [{ owner_id, start, used: 3, waiting: 1, wait_seconds: 1 }],
    });
    expect((await store.occupancy.read({ ...all, of: "limits" })).rows).toEqual([]);
    expect(await store.occupancy.read({ ...all, since: next })).toEqual({ recorded: [next], rows: [] });
    await store.occupancy.record({ start: next, samples: [], before: next });
    expect((await store.occupancy.read(all)).recorded).toEqual([next]);
  });
}
