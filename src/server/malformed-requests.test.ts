import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { events } from "../schema/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { flows } from "../schema/flows.ts";
import { graphs } from "../schema/graphs.ts";
import { newId } from "../schema/ids.ts";
import { logs } from "../schema/logs.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { createWorld, type World } from "../testing/world.ts";
import { ask, rowsOf } from "./contract/rows.ts";

// Regressions found by fuzzing.

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe("text that no database can store", () => {
  test.each(["a\0b", "half \ud83d", "\udc00 other half"])("is refused with a message: %j", async (name) => {
    const answer = await ask(world, "POST", "/flows/", { name });
    expect(answer).toMatchObject({
      status: 422,
      body: { exception_detail: [{ loc: ["body", "name"], msg: expect.stringContaining("without NUL") }] },
    });
  });

  test("is refused as a key and in the path", async () => {
    const { id } = await world.flow();
    expect(await ask(world, "POST", "/flow_runs/", { flow_id: id, parameters: { "a\0": 1 } })).toMatchObject({
      status: 422,
    });
    expect(await ask(world, "GET", "/variables/name/a%00b")).toMatchObject({ status: 422 });
  });

  test("is accepted where it only looks like it", async () => {
    const name = "\\u0000 😀";
    expect(await ask(world, "POST", "/flows/", { name })).toMatchObject({ status: 201, body: { name } });
  });

  test("is repaired in reports of programs: a run that failed with it is FAILED", async () => {
    const run = await world.flowRun();
    const state = { type: "FAILED", message: "read \0\ud83d" } as const;
    await world.call(flowRuns.setState, { id: run.id, state, force: true });
    expect((await world.call(flowRuns.read, { id: run.id })).state?.message).toBe("read \ufffd\ufffd");
    const line = {
      name: "l",
      level: 20,
      message: "\0",
      timestamp: "2026-01-01T00:00:00Z",
      flow_run_id: run.id,
    };
    await world.call(logs.create, { logs: [line] });
    const [log] = await world.call(logs.filter, { logs: { flow_run_id: { any_: [run.id] } } });
    expect(log?.message).toBe("\ufffd");
  });
});

describe("a number outside the range of its column", () => {
  const tooLarge = 2 ** 31;
  test.each([
    ["/v2/concurrency_limits/", { name: "large", limit: tooLarge }],
    ["/work_pools/", { name: "large", concurrency_limit: tooLarge }],
    ["/work_queues/", { name: "large", priority: tooLarge }],
    ["/logs/filter", { logs: { level: { ge_: tooLarge } } }],
    ["/logs/", [{ name: "l", level: tooLarge, message: "m", timestamp: "2026-01-01T00:00:00Z" }]],
  ])("is refused by %s", async (path, body) => {
    expect(await ask(world, "POST", path, body)).toMatchObject({ status: 422 });
  });

  test.each([1.5, 2 ** 40])("is omitted from an event's run count: %d", async (run_count) => {
    const { id } = await world.taskRun({ states: ["PENDING"] });
    const event = {
      ...{ id: newId(), occurred: new Date().toISOString(), event: "prefect.task-run.Running" },
      resource: { "prefect.resource.id": `prefect.task-run.${id}`, "prefect.orchestration": "client" },
      payload: { validated_state: { type: "RUNNING" }, task_run: { run_count } },
    };
    await world.call(events.create, { events: [event] });
    expect(await world.call(taskRuns.read, { id })).toMatchObject({ state_type: "RUNNING", run_count: 0 });
  });
});

describe("a time", () => {
  const history = { history_start: "2026-01-01T00:00:00Z", history_end: "2026-01-02T00:00:00Z" };

  test("that does not exist in the calendar is refused", async () => {
    const filter = { flow_runs: { start_time: { after_: "2026-02-30T00:00:00Z" } } };
    expect(await ask(world, "POST", "/flow_runs/filter", filter)).toMatchObject({ status: 422 });
  });

  test("past the year 9999 is refused: it would sort before all others", async () => {
    const filter = { flow_runs: { start_time: { after_: "9999-12-31T23:59:59-14:00" } } };
    expect(await ask(world, "POST", "/flow_runs/filter", filter)).toMatchObject({ status: 422 });
  });

  test("whose history intervals would exceed it is refused", async () => {
    const answer = await ask(world, "POST", "/flow_runs/history", {
      ...history,
      history_interval_seconds: 1e21,
    });
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining("year 10000") } });
  });
});

test("an input of a task run may omit its kind", async () => {
  const id = newId();
  const inputs = { rows: [{ id }], day: [{ name: "day" }], all: [{ type: "int" }] };
  const answer = await ask(world, "POST", "/task_runs/", {
    task_key: "t",
    dynamic_key: "0",
    task_inputs: inputs,
  });
  expect(answer.body).toMatchObject({
    task_inputs: {
      rows: [{ input_type: "task_run", id }],
      day: [{ input_type: "parameter", name: "day" }],
      all: [{ input_type: "constant", type: "int" }],
    },
  });
});

test("an occupancy of no seconds is refused", async () => {
  const body = { names: [], slots: 1, occupancy_seconds: 0 };
  expect(await ask(world, "POST", "/v2/concurrency_limits/decrement", body)).toMatchObject({ status: 422 });
});

test("a flow's tags change with an event, and several flows are deleted at once with their runs", async () => {
  const flow = await world.flow("tagged");
  await world.call(flows.update, { id: flow.id, tags: ["b", "a", "b"] });
  expect(await world.call(flows.read, { id: flow.id })).toMatchObject({ tags: ["b", "a", "b"] });
  const reported = await world.call(events.filter, { filter: { event: { name: ["prefect.flow.updated"] } } });
  expect(reported.events).toMatchObject([
    { payload: { updates: { tags: { from: [], to: ["b", "a", "b"] } } } },
  ]);
  const run = await world.flowRun({ flow: "tagged" });
  const wanted = { name: { any_: ["tagged"] } };
  expect(await world.call(flows.bulkDelete, { flows: wanted })).toEqual({ deleted: [flow.id] });
  expect(await ask(world, "GET", `/flow_runs/${run.id}`)).toMatchObject({ status: 404 });
});

test("the first version of the graph lists what each task run waited for", async () => {
  const flowRun = await world.flowRun();
  const load = await world.taskRun({ flowRun, key: "load", states: ["RUNNING", "COMPLETED"] });
  const inputs = { rows: [{ input_type: "task_run", id: load.id } as const] };
  const save = await world.taskRun({ flowRun, key: "save", inputs });
  const listed = await world.call(graphs.readDependencies, { id: flowRun.id });
  expect(listed).toMatchObject([
    { id: load.id, upstream_dependencies: [], state: { type: "COMPLETED" } },
    { id: save.id, upstream_dependencies: [{ input_type: "task_run", id: load.id }] },
  ]);
});

test("a deployment refers to an existing block and keeps it when updated", async () => {
  const { id: storage_document_id } = await rowsOf(world).blockDocument();
  const { id: flow_id } = await world.flow();
  const made = await ask(world, "POST", "/deployments/", { name: "d", flow_id, storage_document_id });
  expect(made).toMatchObject({ status: 201, body: { storage_document_id } });
  const path = `/deployments/${Object(made.body).id}`;
  expect(await ask(world, "PATCH", path, { storage_document_id, paused: true })).toMatchObject({
    status: 204,
  });
  expect(await ask(world, "PATCH", path, { storage_document_id: newId() })).toMatchObject({ status: 409 });
});
