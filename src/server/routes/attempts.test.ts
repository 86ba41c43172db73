import { afterEach, beforeEach, expect, test } from "vitest";
import { attempts, RunLife } from "../../schema/attempts.ts";
import { events, runErrorEvent } from "../../schema/events.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import { createWorld, type World } from "../../testing/world.ts";

const clock = Date.parse("2026-03-01T12:00:00Z");
let world: World;
beforeEach(async () => {
  world = await createWorld({ now: () => clock });
});
afterEach(() => world.close());

test("attempts of flow runs and task runs are returned in one request, in the requested order", async () => {
  const run = await world.flowRun({
    states: ["PENDING", "RUNNING", { type: "FAILED", message: "KeyError: 'x'" }],
  });
  const task = await world.taskRun({ flowRun: run, states: ["PENDING", "RUNNING", "FAILED"] });
  const payload = {
    attempt: 1,
    chain: [{ name: "QuotaError", message: "full", frames: [], properties: {} }],
  };
  const about = { "prefect.resource.id": `prefect.task-run.${task.id}` };
  const reported = {
    id: newId(clock),
    occurred: timestamp(clock),
    event: runErrorEvent,
    resource: about,
    payload,
  };
  await world.call(events.create, { events: [reported] });
  const lives = await world.call(attempts.list, {
    flow_run_ids: [newId(0), run.id],
    task_run_ids: [task.id],
  });
  expect(RunLife.array().parse(lives)).toEqual(lives);
  expect(lives).toMatchObject([
    { kind: "flow-run", id: run.id, attempts: [{ number: 1, error: { type: "KeyError", message: "'x'" } }] },
    { kind: "task-run", id: task.id, attempts: [{ error: { type: "QuotaError", message: "full" } }] },
  ]);
  expect(lives[1]?.segments.map(({ state_type, waits_for }) => [state_type, waits_for])).toEqual([
    ["PENDING", "start"],
    ["RUNNING", null],
  ]);
});

test("more runs than a screen shows are refused", async () => {
  const flow_run_ids = Array.from({ length: 201 }, () => newId(clock));
  await expect(world.call(attempts.list, { flow_run_ids })).rejects.toThrow();
});
