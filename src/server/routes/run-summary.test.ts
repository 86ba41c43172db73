import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { events, runErrorEvent } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { logs } from "../../schema/logs.ts";
import { runSummary } from "../../schema/run-summary.ts";
import { timestamp } from "../../schema/scalars.ts";
import { waiting } from "../../schema/waiting.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { groupFailures } from "../services/failures.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const summary = ({ id }: { id: string }) => world.call(runSummary.show, { id });

async function failed(parameters: Record<string, unknown>) {
  const run = await world.flowRun({ flow: "etl", parameters, states: ["PENDING", "RUNNING"] });
  await world.taskRun({ flowRun: run, name: "read-0", states: ["RUNNING", "COMPLETED"] });
  const task = await world.taskRun({ flowRun: run, name: "load-0", states: ["RUNNING", "FAILED"] });
  await world.call(flowRuns.setState, { id: run.id, state: { type: "FAILED", message: "1/2 failed" } });
  return { run, task };
}

const told = (run: FlowRun, taskRunId: string, message: string) =>
  world.call(events.create, {
    events: [
      {
        ...{ id: newId(), occurred: timestamp(Date.now()), event: runErrorEvent },
        resource: { "prefect.resource.id": `prefect.task-run.${taskRunId}` },
        related: [
          { "prefect.resource.id": `prefect.flow-run.${run.id}`, "prefect.resource.role": "flow-run" },
        ],
        payload: { chain: [{ name: "TypeError", message, frames: [], properties: {} }], attempt: 1 },
      },
    ],
  });

test("a failed run tells its cause, the error, its last lines, its group and the last completed run", async () => {
  const states = ["PENDING", "RUNNING", "COMPLETED"] as const;
  const before = await world.flowRun({ flow: "etl", parameters: { rows: 10, region: "eu" }, states });
  const { run, task } = await failed({ rows: 12, region: "eu" });
  await told(run, task.id, "no number");
  const line = {
    name: "prefect.task_runs",
    level: 20,
    flow_run_id: run.id,
    timestamp: timestamp(Date.now()),
  };
  const ofTask = Array.from({ length: 12 }, (_, at) => ({
    ...line,
    task_run_id: task.id,
    message: `row ${at}`,
  }));
  await world.call(logs.create, { logs: [...ofTask, { ...line, message: "of the flow" }] });
  await groupFailures(world.store, Date.now);
  const found = await summary(run);
  expect(runSummary.show.output.parse(found)).toEqual(found);
  expect(found.tasks).toEqual([
    { state_type: "COMPLETED", state_name: "Completed", count: 1 },
    { state_type: "FAILED", state_name: "Failed", count: 1 },
  ]);
  expect(found.durations).toHaveLength(1);
  expect(found.failure).toMatchObject({
    cause: { path: [{ id: run.id, flow_name: "etl" }], task: { id: task.id, name: "load-0" } },
    errors: [{ run_id: task.id, is_task: true, chain: [{ name: "TypeError", message: "no number" }] }],
    error_lines: [],
    group: { count: 1, flow_runs: 1, first_version: null },
    last_completed: { id: before.id, changes: [{ name: "rows", before: "10", now: "12" }], change_count: 1 },
  });
  expect(found.failure?.last_lines.map(({ message }) => message)).toEqual(
    [4, 5, 6, 7, 8, 9, 10, 11].map((at) => `row ${at}`),
  );

  const again = await failed({ rows: 12 });
  await told(again.run, again.task.id, "no number");
  await groupFailures(world.store, Date.now);
  expect((await summary(again.run)).failure?.group).toMatchObject({ count: 2, flow_runs: 2 });
});

test("a failure that only the log tells comes with its error lines", async () => {
  const { run } = await failed({});
  const line = { name: "prefect.flow_runs", flow_run_id: run.id, timestamp: timestamp(Date.now()) };
  const entries = [
    { ...line, level: 20, message: "fine" },
    { ...line, level: 40, message: "Traceback …" },
  ];
  await world.call(logs.create, { logs: entries });
  const { failure } = await summary(run);
  expect(failure?.errors).toEqual([]);
  expect(failure?.error_lines.map(({ message }) => message)).toEqual(["Traceback …"]);
  // Not yet in a group: it may become clear within seconds what failed.
  expect(failure?.group).toBeNull();
});

test("a run that is running tells that its tasks wait for a slot, and who holds the slots", async () => {
  const holding = await world.taskRun({ name: "vacuum", states: ["RUNNING"] });
  const run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
  const task = await world.taskRun({ flowRun: run, name: "report", states: ["RUNNING"] });
  await world.call(concurrencyLimits.create, { name: "warehouse", limit: 1 });
  const take = (id: string, signal?: AbortSignal) =>
    world.client.call(
      concurrencyLimits.incrementWithLease,
      { names: ["warehouse"], slots: 1, holder: { type: "task_run", id }, wait_seconds: 30 },
      signal ? { signal } : {},
    );
  await take(holding.id);
  expect((await summary(run)).waiting).toBeNull();
  const gone = new AbortController();
  const held = take(task.id, gone.signal).catch(() => undefined);
  const explained = async () => (await summary(run)).waiting;
  while ((await explained()) === null) await sleep(5);
  const limit = {
    ...{ kind: "limit", name: "warehouse", limit: 1, used: 1, waiting: 1 },
    ...{ holders: [{ id: holding.id, name: "vacuum" }], waiters: [{ id: task.id, name: "report" }] },
  };
  expect(await explained()).toMatchObject({ is_late: false, gates: [limit] });
  expect(await world.call(waiting.explain, { flow_run_ids: [run.id] })).toMatchObject([{ gates: [limit] }]);
  gone.abort();
  await held;
});

test("a run that waits or has completed has no failure, and an unknown run no summary", async () => {
  const later = await world.flowRun({ states: [{ type: "PAUSED", state_details: {} }] });
  expect(await summary(later)).toMatchObject({ failure: null, waiting: { gates: [{ kind: "paused" }] } });
  const done = await world.flowRun({ states: ["RUNNING", "COMPLETED"] });
  expect(await summary(done)).toMatchObject({ failure: null, waiting: null, tasks: [] });
  const id = "00000000-0000-4000-8000-000000000000";
  await expect(summary({ id })).rejects.toMatchObject({ status: 404 });
});
