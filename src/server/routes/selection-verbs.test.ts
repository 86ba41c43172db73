import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import { events } from "../../schema/events.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import type { Input } from "../../schema/route.ts";
import { type BulkVerb, type SelectionNoun, selections } from "../../schema/selections.ts";
import type { StateType } from "../../schema/states.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { createWorld, type World } from "../../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

type Wanted = Omit<Input<typeof selections.apply>, "id" | "verb">;

/** Selects rows by id, and does a verb to all of them. */
async function bulk(noun: SelectionNoun, ids: readonly string[], verb: BulkVerb, more: Wanted = {}) {
  const filter = { [noun.replace("-", "_")]: { id: { any_: [...ids] } } };
  const { id } = await world.call(selections.create, { noun, ...filter });
  const preview = await world.call(selections.preview, { id, verb });
  return { id, preview, progress: await world.call(selections.apply, { id, verb, ...more }) };
}

describe("set_state of a selection follows the rules, unless it is forced", () => {
  const table: [from: StateType, to: StateType, isAllowed: boolean, isAllowedForTasks: boolean][] = [
    ["RUNNING", "COMPLETED", true, true],
    ["RUNNING", "FAILED", true, true],
    ["RUNNING", "CRASHED", true, true],
    ["RUNNING", "CANCELLED", true, true],
    ["PENDING", "RUNNING", true, true],
    ["COMPLETED", "FAILED", true, true],
    ["COMPLETED", "PAUSED", false, false],
    ["COMPLETED", "CRASHED", false, false],
    ["FAILED", "CANCELLING", false, false],
    ["CANCELLING", "RUNNING", false, true],
    ["CANCELLING", "CANCELLED", true, true],
    ["CANCELLED", "COMPLETED", true, true],
  ];
  for (const [from, to, isAllowed, isAllowedForTasks] of table) {
    test(`flow runs, ${from} to ${to}`, async () => {
      const run = await world.flowRun({ states: [from] });
      const state = { type: to, message: "checked by hand" };
      const gentle = await bulk("flow-runs", [run.id], "set_state", { state });
      expect(gentle.progress).toMatchObject({ done: isAllowed ? 1 : 0, refused: isAllowed ? 0 : 1 });
      const read = () => world.call(flowRuns.read, { id: run.id });
      expect((await read()).state_type).toBe(isAllowed ? to : from);
      const forced = await bulk("flow-runs", [run.id], "set_state", { state, force: true });
      expect(forced.progress).toMatchObject({ done: 1 });
      expect((await read()).state).toMatchObject(state);
    });

    test(`task runs, ${from} to ${to}`, async () => {
      const flowRun = await world.flowRun({ states: ["RUNNING"] });
      const run = await world.taskRun({ flowRun, key: newId(), states: [from] });
      const state = { type: to, message: "checked by hand" };
      const gentle = await bulk("task-runs", [run.id], "set_state", { state });
      expect(gentle.progress).toMatchObject({
        done: isAllowedForTasks ? 1 : 0,
        refused: isAllowedForTasks ? 0 : 1,
      });
      const read = () => world.call(taskRuns.read, { id: run.id });
      expect((await read()).state_type).toBe(isAllowedForTasks ? to : from);
      const forced = await bulk("task-runs", [run.id], "set_state", { state, force: true });
      expect(forced.progress).toMatchObject({ done: 1 });
      expect((await read()).state).toMatchObject(state);
    });
  }
});

test("task runs are told by state and flow, deleted, and left out when they moved on or are gone", async () => {
  const flowRun = await world.flowRun({ flow: "etl", states: ["RUNNING"] });
  const made = async (state: StateType) => world.taskRun({ flowRun, key: newId(), states: [state] });
  const [kept, moved, gone] = [await made("FAILED"), await made("RUNNING"), await made("FAILED")];
  const task_runs = { id: { any_: [kept.id, moved.id, gone.id] } };
  const { id, states, flows, count } = await world.call(selections.create, { noun: "task-runs", task_runs });
  expect({ count, states, flows }).toMatchObject({
    count: 3,
    states: [
      { state_type: "FAILED", count: 2 },
      { state_type: "RUNNING", count: 1 },
    ],
    flows: [{ name: "etl", count: 3 }],
  });
  await world.call(taskRuns.setState, { id: moved.id, state: { type: "COMPLETED" }, force: true });
  await world.call(taskRuns.delete, { id: gone.id });
  const preview = await world.call(selections.preview, { id, verb: "delete" });
  expect(preview).toMatchObject({ count: 1, samples: [{ id: kept.id }], flows: [{ name: "etl", count: 1 }] });
  const reasons = preview.left_out.map(({ reason }) => reason).toSorted();
  expect(reasons).toEqual([
    "has changed since you looked at it: it is Completed now",
    "was deleted meanwhile",
  ]);
  const progress = await world.call(selections.apply, { id, verb: "delete" });
  expect(progress).toMatchObject({ done: 1, refused: 2, remaining: 0 });
  await expect(world.call(taskRuns.read, { id: kept.id })).rejects.toMatchObject({ status: 404 });
  expect(await world.call(taskRuns.read, { id: moved.id })).toMatchObject({ state_type: "COMPLETED" });
});

