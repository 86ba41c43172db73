import { monitorEventLoopDelay } from "node:perf_hooks";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { automationTools } from "../../schema/automation-tools.ts";
import { automations } from "../../schema/automations.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { Automations } from "../automations/automations.ts";
import { Documents } from "../blocks/documents.ts";
import { Vault } from "../blocks/vault.ts";

vi.setConfig({ testTimeout: 30_000 });

const start = Date.parse("2026-03-01T12:00:00Z");
const dayMs = 86_400_000;
let clock = start;
let world: World;
beforeEach(async () => {
  clock = start;
  world = await createWorld({ now: () => clock });
});
afterEach(() => world.close());

const failed = { posture: "Reactive", expect: ["prefect.flow-run.Failed"] } as const;
const failRun = (name: string) =>
  world.flowRun({ name, states: ["RUNNING", { type: "FAILED", message: "boom" }] });
const sale = (daysAgo: number) => ({
  ...{ id: newId(), occurred: timestamp(clock - daysAgo * dayMs), event: "shop.sale", follows: null },
  ...{ resource: { "prefect.resource.id": "shop.1" }, related: [], payload: {} },
});

/** Runs the services, as the server does every second. */
async function pass(): Promise<void> {
  const now = () => clock;
  const documents = new Documents(world.store, new Vault(world.store, world.settings), now);
  const log = pino({ level: "silent" });
  const server = new Automations({ store: world.store, documents, site: "http://praetor.test", now, log });
  for (const { run } of server.steps()) await run(new AbortController().signal);
}

const reported = async (id: string) => {
  const resource = { id: [`prefect.automation.${id}`] };
  return (await world.store.events.filter({ resource, order: "ASC" }, { limit: 50 })).events;
};

test("the preview tells when a trigger would have fired, with the events, newest first", async () => {
  const first = await failRun("first");
  clock += 60_000;
  const second = await failRun("second");
  const preview = await world.call(automationTools.preview, { trigger: failed });
  expect(automationTools.preview.output.parse(preview)).toEqual(preview);
  expect(preview).toMatchObject({ count: 2, events: 2, is_whole: true, until: timestamp(clock) });
  expect(preview.firings.map(({ event }) => [event?.id, event?.resource["prefect.resource.name"]])).toEqual([
    [second.state_id, "second"],
    [first.state_id, "first"],
  ]);
  expect(preview.times).toEqual([timestamp(start), timestamp(start + 60_000)]);
});

test("only events of the requested days count, and windows close by themselves", async () => {
  await world.store.ingest([sale(10), sale(2), sale(1)]);
  const trigger = { posture: "Reactive", expect: ["shop.sale"] } as const;
  expect(await world.call(automationTools.preview, { trigger })).toMatchObject({ count: 2, events: 2 });
  expect(await world.call(automationTools.preview, { trigger, days: 14 })).toMatchObject({ count: 3 });
  const missing = { ...trigger, posture: "Proactive" as const, within: dayMs / 1000 };
  expect(await world.call(automationTools.preview, { trigger: missing, days: 3 })).toMatchObject({
    count: 1,
    firings: [{ event: null }],
  });
  const refused = world.call(automationTools.preview, { trigger, days: 15 });
  await expect(refused).rejects.toMatchObject({ status: 422 });
});

test("many events and windows are evaluated within bounds, and never hold the event loop for long", async () => {
  const list = Array.from({ length: 12_000 }, (_, place) => ({
    ...sale(1 - place / 12_000),
    resource: { "prefect.resource.id": `shop.${place}` },
  }));
  for (let at = 0; at < list.length; at += 2000) await world.store.ingest(list.slice(at, at + 2000));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const preview = await world.call(automationTools.preview, {
    trigger: {
      ...{ posture: "Proactive", within: 60, for_each: ["prefect.resource.id"] },
      ...{ after: ["shop.*"], expect: ["shop.paid"] },
    },
  });
  delay.disable();
  expect(preview).toMatchObject({ is_whole: false });
  expect(preview.events).toBeLessThanOrEqual(10_500);
  expect(preview.count).toBeGreaterThan(9000);
  expect(preview.firings).toHaveLength(50);
  expect(preview.times).toHaveLength(500);
  expect(delay.max / 1e6).toBeLessThan(250);
});

test("templates read as they would for an event; a wrong one says why", async () => {
  const run = await failRun("red-fox");
  const templates = [
    "{{ flow_run.name }}: {{ flow_run.state.message }} ({{ automation.name }})",
    "{{ flow_run",
  ];
  const rendered = await world.call(automationTools.render, {
    ...{ templates, name: "page", event_id: run.state_id ?? "" },
  });
  expect(rendered[0]).toEqual({ text: "red-fox: boom (page)", error: null });
  expect(rendered[1]).toMatchObject({ text: null, error: expect.any(String) });
  const unknown = world.call(automationTools.render, { templates, event_id: newId() });
  await expect(unknown).rejects.toMatchObject({ status: 404 });
});

test("a test performs the chosen actions once with the latest event, and is recorded as one", async () => {
  const run = await failRun("red-fox");
  const { id } = await world.call(automations.create, {
    ...{ name: "page", enabled: false, trigger: failed },
    actions: [{ type: "do-nothing" }, { type: "delete-flow-run" }],
  });
  const tested = await world.call(automationTools.test, { id, actions: [0] });
  expect(tested.event_id).toBe(run.state_id);
  await pass();
  const [, told, , ended, ...others] = await reported(id);
  expect(told).toMatchObject({
    id: tested.id,
    event: "praetor.automation.tested",
    payload: { test: true, actions: 1, triggering_event: { id: run.state_id } },
  });
  expect(ended).toMatchObject({
    event: "prefect.automation.action.executed",
    payload: { test: true, action_index: 0, action_type: "do-nothing" },
    related: expect.arrayContaining([
      {
        "prefect.resource.id": `prefect.event.${tested.id}`,
        "prefect.resource.role": "automation-triggered-event",
      },
    ]),
  });
  expect(others).toEqual([]);
});

test("without an event a sample is used, which actions on flow runs are not performed with", async () => {
  const { id } = await world.call(automations.create, {
    ...{ name: "page", trigger: failed },
    actions: [{ type: "do-nothing" }, { type: "cancel-flow-run" }],
  });
  await expect(world.call(automationTools.test, { id })).rejects.toMatchObject({ status: 409 });
  await expect(world.call(automationTools.test, { id, actions: [2] })).rejects.toMatchObject({ status: 422 });
  expect(await world.call(automationTools.test, { id, actions: [0] })).toMatchObject({ event_id: null });
});
