import { afterAll, beforeAll, expect, test } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { taskHistory } from "../../schema/task-history.ts";
import { createWorld, type World } from "../../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function run(flow: string, name: string, outcome: "COMPLETED" | "FAILED") {
  const made = await world.flowRun({ flow, name, states: ["PENDING", "RUNNING"] });
  await world.taskRun({ flowRun: made, key: "read", name: "read-0", states: ["RUNNING", "COMPLETED"] });
  await world.taskRun({ flowRun: made, key: "load", name: "load-0", states: ["RUNNING", outcome] });
  return made;
}

test("the latest runs of a flow tell what became of each task in each of them", async () => {
  const first = await run("etl", "first", "FAILED");
  await run("other", "not of this flow", "COMPLETED");
  const second = await run("etl", "second", "COMPLETED");
  const history = await world.call(taskHistory.read, { id: first.id });
  expect(taskHistory.read.output.parse(history)).toEqual(history);
  expect(history.runs.map(({ name }) => name)).toEqual(["first", "second"]);
  expect(history.is_cut).toBe(false);
  const states = history.tasks.map(({ name, cells }) => [name, ...cells.map((cell) => cell.state_type)]);
  expect(states.toSorted()).toEqual([
    ["load-0", "FAILED", "COMPLETED"],
    ["read-0", "COMPLETED", "COMPLETED"],
  ]);
  expect((await world.call(taskHistory.read, { id: second.id })).runs).toHaveLength(2);
});

test("a run older than the latest twenty is returned with those before it", async () => {
  const runs: FlowRun[] = [];
  for (let place = 0; place < 23; place++)
    runs.push(await world.flowRun({ flow: "often", name: `run ${place}`, states: ["PENDING", "RUNNING"] }));
  const names = async (place: number) =>
    (await world.call(taskHistory.read, { id: runs[place]?.id ?? "" })).runs.map(({ name }) => name);
  const latest = await names(22);
  expect(latest).toHaveLength(20);
  expect(latest[0]).toBe("run 3");
  expect((await names(1)).at(-1)).toBe("run 1");
});

test("there is none of an unknown run", async () => {
  const id = "00000000-0000-4000-8000-000000000000";
  await expect(world.call(taskHistory.read, { id })).rejects.toMatchObject({ status: 404 });
});

test("the history of a flow has the runs of all its deployments where it is asked for", async () => {
  const { flow_id } = await run("deployed", "by hand", "COMPLETED");
  const { id } = await world.call(deployments.create, { name: "nightly", flow_id });
  const asked = await world.call(deployments.createFlowRun, { id, state: { type: "PENDING" } });
  const names = async (by?: "flow") =>
    (await world.call(taskHistory.read, { id: asked.id, ...(by ? { by } : {}) })).runs.map(
      ({ name }) => name,
    );
  expect(await names()).toEqual([asked.name]);
  expect((await names("flow")).toSorted()).toEqual([asked.name, "by hand"].toSorted());
});
