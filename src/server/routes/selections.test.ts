import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import { events } from "../../schema/events.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import type { Input } from "../../schema/route.ts";
import { Selection, SelectionPreview, selections } from "../../schema/selections.ts";
import { createWorld, type World } from "../../testing/world.ts";

let clock = Date.parse("2026-03-01T12:00:00Z");
const now = () => clock;
let world: World;
beforeEach(async () => {
  world = await createWorld({ now });
});
afterEach(() => world.close());

const select = (input: Partial<Input<typeof selections.create>> = {}) =>
  world.call(selections.create, { noun: "flow-runs", ...input });
const apply = (id: string, verb: Input<typeof selections.apply>["verb"], more: object = {}) =>
  world.call(selections.apply, { id, verb, ...more });
const typeOf = async (id: string) => (await world.call(flowRuns.read, { id })).state_type;
const running = () => world.flowRun({ states: ["PENDING", "RUNNING"] });

test("a selection is what matched at that moment, with its exact count", async () => {
  const [one] = [
    await running(),
    await running(),
    await world.flowRun({ flow: "report", states: ["COMPLETED"] }),
  ];
  const selection = await select({ flow_runs: { state: { type: { any_: ["RUNNING"] } } } });
  expect(Selection.parse(selection)).toMatchObject({
    ...{ count: 2, is_whole: true, noun: "flow-runs", states: [{ state_type: "RUNNING", count: 2 }] },
    flows: [{ name: "etl", count: 2 }],
    progress: { verb: null, done: 0, refused: 0, remaining: 2, refusals: [], ended: null },
  });
  expect(selection.samples.map(({ id }) => id)).toContain(one.id);
  const late = await running();
  await apply(selection.id, "cancel");
  expect(await typeOf(one.id)).toBe("CANCELLING");
  expect(await typeOf(late.id)).toBe("RUNNING");
});

test("it is applied in portions, each row once, with the reasons of those that are left out", async () => {
  const runs = [await running(), await running(), await world.flowRun({ states: ["COMPLETED"] })];
  const deleted = await running();
  const { id } = await select();
  await world.call(flowRuns.delete, { id: deleted.id });
  expect(await apply(id, "cancel", { limit: 2 })).toMatchObject({
    verb: "cancel",
    remaining: 2,
    ended: null,
  });
  expect(await apply(id, "cancel", { limit: 1000 })).toEqual({
    ...{ verb: "cancel", done: 2, refused: 2, remaining: 0, ended: expect.any(String) },
    refusals: [
      { reason: "already ended", count: 1, samples: [{ id: runs[2]?.id, name: runs[2]?.name }] },
      { reason: "was deleted meanwhile", count: 1, samples: [{ id: deleted.id, name: deleted.name }] },
    ],
  });
  expect(await apply(id, "cancel")).toMatchObject({ done: 2, refused: 2, remaining: 0 });
  expect((await world.call(selections.read, { id })).progress).toMatchObject({ done: 2, remaining: 0 });
});

test("concurrent callers apply it to no run twice", async () => {
  for (let n = 0; n < 30; n += 1) await running();
  const { id } = await select();
  await Promise.all([apply(id, "cancel", { limit: 20 }), apply(id, "cancel", { limit: 20 })]);
  const { progress } = await world.call(selections.read, { id });
  expect(progress).toMatchObject({ done: 30, refused: 0, remaining: 0 });
});

test("its begin and end are kept as events that say who, what and which rows were meant", async () => {
  await running();
  const filter = { flow_runs: { state: { type: { any_: ["RUNNING" as const] } } } };
  const { id } = await select(filter);
  await apply(id, "pause");
  await apply(id, "pause");
  const reported = await world.call(events.filter, {
    filter: { resource: { id: [`praetor.selection.${id}`] }, order: "ASC" },
  });
  expect(reported.events.map(({ event }) => event)).toEqual([
    "praetor.selection.started",
    "praetor.selection.finished",
  ]);
  expect(reported.events[1]?.payload).toMatchObject({
    ...{ verb: "pause", noun: "flow-runs", count: 1, done: 1, refused: 0, filter },
    by: { address: null, user_agent: null },
  });
});

