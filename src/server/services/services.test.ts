import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attemptHeader, attemptLabel, attemptText } from "../../schema/attempt-tokens.ts";
import { deployments } from "../../schema/deployments.ts";
import { type EventCreate, events } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import { newId } from "../../schema/ids.ts";
import { logs } from "../../schema/logs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { services } from "../../schema/services.ts";
import { noDetails } from "../../schema/states.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { workers } from "../../schema/workers.ts";
import { openStore } from "../../store/store.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { Heartbeats } from "../heartbeats.ts";
import { transitionFlowRun } from "../transition.ts";
import { finishCancellations } from "./cancellations.ts";
import { expireClaims } from "./claims.ts";
import { endSilentRuns, expectHeartbeats } from "./crashes.ts";
import { noteAbsence } from "./foreman.ts";
import { markLateRuns } from "./late-runs.ts";
import { failExpiredPauses } from "./pauses.ts";
import { runServices } from "./service-loop.ts";
import { ServiceMonitor } from "./service-monitor.ts";

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

  test("are not those that were put off when they had just been found", async () => {
    const { id } = await scheduled(0);
    wait(16);
    const scheduled_time = timestamp(clock + 60_000);
    const late: World["store"]["overdue"]["late"] = async (input) => {
      const found = await world.store.overdue.late(input);
      const state = { type: "SCHEDULED" as const, state_details: { scheduled_time } };
      await world.call(flowRuns.setState, { id, state, force: true });
      return found;
    };
    await markLateRuns({ ...world.store, overdue: { ...world.store.overdue, late } }, now);
    expect(await read(id)).toMatchObject({
      state_name: "Scheduled",
      next_scheduled_start_time: scheduled_time,
    });
  });

  test("are none of those that wait for a retry, a slot or their resumption", async () => {
    const names = ["AwaitingRetry", "AwaitingConcurrencySlot", "Resuming"];
    const state_details = { scheduled_time: timestamp(start) };
    const runs: FlowRun[] = [];
    for (const name of names)
      runs.push(await world.flowRun({ states: [{ type: "SCHEDULED", name, state_details }] }));
    wait(3600);
    await markLateRuns(world.store, now);
    for (const [at, { id }] of runs.entries()) expect((await read(id)).state_name).toBe(names[at]);
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

  /** A run of a deployment that may be retried once, as a process of ours makes it. */
  const deployedRun = async () => {
    const { id: flow_id } = await world.flow();
    const { id } = await world.call(deployments.create, { name: `retried-${newId(clock)}`, flow_id });
    const made = await world.call(deployments.createFlowRun, { id });
    await world.call(flowRuns.update, { id: made.id, empirical_policy: { retries: 1, retry_delay: 30 } });
    for (const type of ["PENDING", "RUNNING"] as const)
      await world.call(flowRuns.setState, { id: made.id, state: { type } });
    return read(made.id);
  };

  test("are retried while they have retries left, and the silence of the last process is forgotten", async () => {
    run = await deployedRun();
    const open = await world.taskRun({ flowRun: run });
    beat();
    wait(36);
    await endSilentRuns(world.store, heartbeats, world.settings);
    expect(await read(run.id)).toMatchObject({
      state: {
        type: "SCHEDULED",
        name: "AwaitingRetry",
        message: expect.stringContaining("No heartbeat"),
      },
      next_scheduled_start_time: timestamp(clock + 30_000),
      empirical_policy: { retry_type: "reschedule" },
    });
    expect((await world.call(taskRuns.read, { id: open.id })).state_type).toBe("CRASHED");
    wait(30);
    for (const type of ["PENDING", "RUNNING"] as const)
      await world.call(flowRuns.setState, { id: run.id, state: { type } });
    await endSilentRuns(world.store, heartbeats, world.settings);
    expect(await read(run.id)).toMatchObject({ state_type: "RUNNING", run_count: 2 });
    beat();
    wait(36);
    await endSilentRuns(world.store, heartbeats, world.settings);
    expect(await read(run.id)).toMatchObject({ state_type: "CRASHED" });
  });

  test("stay crashed where that is switched off", async () => {
    run = await deployedRun();
    beat();
    wait(36);
    await endSilentRuns(world.store, heartbeats, { ...world.settings, retryCrashedRuns: "none" });
    expect(await read(run.id)).toMatchObject({ state_type: "CRASHED" });
  });

  test("crash after three missed heartbeats, with their task runs and a message that helps", async () => {
    const open = await world.taskRun({ flowRun: run });
    const done = await world.taskRun({ flowRun: run, states: ["PENDING", "RUNNING", "COMPLETED"] });
    beat();
    wait(34);
    await endSilentRuns(world.store, heartbeats, world.settings);
    expect(await read(run.id)).toMatchObject({ state_type: "RUNNING" });
    wait(2);
    await endSilentRuns(world.store, heartbeats, world.settings);
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
    await endSilentRuns(world.store, heartbeats, world.settings);
    expect(await read(run.id)).toMatchObject({ state_type: "RUNNING" });
    heartbeats.closed(connection);
    await endSilentRuns(world.store, heartbeats, world.settings);
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
    await endSilentRuns(world.store, heartbeats, world.settings);
    expect(await read(retrying.id)).toMatchObject({ state_type: "CRASHED" });
  });

  test("are cancelled when they were being cancelled", async () => {
    await world.call(flowRuns.setState, { id: run.id, state: { type: "CANCELLING" } });
    beat();
    wait(36);
    await endSilentRuns(world.store, heartbeats, world.settings);
    expect(await read(run.id)).toMatchObject({ state_type: "CANCELLED" });
  });

  test("that never had a heartbeat, or one of a Python client, are left alone", async () => {
    heartbeats.note([heartbeat(run, { "prefect.version": "3.8.4" })], null);
    wait(10_000);
    await endSilentRuns(world.store, heartbeats, world.settings);
    expect(await read(run.id)).toMatchObject({ state_type: "RUNNING" });
  });

  test("that ended are left as they are", async () => {
    beat();
    await world.call(flowRuns.setState, { id: run.id, state: { type: "COMPLETED" } });
    wait(36);
    await endSilentRuns(world.store, heartbeats, world.settings);
    expect(await read(run.id)).toMatchObject({ state_type: "COMPLETED" });
    expect(heartbeats.silent(0, 0)).toEqual([]);
  });

  test("while the server was down are found after its start", async () => {
    const python = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    await world.store.ingest([heartbeat(run), heartbeat(python, { "prefect.version": "3.8.4" })]);
    wait(600);
    const anew = new Heartbeats(now);
    await expectHeartbeats(world.store, anew);
    await endSilentRuns(world.store, anew, world.settings);
    expect(await read(run.id)).toMatchObject({ state_type: "RUNNING" });
    wait(36);
    await endSilentRuns(world.store, anew, world.settings);
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

  test("reach the subflows of a cancelled run among hundreds that continue", async () => {
    const runWithChild = async (deployment_id: string | null = null) => {
      const parent = await world.flowRun({ states: ["PENDING", "RUNNING"] });
      const task = { flow_run_id: parent.id, task_key: "c", dynamic_key: "0" };
      const { id: parent_task_run_id } = await world.call(taskRuns.create, task);
      const seed = { flow: "child", parent_task_run_id, deployment_id };
      return { parent, child: await world.flowRun({ ...seed, states: ["PENDING", "RUNNING"] }) };
    };
    const { id: flow_id } = await world.flow("child");
    const { id: deployment } = await world.call(deployments.create, { name: "d", flow_id });
    const [alone, deployed] = [await runWithChild(), await runWithChild(deployment)];
    for (let at = 0; at < 210; at++) await runWithChild();
    for (const { parent } of [alone, deployed]) {
      await world.call(flowRuns.setState, { id: parent.id, state: { type: "CANCELLED" }, force: true });
    }
    await finishCancellations(world.store, now);
    expect(await read(alone.child.id)).toMatchObject({ state_type: "CANCELLED" });
    // Its own process is asked to stop.
    expect(await read(deployed.child.id)).toMatchObject({ state_type: "CANCELLING" });
    wait(301);
    await finishCancellations(world.store, now);
    expect(await read(deployed.child.id)).toMatchObject({ state_type: "CANCELLED" });
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
  test("marks workers offline, and pools, queues and deployments that are no longer served not ready", async () => {
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
    const absences = { event: { name: ["pool", "queue"].map((noun) => `prefect.work-${noun}.not-ready`) } };
    const { events: reported } = await world.call(events.filter, { filter: absences });
    expect(reported).toHaveLength(2);
  });

  test("waits for three heartbeats of a worker, however often it sends them", async () => {
    await world.call(workPools.create, { name: "p" });
    await world.call(workers.heartbeat, { pool: "p", name: "w", heartbeat_interval_seconds: 5 });
    const status = async () => (await world.call(workers.filter, { pool: "p" }))[0]?.status;
    wait(15);
    await noteAbsence(world.store, now);
    expect(await status()).toBe("ONLINE");
    wait(1);
    await noteAbsence(world.store, now);
    expect(await status()).toBe("OFFLINE");
  });
});

describe("claims", () => {
  let heartbeats: Heartbeats;
  beforeEach(() => {
    heartbeats = new Heartbeats(now);
  });
  const claimed = async (pool?: string, type = "process") => {
    const { id: flow_id } = await world.flow();
    const work_pool_name = pool ?? null;
    if (pool) await world.call(workPools.create, { name: pool, type });
    const deployment = await world.call(deployments.create, { name: `d-${pool}`, flow_id, work_pool_name });
    const { id } = await world.call(deployments.createFlowRun, { id: deployment.id });
    await world.call(flowRuns.setState, { id, state: { type: "PENDING" } });
    await world.call(flowRuns.setState, { id, state: { type: "PENDING", name: "Submitting" } });
    return id;
  };

  test("that nobody made true end as crashed after ten minutes, and can be retried", async () => {
    const [served, pooled] = [await claimed(), await claimed("here")];
    wait(599);
    await expireClaims(world.store, heartbeats, now);
    expect(await read(served)).toMatchObject({ state_type: "PENDING" });
    wait(2);
    await expireClaims(world.store, heartbeats, now);
    for (const id of [served, pooled]) {
      expect((await read(id)).state).toMatchObject({
        type: "CRASHED",
        message: expect.stringMatching(/claimed but never started.*retry/i),
      });
    }
    const again = await world.call(flowRuns.setState, { id: served, state: { type: "SCHEDULED" } });
    expect(again).toMatchObject({ status: "ACCEPT", state: { type: "SCHEDULED" } });
  });

  test("are left alone while their process logs what keeps it, or where a cluster has them wait", async () => {
    const [loud, elsewhere] = [await claimed(), await claimed("far", "kubernetes")];
    const bare = await world.flowRun({ states: ["PENDING"] });
    wait(500);
    const line = { name: "prefect", level: 20, message: "Installing packages", timestamp: timestamp(clock) };
    await world.call(logs.create, { logs: [{ ...line, flow_run_id: loud }] });
    wait(500);
    await expireClaims(world.store, heartbeats, now);
    for (const id of [loud, elsewhere, bare.id])
      expect(await read(id)).toMatchObject({ state_type: "PENDING" });
    wait(101);
    await expireClaims(world.store, heartbeats, now);
    expect(await read(loud)).toMatchObject({ state_type: "CRASHED" });
  });

  /** A claim of a runner that names its attempt. */
  const named = async (limit?: number) => {
    const { id: flow_id } = await world.flow();
    const deployment = await world.call(deployments.create, {
      ...{ name: `own-${newId(clock)}`, flow_id },
      ...(limit === undefined ? {} : { concurrency_limit: limit }),
    });
    const run = await world.call(deployments.createFlowRun, { id: deployment.id });
    const attempt = { flowRunId: run.id, token: newId(clock) };
    const headers = { [attemptHeader]: attemptText(attempt), "user-agent": "praetor/1.0" };
    const propose = (state: object) =>
      world.fetch(
        new Request(`http://praetor.test/api/flow_runs/${run.id}/set_state`, {
          ...{ method: "POST", headers, body: JSON.stringify({ state }) },
        }),
      );
    await propose({ type: "PENDING" });
    return { run, propose, token: attempt.token, deployment: deployment.id };
  };
  const serve = async () => {
    await expireClaims(world.store, heartbeats, now);
    await endSilentRuns(world.store, heartbeats, world.settings);
  };

  test("of a runner of ours that died are free within 60 s, with their slot, and its process is refused", async () => {
    const { run, propose, deployment } = await named(1);
    for (let waited = 0; waited < 60; waited += 5) {
      wait(5);
      await serve();
    }
    expect(await read(run.id)).toMatchObject({
      state: {
        type: "SCHEDULED",
        name: "Scheduled",
        message: expect.stringContaining("Released: no heartbeat"),
      },
      next_scheduled_start_time: run.next_scheduled_start_time,
    });
    const { global_concurrency_limit } = await world.call(deployments.read, { id: deployment });
    expect(global_concurrency_limit).toMatchObject({ active_slots: 0 });
    expect((await propose({ type: "RUNNING" })).status).toBe(409);
    const due = await world.call(deployments.scheduledRuns, { deployment_ids: [deployment] });
    expect(due.map(({ id }) => id)).toEqual([run.id]);
  });

  test("of a runner of ours are its own for as long as it renews them", async () => {
    const { run, token } = await named();
    for (let waited = 0; waited < 900; waited += 10) {
      heartbeats.note([heartbeat(run, { [attemptLabel]: token })], null);
      wait(10);
      await serve();
    }
    expect(await read(run.id)).toMatchObject({ state_type: "PENDING" });
    wait(36);
    await serve();
    expect(await read(run.id)).toMatchObject({ state_type: "SCHEDULED" });
  });

  test("that a process makes true after all continue", async () => {
    const id = await claimed();
    wait(601);
    await expireClaims(world.store, heartbeats, now);
    await world.call(flowRuns.setState, { id, state: { type: "RUNNING" } });
    expect(await read(id)).toMatchObject({ state_type: "RUNNING" });
  });
});

describe("a row that cannot be read", () => {
  test("keeps no other from its turn, and the service is said to fail", async () => {
    const folder = mkdtempSync(join(tmpdir(), "praetor-rows-"));
    const path = join(folder, "praetor.db");
    const first = await openStore({ path, now });
    const flow = await first.flows.create(flows.create.input.parse({ name: "f" }));
    const scheduled_time = timestamp(start);
    const ids: string[] = [];
    for (let at = 0; at < 3; at++) {
      const made = await first.transaction(async (tx) => {
        const { row } = await tx.flowRuns.create(flowRuns.create.input.parse({ flow_id: flow.row.id }));
        const run = (await tx.flowRuns.lock(row.id)) ?? row;
        const state_details = { ...noDetails, scheduled_time };
        const to = { type: "SCHEDULED" as const, name: null, message: null, state_details };
        return (await transitionFlowRun(tx, run, { to, rules: [] })).run;
      });
      ids.push(made.id);
    }
    await first.close();
    const database = new DatabaseSync(path);
    database.prepare("update flow_run set parameters = '{' where id = ?").run(ids[0] ?? "");
    database.close();
    const store = await openStore({ path, now });
    wait(16);
    await expect(markLateRuns(store, now)).rejects.toThrow(/^1 of 3 failed/);
    const others = await store.flowRuns.readMany(ids.slice(1));
    expect(others.map(({ state_name }) => state_name)).toEqual(["Late", "Late"]);
    await store.close();
    rmSync(folder, { recursive: true });
  });
});

describe("the loop", () => {
  const reported = () => {
    const lines: { level: string; service: unknown }[] = [];
    const note = (level: string) => (fields: unknown) =>
      lines.push({ level, service: Object(fields).service });
    return { lines, log: { error: note("error"), warn: note("warn"), debug: note("debug") } };
  };

  test("continues after a step that failed, and waits for one that runs when it stops", async () => {
    let runs = 0;
    let isRunning = false;
    const step = async () => {
      runs += 1;
      isRunning = true;
      await new Promise((done) => setTimeout(done, 20));
      isRunning = false;
      throw new Error("always");
    };
    const around = { monitor: new ServiceMonitor(now), log: reported().log };
    const stop = runServices([{ name: "test", seconds: 0.005, run: step }], around);
    while (runs < 3) await new Promise((done) => setTimeout(done, 5));
    await stop();
    expect(isRunning).toBe(false);
    const stopped = runs;
    await new Promise((done) => setTimeout(done, 50));
    expect(runs).toBe(stopped);
  });

  test("tells once that a step fails, and once that it works again; how it fares can be asked", async () => {
    let runs = 0;
    const step = async () => {
      runs += 1;
      if (runs < 4) throw new Error("no disk");
    };
    const { lines, log } = reported();
    const monitor = new ServiceMonitor(now);
    const stop = runServices([{ name: "test", seconds: 0.005, run: step }], { monitor, log });
    while (runs < 2) await new Promise((done) => setTimeout(done, 2));
    expect(monitor.list()).toMatchObject([{ name: "test", error: "no disk", last_succeeded: null }]);
    while (runs < 6) await new Promise((done) => setTimeout(done, 2));
    await stop();
    expect(lines).toEqual([
      { level: "error", service: "test" },
      { level: "warn", service: "test" },
    ]);
    expect(monitor.list()).toMatchObject([
      { is_running: false, runs, failures: 3, error: null, last_succeeded: timestamp(clock) },
    ]);
  });

  test("a long step is notified when the server stops", async () => {
    let wasTold = false;
    const step = (signal: AbortSignal) =>
      new Promise<void>((done) =>
        signal.addEventListener("abort", () => {
          wasTold = true;
          done();
        }),
      );
    const around = { monitor: new ServiceMonitor(now), log: reported().log };
    const stop = runServices([{ name: "test", seconds: 1, isUrgent: true, run: step }], around);
    await stop();
    expect(wasTold).toBe(true);
  });

  test("a server tells of its services, with none that fails", async () => {
    const server = await world.listen();
    const list = async () =>
      services.list.output.parse(await (await fetch(`${server.url}/api/praetor/services`)).json());
    await expect.poll(async () => (await list()).find(({ name }) => name === "scheduler")?.runs).toBe(1);
    const all = await list();
    expect(all.map(({ name }) => name)).toContain("retention");
    expect(all.every(({ error }) => error === null)).toBe(true);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/^praetor_service_runs_total\{service="scheduler"\} 1$/m);
    expect(text).toMatch(/^praetor_service_last_success_timestamp_seconds\{service="scheduler"\} \d+$/m);
  });
});
