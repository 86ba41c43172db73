import { expect, test } from "vitest";
import { artifacts } from "../../schema/artifacts.ts";
import type { EventCreate } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import { newId } from "../../schema/ids.ts";
import { noDetails, type StateType } from "../../schema/states.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workers } from "../../schema/workers.ts";
import { type Fixture, freshStore, type OpenStore } from "../../testing/store-fixture.ts";

const day = 86_400_000;

/** Deletion by age. */
export function retentionContract(open: OpenStore): void {
  eventRetention(open);
  eventTerms(open);
  runRetention(open);
  taskRetention(open);
  leftovers(open);
}

function eventRetention(open: OpenStore): void {
  const fixture = freshStore(open);
  const eventOf = eventsOf(fixture);
  const names = () => namesIn(fixture);
  const dropUsual = (limit = 500) => dropOld(fixture, limit);

  test("old events are deleted in portions, oldest first, and newer ones stay", async () => {
    const { store, clock } = fixture;
    for (let at = 0; at < 5; at++) {
      await store.ingest([eventOf(`old-${at}`)]);
      clock.advance(1000);
    }
    clock.advance(7 * day);
    await store.ingest([eventOf("young")]);
    expect(await dropUsual(2)).toMatchObject({ dropped: 2, last: clock.time(-7 * day - 4000) });
    expect(await names()).toEqual(["old-2", "old-3", "old-4", "young"]);
    expect(await dropUsual()).toMatchObject({ dropped: 3 });
    expect(await dropUsual()).toEqual({ dropped: 0, last: null });
    expect(await names()).toEqual(["young"]);
  });

  test("related resources exist as long as an event refers to them, and are created again by new events", async () => {
    const { store, clock } = fixture;
    const related = () => store.events.count({ related: { id: ["test.other"] }, order: "ASC" });
    await store.ingest([eventOf("old")]);
    clock.advance(8 * day);
    await store.ingest([eventOf("young")]);
    await dropUsual();
    expect(await related()).toBe(1);
    clock.advance(8 * day);
    await dropUsual();
    expect(await related()).toBe(0);
    await store.ingest([eventOf("new")]);
    expect(await related()).toBe(1);
    const { events } = await store.events.filter(null, { limit: 1 });
    expect(events[0]?.related).toEqual(eventOf("").related);
  });

  test("concurrent deletion is safe", async () => {
    const { store, clock } = fixture;
    await store.ingest(Array.from({ length: 20 }, (_, at) => eventOf(`old-${at}`)));
    clock.advance(8 * day);
    const dropped = await Promise.all([dropUsual(10), dropUsual(10), dropUsual(10)]);
    expect(dropped.map((each) => each.dropped).sort()).toEqual([0, 10, 10]);
    expect(await names()).toEqual([]);
  });
}

function eventTerms(open: OpenStore): void {
  const fixture = freshStore(open);
  const eventOf = eventsOf(fixture);
  const names = () => namesIn(fixture);
  const dropUsual = (limit = 500) => dropOld(fixture, limit);
  const { ended } = runsIn(fixture);

  test("heartbeats and audit events have separate retention; errors stay with their run", async () => {
    const { store, clock } = fixture;
    const run = await ended("FAILED");
    const resource = { "prefect.resource.id": `prefect.flow-run.${run.id}` };
    await store.ingest([
      ...[
        eventOf("prefect.flow-run.heartbeat"),
        eventOf("praetor.state.forced"),
        eventOf("praetor.error", { resource }),
      ],
    ]);
    clock.advance(8 * day);
    const before = clock.time(-7 * day);
    await dropUsual();
    expect(await names()).toEqual(["praetor.state.forced", "praetor.error"]);
    await store.flowRuns.delete(run.id);
    expect(await names()).toEqual(["praetor.state.forced"]);
    await store.retention.dropEvents({ kind: "audit", since: "", before, limit: 10 });
    expect(await names()).toEqual([]);
    await store.ingest([eventOf("prefect.flow-run.heartbeat"), eventOf("other")]);
    clock.advance(1000);
    await store.retention.dropEvents({ kind: "heartbeat", since: "", before: clock.time(), limit: 10 });
    expect(await names()).toEqual(["other"]);
  });

  test("old logs are deleted, newer ones stay", async () => {
    const { store, clock } = fixture;
    const line = { name: "l", level: 20, flow_run_id: null, task_run_id: null };
    await store.logs.create(
      [1, 2, 3].map((at) => ({ ...line, message: `old ${at}`, timestamp: clock.time() })),
    );
    clock.advance(8 * day);
    await store.logs.create([{ ...line, message: "young", timestamp: clock.time() }]);
    const drop = () => store.retention.dropLogs({ before: clock.time(-7 * day), limit: 2 });
    expect([await drop(), await drop(), await drop()]).toEqual([2, 1, 0]);
    expect(await store.logs.count({})).toBe(1);
  });
}