describe("before a verb is begun", () => {
  const preview = (id: string, verb: Input<typeof selections.preview>["verb"]) =>
    world.call(selections.preview, { id, verb });

  test("the preview lists eligible rows, and skipped ones with reasons", async () => {
    const { id: flow_id } = await world.flow();
    const deployment = await world.call(deployments.create, { name: "nightly", flow_id });
    const deployed = (state: "FAILED" | "RUNNING") =>
      world.flowRun({ deployment_id: deployment.id, states: [state] });
    const failed = await deployed("FAILED");
    const script = await world.flowRun({ flow: "report", states: ["FAILED"] });
    const active = await deployed("RUNNING");
    const [gone, changed] = [await deployed("FAILED"), await deployed("FAILED")];
    const { id } = await select();
    await world.call(flowRuns.delete, { id: gone.id });
    await world.call(flowRuns.setState, { id: changed.id, state: { type: "CRASHED" }, force: true });
    const named = ({ id: run, name }: { id: string; name: string }) => [{ id: run, name }];
    const reported = SelectionPreview.parse(await preview(id, "retry"));
    expect(reported).toEqual({
      ...{ count: 1, samples: named(failed) },
      states: [{ state_type: "FAILED", state_name: "Failed", count: 1 }],
      flows: [{ id: flow_id, name: "etl", count: 1 }],
      left_out: expect.any(Array),
    });
    expect(new Map(reported.left_out.map(({ reason, ...rest }) => [reason, rest]))).toEqual(
      new Map([
        ["started by a script, so only the script can repeat it", { count: 1, samples: named(script) }],
        ["has not ended", { count: 1, samples: named(active) }],
        ["was deleted meanwhile", { count: 1, samples: named(gone) }],
        ["has changed since you looked at it: it is Crashed now", { count: 1, samples: named(changed) }],
      ]),
    );
    expect(await apply(id, "retry")).toMatchObject({ done: 1, refused: 4 });
  });

  test("many are counted, the first few named, and what was done is not told again", async () => {
    for (let n = 0; n < 12; n += 1) await running();
    const { id } = await select();
    expect(await preview(id, "retry")).toMatchObject({
      ...{ count: 0, samples: [], states: [], flows: [] },
      left_out: [{ reason: "has not ended", count: 12, samples: Array(5).fill({}) }],
    });
    expect(await preview(id, "cancel")).toMatchObject({ count: 12, left_out: [] });
    await apply(id, "cancel", { limit: 10 });
    expect(await preview(id, "cancel")).toMatchObject({ count: 2, left_out: [] });
  });

  test("of deployments, too; and a verb or a selection that is none is refused", async () => {
    const { id: flow_id } = await world.flow();
    for (const name of ["a", "b", "c"])
      await world.call(deployments.create, { name, flow_id, paused: name === "b" });
    const { id } = await select({ noun: "deployments" });
    expect(await preview(id, "pause")).toMatchObject({
      ...{ count: 2, samples: [{ name: "a" }, { name: "c" }], states: [], flows: [{ count: 2 }] },
      left_out: [{ reason: "already paused", count: 1, samples: [{ name: "b" }] }],
    });
    await expect(preview(id, "cancel")).rejects.toThrow(
      "expected one of run, pause, resume, add_tags, delete",
    );
    await expect(preview(newId(clock), "pause")).rejects.toThrow("Select again");
  });
});

