import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import type { EventCreate } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { workers } from "../../schema/workers.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { Heartbeats } from "../heartbeats.ts";
import { finishCancellations } from "./cancellations.ts";
import { endSilentRuns, expectHeartbeats } from "./crashes.ts";
import { every } from "./every.ts";
import { noteAbsence } from "./foreman.ts";
import { markLateRuns } from "./late-runs.ts";
import { failExpiredPauses } from "./pauses.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
let clock = start;
const now = () => clock;
const wait = (seconds: number) => {
  clock += seconds * 1000;
};
let world: World;
beforeEach(async () => {
  clock = start;
  world = await createWorld({ now });
});
afterEach(() => world.close());
const read = (id: string) => world.call(flowRuns.read, { id });
const readTask = (id: string) => world.call(taskRuns.read, { id });

describe("late runs", () => {
  const scheduled = (seconds: number) =>
    world.flowRun({
      states: [{ type: "SCHEDULED", state_details: { scheduled_time: timestamp(start + seconds * 1000) } }],
    });

  test("are called late 15 s after their time, and keep it", async () => {
    const [late, early] = [await scheduled(0), await scheduled(60)];
    wait(16);
    await markLateRuns(world.store, now);
    expect(await read(late.id)).toMatchObject({
      state_name: "Late",
      next_scheduled_start_time: timestamp(start),
    });
    expect(await read(early.id)).toMatchObject({ state_name: "Scheduled" });
  });
});

describe("pauses", () => {
  test("that are over fail their run, others stay", async () => {
    const paused = (seconds: number) => ({
      type: "PAUSED" as const,
      state_details: { pause_timeout: timestamp(start + seconds * 1000) },
    });
    const short = await world.flowRun({ states: ["PENDING", "RUNNING", paused(10)] });
    const long = await world.flowRun({ states: ["PENDING", "RUNNING", paused(60)] });
    wait(11);
    await failExpiredPauses(world.store, now);
    expect((await read(short.id)).state).toMatchObject({
      type: "FAILED",
      message: "The flow was paused and never resumed.",
    });
    expect(await read(long.id)).toMatchObject({ state_type: "PAUSED" });
  });
});

const heartbeat = (run: FlowRun, labels: Record<string, string> = {}): EventCreate => ({
  id: newId(clock),
  occurred: timestamp(clock),
  event: "prefect.flow-run.heartbeat",
  resource: { "prefect.resource.id": `prefect.flow-run.${run.id}`, ...labels },
  related: [],
  payload: {},
  follows: null,
});

describe("runs whose process vanished", () => {
  let heartbeats: Heartbeats;
  let run: FlowRun;
  beforeEach(async () => {
    heartbeats = new Heartbeats(now);
    run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
  });
  const beat = (connection: object | null = null, of: FlowRun = run) =>
    heartbeats.note([heartbeat(of)], connection);

  test("crash after three missed heartbeats, with their task runs and a message that helps", async () => {
    const open = await world.taskRun({ flowRun: run });
    const done = await world.taskRun({ flowRun: run, states: ["PENDING", "RUNNING", "COMPLETED"] });
    beat();
    wait(34);
    await endSilentRuns(world.store, heartbeats);
    expect(await read(run.id)).toMatchObject({ state_type: "RUNNING" });
    wait(2);
    await endSilentRuns(world.store, heartbeats);
    expect((await read(run.id)).state).toMatchObject({
      type: "CRASHED",
      message: expect.stringMatching(/36 s.*memory.*retry/),
    });
    expect(await readTask(open.id)).toMatchObject({ state_type: "CRASHED" });
    expect(await readTask(done.id)).toMatchObject({ state_type: "COMPLETED" });
  });

  test("do not crash while their connection is open: the process may be busy", async () => {
    const connection = {};
    beat(connection);
    wait(200);
    await endSilentRuns(world.store, heartbeats);
    expect(await read(run.id)).toMatchObject({ state_type: "RUNNING" });
    heartbeats.closed(connection);
    await endSilentRuns(world.store, heartbeats);
    expect(await read(run.id)).toMatchObject({ state_type: "CRASHED" });
  });

  test("crash while they wait in their process for the next attempt", async () => {
    const retrying = await world.flowRun({
      empirical_policy: { retries: 3 },
      states: ["PENDING", "RUNNING"],
    });
    await world.call(flowRuns.setState, { id: retrying.id, state: { type: "FAILED" } });
    beat(null, retrying);
    wait(36);
    await endSilentRuns(world.store, heartbeats);
    expect(await read(retrying.id)).toMatchObject({ state_type: "CRASHED" });
  });

  test("are cancelled when they were being cancelled", async () => {
    await world.call(flowRuns.setState, { id: run.id, state: { type: "CANCELLING" } });
    beat();
    wait(36);
    await endSilentRuns(world.store, heartbeats);
    expect(await read(run.id)).toMatchObject({ state_type: "CANCELLED" });
  });

  test("that never had a heartbeat, or one of a Python client, are left alone", async () => {
    heartbeats.note([heartbeat(run, { "prefect.version": "3.8.4" })], null);
    wait(10_000);
    await endSilentRuns(world.store, heartbeats);
    expect(await read(run.id)).toMatchObject({ state_type: "RUNNING" });
  });

  test("that ended are left as they are", async () => {
    beat();
    await world.call(flowRuns.setState, { id: run.id, state: { type: "COMPLETED" } });
    wait(36);
    await endSilentRuns(world.store, heartbeats);
    expect(await read(run.id)).toMatchObject({ state_type: "COMPLETED" });
    expect(heartbeats.silent(0, 0)).toEqual([]);
  });

  test("while the server was down are found after its start", async () => {
    const python = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    await world.store.ingest([heartbeat(run), heartbeat(python, { "prefect.version": "3.8.4" })]);
    wait(600);
    const anew = new Heartbeats(now);
    await expectHeartbeats(world.store, anew);
    await endSilentRuns(world.store, anew);
    expect(await read(run.id)).toMatchObject({ state_type: "RUNNING" });
    wait(36);
    await endSilentRuns(world.store, anew);
    expect(await read(run.id)).toMatchObject({ state_type: "CRASHED" });
    expect(await read(python.id)).toMatchObject({ state_type: "RUNNING" });
  });
});

