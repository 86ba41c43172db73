import { afterAll, beforeAll, expect, test } from "vitest";
import { runGroups } from "../../schema/run-groups.ts";
import { createWorld, type World } from "../../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.flowRun({ states: ["COMPLETED"], tags: ["project=42"], flow_version: "1" });
  await world.flowRun({ states: ["FAILED"], tags: ["project=42", "project=7"] });
  await world.flowRun({ flow: "report", states: ["FAILED"] });
  await world.taskRun({ states: ["RUNNING", "COMPLETED"] });
});
afterAll(() => world.close());

test("flow runs are counted by state, flow, version and tag", async () => {
  const groups = async (by: "state" | "flow" | "version" | "tag", more: object = {}) => {
    const found = await world.call(runGroups.flowRuns, { by, tag_key: "project", ...more });
    expect(found).toMatchObject({ others: 0, next: null });
    return Object.fromEntries(found.groups.map(({ label, count }) => [String(label), count]));
  };
  expect(await groups("state")).toEqual({ Completed: 1, Failed: 2 });
  expect(await groups("flow")).toEqual({ etl: 2, report: 1 });
  expect(await groups("version")).toEqual({ 1: 1, null: 2 });
  expect(await groups("tag")).toEqual({ "project=42": 2, "project=7": 1, null: 1 });
  const failed = { flow_runs: { state: { type: { any_: ["FAILED"] } } } };
  expect(await groups("tag", failed)).toEqual({ "project=42": 1, "project=7": 1, null: 1 });
  expect(await world.call(runGroups.taskRuns, { by: "state" })).toMatchObject({
    groups: [{ value: "COMPLETED/Completed", label: "Completed", state_type: "COMPLETED", count: 1 }],
  });
});

test.each([
  ["a tag without its key", { by: "tag" }],
  ["too many known values", { by: "flow", known: Array.from({ length: 201 }, () => "x") }],
  ["a long value", { by: "flow", known: ["x".repeat(1001)] }],
  ["a long wait", { by: "flow", patience: 60_000 }],
  ["another grouping", { by: "name" }],
])("%s is refused", async (_name, body) => {
  const response = await world.fetch(
    new Request("http://praetor.test/api/praetor/flow_runs/groups", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
  expect(response.status).toBe(422);
});