function runRetention(open: OpenStore): void {
  const fixture = freshStore(open);
  const { ended, taskOf, runsLeft } = runsIn(fixture);

  test("runs that ended long ago are deleted with all their rows; unfinished runs and children stay", async () => {
    const { store, clock } = fixture;
    const old = await ended("COMPLETED");
    const task = await taskOf(old.id, "0");
    const child = await ended("FAILED", task.id);
    const running = await ended("RUNNING");
    await store.logs.create([
      {
        name: "l",
        level: 20,
        message: "m",
        timestamp: clock.time(),
        flow_run_id: old.id,
        task_run_id: task.id,
      },
    ]);
    clock.advance(31 * day);
    const young = await ended("COMPLETED");
    const drop = () => store.retention.dropFlowRuns({ before: clock.time(-30 * day), limit: 10 });
    expect(await drop()).toBe(1);
    const left = [child, running, young].map(({ id }) => id).sort();
    expect(await runsLeft([old, child, running, young])).toEqual(left);
    expect(await store.taskRuns.read(task.id)).toBeUndefined();
    expect(await store.logs.count({})).toBe(0);
    // Its parent is deleted, so the child is no longer protected.
    expect(await drop()).toBe(1);
    expect(await drop()).toBe(0);
    expect(await runsLeft([child, running, young])).toEqual([running, young].map(({ id }) => id).sort());
  });

  test("a run with more task runs than a portion is deleted in steps", async () => {
    const { store, clock } = fixture;
    const big = await ended("COMPLETED");
    clock.advance(1000);
    const small = await ended("COMPLETED");
    for (let at = 0; at < 7; at++) await taskOf(big.id, String(at));
    clock.advance(2 * day);
    const drop = () => store.retention.dropFlowRuns({ before: clock.time(-day), limit: 3 });
    const counts: number[] = [];
    for (;;) {
      const dropped = await drop();
      counts.push(await store.taskRuns.count({}));
      if (dropped < 3) break;
    }
    expect(counts).toEqual([4, 1, 0]);
    expect(await runsLeft([big, small])).toEqual([]);
  });
}

function taskRetention(open: OpenStore): void {
  const fixture = freshStore(open);
  const { taskOf } = runsIn(fixture);

  test("task runs without a flow run are deleted by their own end", async () => {
    const { store, clock } = fixture;
    const task = await taskOf(null, "0");
    await store.transaction(async (tx) => {
      const run = await tx.taskRuns.lock(task.id);
      const own = { id: newId(clock.now()), timestamp: tx.now, name: "Completed", message: null, data: null };
      const state = { ...own, type: "COMPLETED" as const, state_details: { ...noDetails } };
      if (run) await tx.taskRuns.writeState(run, { end_time: tx.now }, state);
    });
    const waiting = await taskOf(null, "1");
    clock.advance(2 * day);
    expect(await store.retention.dropTaskRuns({ before: clock.time(-day), limit: 10 })).toBe(1);
    expect(await store.taskRuns.read(task.id)).toBeUndefined();
    expect(await store.taskRuns.read(waiting.id)).toBeDefined();
  });

  test("workers without recent heartbeats are deleted, others stay", async () => {
    const { store, clock } = fixture;
    await store.workPools.create(workPools.create.input.parse({ name: "p" }));
    const beat = (name: string) =>
      store.workers.heartbeat(workers.heartbeat.input.parse({ pool: "p", name }));
    await beat("old");
    await beat("steady");
    clock.advance(31 * day);
    await beat("steady");
    expect(await store.retention.dropWorkers({ before: clock.time(-30 * day), limit: 10 })).toBe(1);
    const left = await store.workers.filter({ ...workers.list.input.parse({}), pool: "p" });
    expect(left.map(({ name }) => name)).toEqual(["steady"]);
  });

  test("cached results are deleted when they have expired or their state is deleted", async () => {
    const { store, clock } = fixture;
    const task = await taskOf(null, "0");
    const stateId = newId(clock.now());
    const later = clock.time(day);
    await store.transaction(async (tx) => {
      const run = await tx.taskRuns.lock(task.id);
      const own = { id: stateId, timestamp: tx.now, name: "Completed", message: null, data: 1 };
      const state = { ...own, type: "COMPLETED" as const, state_details: { ...noDetails } };
      if (run) await tx.taskRuns.writeState(run, {}, state);
      await tx.taskRuns.writeCached({ cache_key: "a", cache_expiration: later, state_id: stateId });
      await tx.taskRuns.writeCached({ cache_key: "b", cache_expiration: null, state_id: newId(clock.now()) });
    });
    const drop = () => store.retention.dropCached({ now: clock.time(), limit: 10 });
    expect(await drop()).toBe(1);
    const cached = () => store.transaction((tx) => tx.taskRuns.readCached("a"));
    expect(await cached()).toMatchObject({ id: stateId });
    clock.advance(2 * day);
    expect(await drop()).toBe(1);
    expect(await drop()).toBe(0);
  });
}

