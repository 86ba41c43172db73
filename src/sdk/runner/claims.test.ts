import { afterAll, beforeAll, expect, test } from "vitest";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { deployments } from "../../schema/deployments.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { claim, releaseRun, settle } from "./claims.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function due(name: string, limit?: number): Promise<{ run: FlowRun; deployment: string }> {
  const flow = await world.flow(name);
  const { id } = await world.call(deployments.create, {
    name: "here",
    flow_id: flow.id,
    ...(limit === undefined ? {} : { concurrency_limit: limit }),
  });
  return { run: await world.call(deployments.createFlowRun, { id }), deployment: id };
}
const read = (id: string) => world.call(flowRuns.read, { id });
const taken = async (deployment: string) =>
  (await world.call(concurrencyLimits.read, { id_or_name: `deployment:${deployment}` })).active_slots;

test("of several concurrent claims, one gets the run", async () => {
  const { run } = await due("wanted");
  const claims = await Promise.all(Array.from({ length: 20 }, () => claim(world.client, run)));
  expect(claims.filter(Boolean)).toHaveLength(1);
  expect((await read(run.id)).state_name).toBe("Submitting");
});

test("a repeated claim whose response was lost is recognised by its owner", async () => {
  const { run } = await due("lossy");
  let lost = 0;
  const call: World["client"]["call"] = async (route, input, options) => {
    const answer = await world.client.call(route, input, options);
    if (route.name !== "setState" || lost > 0) return answer;
    lost++;
    return world.client.call(route, input, options);
  };
  expect(await claim({ ...world.client, call }, run)).toBe(true);
  expect(lost).toBe(1);
});

test("a run that is handed back keeps its scheduled time, and its slot is released", async () => {
  const { run, deployment } = await due("handed-back", 1);
  expect(await claim(world.client, run)).toBe(true);
  expect(await taken(deployment)).toBe(1);
  await releaseRun(world.client, await read(run.id));
  expect(await taken(deployment)).toBe(0);
  const back = await read(run.id);
  expect(back).toMatchObject({
    state_name: "Scheduled",
    next_scheduled_start_time: run.next_scheduled_start_time,
    run_count: 0,
  });
  expect(await claim(world.client, back)).toBe(true);
});

test("a run that is deleted, or has no free slot, is not claimed", async () => {
  const first = await due("full", 1);
  const second = await world.call(deployments.createFlowRun, { id: first.deployment });
  expect(await claim(world.client, first.run)).toBe(true);
  expect(await claim(world.client, second)).toBe(false);
  expect((await read(second.id)).state_name).toBe("AwaitingConcurrencySlot");
  await world.call(flowRuns.delete, { id: second.id });
  expect(await claim(world.client, second)).toBe(false);
});

test.each([
  ["PENDING", "CRASHED"],
  ["RUNNING", "CRASHED"],
  ["CANCELLING", "CANCELLED"],
  ["COMPLETED", "COMPLETED"],
  ["SCHEDULED", "SCHEDULED"],
] as const)("once its process is gone, a run that was %s is %s", async (before, after) => {
  const run = await world.flowRun({ states: [before] });
  await settle(world.client, run.id, { cause: "gone", isEarly: false });
  expect((await read(run.id)).state_type).toBe(after);
});