describe("cancellations", () => {
  test("reach the task runs and subflows that were left behind", async () => {
    const run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    const open = await world.taskRun({ flowRun: run });
    const done = await world.taskRun({ flowRun: run, states: ["PENDING", "RUNNING", "COMPLETED"] });
    const elsewhere = await world.taskRun({ flowRun: await world.flowRun() });
    const parent = await world.call(taskRuns.create, {
      flow_run_id: run.id,
      task_key: "c",
      dynamic_key: "0",
    });
    const child = await world.flowRun({
      flow: "child",
      parent_task_run_id: parent.id,
      states: ["PENDING", "RUNNING"],
    });
    const task = await world.taskRun({ flowRun: child });
    await world.call(flowRuns.setState, { id: run.id, state: { type: "CANCELLED" }, force: true });
    await finishCancellations(world.store, now);
    await finishCancellations(world.store, now);
    expect((await readTask(open.id)).state).toMatchObject({
      type: "CANCELLED",
      message: "The parent flow run was cancelled.",
    });
    expect(await readTask(done.id)).toMatchObject({ state_type: "COMPLETED" });
    expect(await readTask(elsewhere.id)).toMatchObject({ state_type: "RUNNING" });
    expect(await read(child.id)).toMatchObject({ state_type: "CANCELLED" });
    expect(await readTask(parent.id)).toMatchObject({ state_type: "CANCELLED" });
    expect(await readTask(task.id)).toMatchObject({ state_type: "CANCELLED" });
  });

  test("end after five minutes", async () => {
    const run = await world.flowRun({ states: ["PENDING", "RUNNING", "CANCELLING"] });
    wait(299);
    await finishCancellations(world.store, now);
    expect(await read(run.id)).toMatchObject({ state_type: "CANCELLING" });
    wait(2);
    await finishCancellations(world.store, now);
    expect(await read(run.id)).toMatchObject({ state_type: "CANCELLED" });
  });
});

describe("the foreman", () => {
  test("says of workers, pools, queues and deployments that nobody serves them any more", async () => {
    const name = "p";
    await world.call(workPools.create, { name });
    const { id: flow_id } = await world.flow();
    const { id } = await world.call(deployments.create, { name: "d", flow_id, work_pool_name: name });
    await world.call(workers.heartbeat, { pool: name, name: "w" });
    await world.call(workPools.scheduledRuns, { name });
    const statuses = async () => [
      (await world.call(workers.filter, { pool: name }))[0]?.status,
      (await world.call(workPools.read, { name })).status,
      (await world.call(workQueues.filterInPool, { pool: name }))[0]?.status,
      (await world.call(deployments.read, { id })).status,
    ];
    expect(await statuses()).toEqual(["ONLINE", "READY", "READY", "READY"]);
    wait(59);
    await noteAbsence(world.store, now);
    expect(await statuses()).toEqual(["ONLINE", "READY", "READY", "READY"]);
    wait(2);
    await noteAbsence(world.store, now);
    expect(await statuses()).toEqual(["ONLINE", "READY", "NOT_READY", "NOT_READY"]);
    wait(30);
    await noteAbsence(world.store, now);
    expect(await statuses()).toEqual(["OFFLINE", "NOT_READY", "NOT_READY", "NOT_READY"]);
  });
});

describe("the loop", () => {
  test("goes on after a step that failed, and waits for one that runs when it stops", async () => {
    let runs = 0;
    let isRunning = false;
    const step = async () => {
      runs += 1;
      isRunning = true;
      await new Promise((done) => setTimeout(done, 20));
      isRunning = false;
      throw new Error("always");
    };
    const stop = every([{ name: "test", seconds: 0.005, run: step }], pino({ level: "silent" }));
    while (runs < 3) await new Promise((done) => setTimeout(done, 5));
    await stop();
    expect(isRunning).toBe(false);
    const stopped = runs;
    await new Promise((done) => setTimeout(done, 50));
    expect(runs).toBe(stopped);
  });
});
