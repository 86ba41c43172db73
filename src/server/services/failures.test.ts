import { afterEach, beforeEach, expect, test } from "vitest";
import { type EventCreate, events, runErrorEvent } from "../../schema/events.ts";
import { failures } from "../../schema/failures.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { logs } from "../../schema/logs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { groupFailures } from "./failures.ts";

let clock = Date.parse("2026-03-01T12:00:00Z");
const now = () => clock;
let world: World;
beforeEach(async () => {
  world = await createWorld({ now });
});
afterEach(() => world.close());

const group = () => groupFailures(world.store, now);
const groups = () => world.call(failures.filter, { sort: "COUNT_DESC" });
const failed = (message: string) =>
  world.flowRun({ states: ["PENDING", "RUNNING", { type: "FAILED", message }] });

const errorOf = (id: string, message: string): EventCreate => ({
  id: newId(clock),
  occurred: timestamp(clock),
  event: runErrorEvent,
  resource: { "prefect.resource.id": `prefect.flow-run.${id}` },
  related: [],
  follows: null,
  payload: {
    attempt: 1,
    chain: [
      {
        ...{ name: "QuotaError", message, properties: {} },
        frames: [
          { file: "/srv/flows/etl.ts", line: 3, column: 1, function: "load", library: false, source: null },
        ],
      },
    ],
  },
});

test("an error that was told is grouped at once, whatever ids and numbers it names", async () => {
  for (const message of ["12 of 10 used", "18 of 10 used"]) {
    const run = await failed(`QuotaError: ${message}`);
    await world.call(events.create, { events: [errorOf(run.id, message)] });
  }
  await group();
  expect(await groups()).toMatchObject([
    { error_type: "QuotaError", count: 2, frames: [{ file: "flows/etl.ts", function: "load" }] },
  ]);
});

test("an error of Python is grouped when its log has come", async () => {
  const run = await failed("Flow run encountered an exception: ValueError: no city 'Rome'");
  await group();
  expect(await groups()).toEqual([]);
  const traceback = `Encountered exception during execution:\nTraceback (most recent call last):\n  File "/a/etl.py", line 3, in load\n    raise ValueError()\nValueError: no city 'Rome'`;
  const log = { name: "prefect.flow_runs", level: 40, timestamp: timestamp(clock), flow_run_id: run.id };
  await world.call(logs.create, { logs: [{ ...log, message: traceback }] });
  await group();
  expect(await groups()).toMatchObject([
    { error_type: "ValueError", message: "no city 'Rome'", frames: [{ file: "a/etl.py", function: "load" }] },
  ]);
});

test("a failure without further data is grouped by its message a little later", async () => {
  await failed("2/3 states failed.");
  await failed("1/7 states failed.");
  await group();
  clock += 6000;
  await group();
  expect(await groups()).toMatchObject([{ error_type: "Failed", count: 2, flow_runs: 2 }]);
});

/** A task in a subflow of a subflow fails, and each flow fails with the same error. */
async function nestedFailure(message: string) {
  const outer = await world.flowRun({ flow: "outer", states: ["PENDING", "RUNNING"] });
  const runs = [outer];
  for (const flow of ["middle", "inner"]) {
    const { id } = await world.taskRun({ flowRun: runs.at(-1), key: flow, states: ["PENDING", "RUNNING"] });
    runs.push(await world.flowRun({ flow, parent_task_run_id: id, states: ["PENDING", "RUNNING"] }));
  }
  const said = `Task run encountered an exception: ValueError: ${message}`;
  const failed = { type: "FAILED", message: said } as const;
  const task = await world.taskRun({ flowRun: runs.at(-1), key: "load", states: ["RUNNING", failed] });
  for (const run of runs.toReversed()) {
    clock += 1000;
    const message = run === outer ? "1/1 states failed." : said.replace("Task", "Flow");
    await world.call(flowRuns.setState, { id: run.id, state: { type: "FAILED", message }, force: true });
  }
  return { runs, task };
}

test("a failure that passes through subflows is one, and is found by each of the flows", async () => {
  const { runs, task } = await nestedFailure("no city 'Rome'");
  clock += 6000;
  await group();
  const [found, ...others] = await groups();
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    ...{ error_type: "ValueError", message: "no city 'Rome'", count: 1, recent: 1 },
    last_run: { kind: "task-run", id: task.id, flow_run_id: runs.at(-1)?.id },
    tasks: [{ id: "load", count: 1 }],
  });
  expect(found?.flows.map(({ name, count }) => [name, count]).toSorted()).toEqual([
    ["inner", 1],
    ["middle", 1],
    ["outer", 1],
  ]);
  const listed = await world.call(failures.runs, { id: found?.id ?? "" });
  expect(listed.runs).toHaveLength(6);
});

test("a flow that failed of itself, after it had handled the failure of a task, is a failure of its own", async () => {
  const run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
  const failed = { type: "FAILED", message: "ValueError: no" } as const;
  await world.taskRun({ flowRun: run, states: ["RUNNING", failed] });
  const message = "KeyError: 'city'";
  await world.call(flowRuns.setState, { id: run.id, state: { type: "FAILED", message }, force: true });
  const quiet = await world.flowRun({ states: ["PENDING", "RUNNING"] });
  await world.taskRun({ flowRun: quiet, states: ["RUNNING", { type: "FAILED", message: "OSError: disk" }] });
  await world.call(flowRuns.setState, { id: quiet.id, state: { type: "COMPLETED" }, force: true });
  clock += 6000;
  await group();
  expect((await groups()).map(({ error_type }) => error_type).toSorted()).toEqual([
    "KeyError",
    "OSError",
    "ValueError",
  ]);
  const failing = await world.call(failures.filter, { fails_flow_runs: true });
  expect(failing.map(({ error_type }) => error_type)).toEqual(["KeyError"]);
});

test("the cause of a failure is the task that failed, through any number of subflows", async () => {
  const { runs, task } = await nestedFailure("no");
  const [outer] = runs;
  expect(await world.call(failures.cause, { id: outer?.id ?? "" })).toMatchObject({
    path: [{ flow_name: "outer" }, { flow_name: "middle" }, { id: runs[2]?.id, flow_name: "inner" }],
    task: { id: task.id, message: "Task run encountered an exception: ValueError: no" },
  });
  const own = await failed("KeyError: 'city'");
  expect(await world.call(failures.cause, { id: own.id })).toMatchObject({
    path: [{ id: own.id, message: "KeyError: 'city'" }],
    task: null,
  });
  await expect(world.call(failures.cause, { id: newId(0) })).rejects.toThrow("Flow run not found");
});

test("a group is resolved, read and its runs are listed over the API", async () => {
  const run = await failed("ValueError: no");
  clock += 6000;
  await group();
  const [{ id } = { id: "" }] = await groups();
  await world.call(failures.update, { id, status: "resolved" });
  expect(await world.call(failures.read, { id })).toMatchObject({ status: "resolved", message: "no" });
  expect(await world.call(failures.runs, { id })).toMatchObject({
    runs: [{ run: { id: run.id } }],
    next: null,
  });
  expect(await world.call(failures.count, { status: ["open"] })).toBe(0);
  await expect(world.call(failures.runs, { id, after: "nonsense" })).rejects.toThrow("expected the `next`");
  await expect(world.call(failures.read, { id: newId(0) })).rejects.toThrow("Failure group not found");
});