test("a run that was retried and has failed again since it was chosen is not retried", async () => {
  const { id: flow_id } = await world.flow();
  const { id: deployment_id } = await world.call(deployments.create, { name: "nightly", flow_id });
  const run = await world.flowRun({ deployment_id, states: ["FAILED"] });
  const [one, other] = [await select(), await select()];
  expect(await apply(one.id, "retry")).toMatchObject({ done: 1 });
  for (const type of ["PENDING", "RUNNING", "FAILED"] as const)
    await world.call(flowRuns.setState, { id: run.id, state: { type } });
  expect(await apply(other.id, "retry")).toMatchObject({
    ...{ done: 0, refused: 1, refusals: [{ reason: expect.stringContaining("has changed since") }] },
  });
});

describe("verbs for runs", () => {
  test("retry schedules again what has ended, but no run of a script", async () => {
    const { id: flow_id } = await world.flow();
    const deployment = await world.call(deployments.create, { name: "nightly", flow_id });
    const run = await world.flowRun({ deployment_id: deployment.id, states: ["FAILED"] });
    await world.flowRun({ states: ["FAILED"] });
    const { id } = await select();
    expect(await apply(id, "retry")).toMatchObject({ done: 1, refused: 1 });
    expect(await world.call(flowRuns.read, { id: run.id })).toMatchObject({ state_name: "AwaitingRetry" });
  });

  test("resume lets paused runs continue", async () => {
    const run = await world.flowRun({ states: ["RUNNING", "PAUSED"] });
    const { id } = await select();
    expect(await apply(id, "resume")).toMatchObject({ done: 1 });
    expect(await typeOf(run.id)).toBe("RUNNING");
  });

  test("set_state goes through the same rules as everything", async () => {
    const run = await world.flowRun({ states: ["COMPLETED"] });
    const state = { type: "PAUSED" as const };
    const gentle = await select();
    expect(await apply(gentle.id, "set_state", { state })).toMatchObject({ refused: 1 });
    expect(await typeOf(run.id)).toBe("COMPLETED");
    const forced = await select();
    expect(await apply(forced.id, "set_state", { state, force: true })).toMatchObject({ done: 1 });
    expect(await typeOf(run.id)).toBe("PAUSED");
  });

  test("delete", async () => {
    const run = await running();
    const { id } = await select();
    expect(await apply(id, "delete")).toMatchObject({ done: 1, remaining: 0 });
    await expect(typeOf(run.id)).rejects.toThrow("not found");
  });
});

test("deployments are paused, resumed and deleted", async () => {
  const { id: flow_id } = await world.flow();
  for (const name of ["a", "b"])
    await world.call(deployments.create, { name, flow_id, paused: name === "b" });
  const chosen = () => select({ noun: "deployments", deployments: { name: { any_: ["a", "b"] } } });
  expect(await apply((await chosen()).id, "pause")).toMatchObject({
    ...{ done: 1, refused: 1, refusals: [{ reason: "already paused" }] },
  });
  expect(await apply((await chosen()).id, "resume")).toMatchObject({ done: 2 });
  expect(await apply((await chosen()).id, "delete")).toMatchObject({ done: 2 });
  expect(await world.call(deployments.count, {})).toBe(0);
});

describe("refused is", () => {
  test("a second verb for the same selection", async () => {
    await running();
    const { id } = await select();
    await apply(id, "pause");
    await expect(apply(id, "cancel")).rejects.toThrow("used for pause already. Select again for cancel.");
  });

  test("a verb that the rows do not have, and a state that is missing", async () => {
    const { id } = await select({ noun: "deployments" });
    await expect(apply(id, "cancel")).rejects.toThrow(
      "expected one of run, pause, resume, add_tags, delete for deployments, got cancel",
    );
    await expect(apply((await select()).id, "set_state")).rejects.toThrow("expected a state for set_state");
  });

  test("an unknown or expired selection", async () => {
    await expect(apply(newId(clock), "cancel")).rejects.toThrow("Select again");
    const { id } = await select();
    clock += 3_601_000;
    await expect(apply(id, "cancel")).rejects.toThrow("has expired");
    await expect(world.call(selections.read, { id })).rejects.toThrow("Selection not found");
  });
});
