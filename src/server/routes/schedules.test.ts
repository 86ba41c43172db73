import { afterAll, beforeAll, expect, test } from "vitest";
import { deploymentSchedules } from "../../schema/deployment-schedules.ts";
import { deployments } from "../../schema/deployments.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { resumePausedSchedules } from "../services/schedule-pauses.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
let clock = start;
let world: World;
beforeAll(async () => {
  world = await createWorld({ now: () => clock });
});
afterAll(() => world.close());

test("a schedule is listed, paused until a time, and resumed by the server when the time has come", async () => {
  const { id: flow_id } = await world.flow();
  const made = await world.call(deployments.create, {
    ...{ name: "nightly", flow_id },
    schedules: [{ schedule: { cron: "0 2 * * *", timezone: "Europe/Berlin" } }],
  });
  const [schedule] = made.schedules;
  const id = schedule?.id ?? "";
  const read = async () => (await world.call(deploymentSchedules.filter, {}))[0];
  expect(await read()).toMatchObject({
    ...{ id, deployment_id: made.id, deployment_name: "nightly", active: true, paused_until: null },
    ...{ work_pool_name: null, pool_limit: null, usual_seconds: null },
  });

  const until = new Date(start + 3_600_000).toISOString();
  await world.call(deploymentSchedules.pauseUntil, { id, until });
  const paused = await read();
  expect(paused).toMatchObject({ active: false });
  expect(Date.parse(paused?.paused_until ?? "")).toBe(start + 3_600_000);
  // A deployment keeps the shape that Prefect's clients know.
  const [wire] = (await world.call(deployments.read, { id: made.id })).schedules;
  expect(Object.keys(wire ?? {})).toEqual(Object.keys(schedule ?? {}));
  expect(wire?.active).toBe(false);

  await resumePausedSchedules(world.store, () => clock);
  expect(await read()).toMatchObject({ active: false });
  clock += 3_600_000;
  await resumePausedSchedules(world.store, () => clock);
  expect(await read()).toMatchObject({ active: true, paused_until: null });
});

test("a pause needs a time in the future and a schedule that exists; a list is bounded", async () => {
  const id = "00000000-0000-4000-8000-000000000000";
  const past = new Date(clock - 1000).toISOString();
  const pause = (until: string) => world.call(deploymentSchedules.pauseUntil, { id, until });
  await expect(pause(past)).rejects.toMatchObject({ status: 422 });
  await expect(pause(new Date(clock + 1000).toISOString())).rejects.toMatchObject({ status: 404 });
  await expect(world.call(deploymentSchedules.filter, { limit: 5001 })).rejects.toMatchObject({
    status: 422,
  });
});
