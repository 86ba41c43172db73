import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { automations } from "../../schema/automations.ts";
import { events, runErrorEvent } from "../../schema/events.ts";
import {
  type FailureGroup,
  failureGroupEvents,
  failureGroupResource,
  failures,
} from "../../schema/failures.ts";
import { newId } from "../../schema/ids.ts";
import { logs } from "../../schema/logs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { Automations } from "../automations/automations.ts";
import { Documents } from "../blocks/documents.ts";
import { Vault } from "../blocks/vault.ts";
import { groupFailures } from "../services/failures.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
let world: World;
beforeAll(async () => {
  world = await createWorld({ now: () => start });
});
afterAll(() => world.close());

const group = () => groupFailures(world.store, () => start + 10_000);

async function groupNamed(text: string): Promise<FailureGroup> {
  const [found] = await world.call(failures.filter, { text });
  if (!found) throw new Error(`expected a group with ${text}`);
  return found;
}

const failedRun = (message: string, flow = "etl") =>
  world.flowRun({ flow, states: ["PENDING", "RUNNING", { type: "FAILED", message }] });

test("the error of a group is that of its event, or the traceback in its log", async () => {
  const run = await failedRun("TypeError: expected a number");
  const error = { name: "TypeError", message: "expected a number", frames: [], properties: {} };
  await world.call(events.create, {
    events: [
      {
        ...{ id: newId(start), occurred: timestamp(start + 1), event: runErrorEvent },
        resource: { "prefect.resource.id": `prefect.flow-run.${run.id}` },
        payload: { attempt: 1, chain: [error] },
      },
    ],
  });
  const python = await failedRun("Flow run encountered an exception: ValueError: no city", "python");
  const traceback =
    'Encountered an exception\nTraceback (most recent call last):\n  File "/app/etl.py", line 3, in load\n    raise ValueError("no city")\nValueError: no city';
  const line = { name: "prefect.flow_runs", level: 40, message: traceback };
  await world.call(logs.create, {
    logs: [{ ...line, timestamp: timestamp(start + 1), flow_run_id: python.id }],
  });
  await group();
  const read = async (text: string) => world.call(failures.error, { id: (await groupNamed(text)).id });
  expect(await read("TypeError")).toMatchObject({
    run: { id: run.id },
    chain: [{ name: "TypeError", message: "expected a number" }],
  });
  expect(await read("city")).toMatchObject({
    run: { id: python.id },
    chain: [{ name: "ValueError", frames: [{ file: "/app/etl.py", line: 3 }] }],
  });
  expect((await groupNamed("TypeError")).frames).toEqual([]);
});

test("a time belongs to ignoring only, and an unknown group is not found", async () => {
  const { id } = await groupNamed("TypeError");
  const until = timestamp(start + 3_600_000);
  const refused = { status: 422 };
  await expect(
    world.call(failures.update, { id, status: "resolved", ignored_until: until }),
  ).rejects.toMatchObject(refused);
  await expect(world.call(failures.updateMany, { ids: [], status: "resolved" })).rejects.toMatchObject(
    refused,
  );
  await world.call(failures.update, { id, status: "ignored", ignored_until: until });
  expect(await world.call(failures.read, { id })).toMatchObject({ status: "ignored", ignored_until: until });
  await world.call(failures.updateMany, { ids: [id], status: "open" });
  expect(await world.call(failures.read, { id })).toMatchObject({ status: "open", ignored_until: null });
  for (const route of [failures.error, failures.common])
    await expect(world.call(route, { id: newId(0) })).rejects.toMatchObject({ status: 404 });
});

test("an automation fires when a failure is added to its group", async () => {
  await failedRun("RangeError: too far");
  await group();
  const { id } = await groupNamed("RangeError");
  const documents = new Documents(world.store, new Vault(world.store, world.settings), world.now);
  const reactions = new Automations({
    ...{ store: world.store, documents, site: "http://praetor.test", now: world.now },
    log: pino({ level: "silent" }),
  });
  const react = async () => {
    for (const step of reactions.steps()) await step.run(new AbortController().signal);
  };
  await react();
  await world.call(automations.create, {
    name: "tell",
    trigger: {
      type: "event",
      posture: "Reactive",
      match: { "prefect.resource.id": failureGroupResource(id) },
      expect: [failureGroupEvents.seen, failureGroupEvents.reopened],
    },
    actions: [{ type: "do-nothing" }],
  });
  await failedRun("RangeError: too far");
  await group();
  await react();
  const filter = { event: { name: ["prefect.automation.triggered"] } };
  expect((await world.call(events.filter, { filter })).events).toHaveLength(1);
});
