import { afterAll, beforeAll, expect, test } from "vitest";
import { artifacts } from "../../schema/artifacts.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { maxOutputSource, runOutputs } from "../../schema/run-outputs.ts";
import { createWorld, type World } from "../../testing/world.ts";

let world: World;
let one: FlowRun;
let two: FlowRun;
beforeAll(async () => {
  world = await createWorld();
  one = await world.flowRun({
    states: ["RUNNING", { type: "COMPLETED", data: { total: 3, of: ["a", { b: null }] } }],
  });
  two = await world.flowRun({ states: ["COMPLETED"] });
  const write = (key: string, data: string | number | object, flow_run_id = two.id) =>
    world.call(artifacts.create, { key, type: "table", data, flow_run_id });
  await write("summary", { total: 1 });
  await write("summary", { total: 2, text: "x".repeat(1000) });
  await write("rows", JSON.stringify([{ city: "Oslo" }]));
  await write("long", "x".repeat(maxOutputSource + 1));
  await write("summary", { total: 9 }, one.id);
});
afterAll(() => world.close());

const read = async (id: string, ...paths: string[]) => {
  const found = await world.call(runOutputs.read, { flow_run_ids: [id], paths });
  return Object.fromEntries(found.map(({ path, text }) => [path, text]));
};

test("a part of a result is found by its path, and of an artifact by its key and path", async () => {
  expect(await read(one.id, "total", "of.1.b", "of", "absent", "result.total")).toEqual({
    ...{ total: "3", "of.1.b": "null", of: '["a",{"b":null}]' },
  });
  expect(await read(one.id, "summary.total", "result")).toEqual({
    ...{ "summary.total": "9", result: '{"total":3,"of":["a",{"b":null}]}' },
  });
  expect(await read(two.id, "summary.total", "rows.0.city", "total", "long")).toEqual({
    ...{ "summary.total": "2", "rows.0.city": "Oslo" },
  });
  expect((await read(two.id, "summary.text"))["summary.text"]).toHaveLength(200);
});

test("one request is for many runs, and has bounds", async () => {
  const both = await world.call(runOutputs.read, {
    flow_run_ids: [one.id, two.id, newId(0)],
    paths: ["summary.total"],
  });
  expect(both.map(({ text }) => text)).toEqual(["9", "2"]);
  const many = Array.from({ length: 201 }, () => one.id);
  await expect(world.call(runOutputs.read, { flow_run_ids: many, paths: ["a"] })).rejects.toThrow();
  const paths = Array.from({ length: 9 }, (_, at) => `a${at}`);
  await expect(world.call(runOutputs.read, { flow_run_ids: [one.id], paths })).rejects.toThrow();
});