function leftovers(open: OpenStore): void {
  const fixture = freshStore(open);
  const { ended } = runsIn(fixture);

  test("artifacts of deleted runs are deleted, and their collection points to the newest remaining one", async () => {
    const { store, clock } = fixture;
    const [old, young] = [await ended("COMPLETED"), await ended("COMPLETED")];
    const artifact = (flow_run_id: string, data: string, key: string | null = "report") =>
      store.artifacts.create(artifacts.create.input.parse({ flow_run_id, data, key, type: "markdown" }));
    const kept = await artifact(young.id, "kept");
    clock.advance(1000);
    await artifact(old.id, "gone");
    await artifact(old.id, "alone", "other");
    await artifact(old.id, "unnamed", null);
    await store.flowRuns.delete(old.id);
    const drop = () => store.retention.dropArtifacts({ before: clock.time(-day), limit: 10 });
    expect(await drop()).toBe(0);
    clock.advance(2 * day);
    expect(await drop()).toBe(3);
    expect(await store.artifacts.readLatest("report")).toMatchObject({ id: kept.id });
    expect(await store.artifacts.readLatest("other")).toBeUndefined();
    expect(await store.artifacts.count(artifacts.count.input.parse({}))).toBe(1);
  });
}

const eventsOf =
  (fixture: Fixture) =>
  (event: string, more: Partial<EventCreate> = {}): EventCreate => ({
    id: newId(fixture.clock.now()),
    occurred: fixture.clock.time(),
    event,
    resource: { "prefect.resource.id": "test.thing" },
    related: [{ "prefect.resource.id": "test.other", "prefect.resource.role": "other" }],
    payload: {},
    follows: null,
    ...more,
  });

async function namesIn({ store }: Fixture): Promise<string[]> {
  const { events } = await store.events.filter({ order: "ASC" }, { limit: 50 });
  return events.map(({ event }) => event);
}

const dropOld = ({ store, clock }: Fixture, limit: number) =>
  store.retention.dropEvents({ kind: "resource", since: "", before: clock.time(-7 * day), limit });

function runsIn(fixture: Fixture) {
  async function ended(type: StateType, parent_task_run_id: string | null = null): Promise<FlowRun> {
    const { row: flow } = await fixture.store.flows.create(flows.create.input.parse({ name: "f" }));
    const input = flowRuns.create.input.parse({ flow_id: flow.id, parent_task_run_id, tags: ["t"] });
    return fixture.store.transaction(async (tx) => {
      const { row } = await tx.flowRuns.create(input);
      const run = (await tx.flowRuns.lock(row.id)) ?? row;
      const own = {
        id: newId(fixture.clock.now()),
        timestamp: tx.now,
        name: type,
        message: null,
        data: null,
      };
      const end_time = ["RUNNING", "PAUSED"].includes(type) ? null : tx.now;
      return tx.flowRuns.writeState(run, { end_time }, { ...own, type, state_details: { ...noDetails } });
    });
  }
  const taskOf = async (flow_run_id: string | null, dynamic_key: string) =>
    (
      await fixture.store.taskRuns.create(
        taskRuns.create.input.parse({ flow_run_id, task_key: "t", dynamic_key, state: { type: "PENDING" } }),
      )
    ).row;
  const runsLeft = async (runs: readonly FlowRun[]) =>
    (await fixture.store.flowRuns.readMany(runs.map(({ id }) => id))).map(({ id }) => id).sort();

  return { ended, taskOf, runsLeft };
}