describe("deployments of a selection", () => {
  const deployment = async (name: string, more: object = {}) => {
    const { id: flow_id } = await world.flow();
    return world.call(deployments.create, { name, flow_id, ...more });
  };

  test("are run once each with their own parameters; one that requires others is reported", async () => {
    const schema = { type: "object", properties: { day: { type: "string" } }, required: ["day"] };
    const wanting = await deployment(newId(), { parameter_openapi_schema: schema });
    const given = await deployment(newId(), {
      parameter_openapi_schema: schema,
      parameters: { day: "today" },
      paused: true,
    });
    const ids = [wanting.id, given.id];
    const { id, progress } = await bulk("deployments", ids, "run");
    expect(progress).toMatchObject({
      ...{ done: 1, refused: 1, remaining: 0 },
      refusals: [{ reason: expect.stringContaining("day"), samples: [{ id: wanting.id }] }],
    });
    await world.call(selections.apply, { id, verb: "run" });
    const runs = await world.call(flowRuns.filter, { flow_runs: { deployment_id: { any_: ids } } });
    expect(runs).toMatchObject([{ deployment_id: given.id, parameters: { day: "today" } }]);
    expect(runs[0]?.state_type).toBe("SCHEDULED");
  });

  test("get tags beside those that they have", async () => {
    const some = [await deployment(newId(), { tags: ["prod"] }), await deployment(newId())];
    const ids = some.map(({ id }) => id);
    const { progress } = await bulk("deployments", ids, "add_tags", { tags: ["team-a", "prod"] });
    expect(progress).toMatchObject({ done: 2 });
    const read = await Promise.all(ids.map((id) => world.call(deployments.read, { id })));
    expect(read.map(({ tags }) => tags)).toEqual([
      ["prod", "team-a"],
      ["team-a", "prod"],
    ]);
  });
});

test("flow runs get tags beside those that they have, whatever state they are in meanwhile", async () => {
  const run = await world.flowRun({ tags: ["a"], states: ["RUNNING"] });
  const flow_runs = { id: { any_: [run.id] } };
  const { id } = await world.call(selections.create, { noun: "flow-runs", flow_runs });
  await world.call(flowRuns.setState, { id: run.id, state: { type: "COMPLETED" } });
  const progress = await world.call(selections.apply, { id, verb: "add_tags", tags: ["b"] });
  expect(progress).toMatchObject({ done: 1 });
  expect(await world.call(flowRuns.read, { id: run.id })).toMatchObject({ tags: ["a", "b"] });
});

test.each<[SelectionNoun, BulkVerb, Wanted, string]>([
  ["task-runs", "retry", {}, "expected one of set_state, delete for task-runs, got retry"],
  ["flow-runs", "run", {}, "for flow-runs, got run"],
  ["deployments", "set_state", { state: { type: "FAILED" } }, "for deployments, got set_state"],
  ["deployments", "add_tags", {}, "expected at least one tag"],
  ["task-runs", "set_state", {}, "expected a state for set_state"],
])("%s have no %s, or it lacks what it needs", async (noun, verb, more, message) => {
  const { id } = await world.call(selections.create, { noun });
  await expect(world.call(selections.apply, { id, verb, ...more })).rejects.toThrow(message);
});

test("a state that is forced in bulk is kept as an event of each run", async () => {
  const flowRun = await world.flowRun({ states: ["RUNNING"] });
  const run = await world.taskRun({ flowRun, key: newId(), states: ["RUNNING"] });
  await bulk("task-runs", [run.id], "set_state", { state: { type: "COMPLETED" }, force: true });
  const filter = {
    event: { name: ["praetor.state.forced"] },
    resource: { id: [`prefect.task-run.${run.id}`] },
  };
  const { events: found } = await world.call(events.filter, { filter });
  expect(found).toMatchObject([{ payload: { from: { type: "RUNNING" }, to: { type: "COMPLETED" } } }]);
});
