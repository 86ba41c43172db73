import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { chainEndedEvent, chainLabel, loopPausedEvent, maxAnswers } from "../../rules/chains.ts";
import { automations } from "../../schema/automations.ts";
import { deployments } from "../../schema/deployments.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import { describeOnPostgres, storesIn } from "../../testing/postgres-databases.ts";
import { createWorld, type World, type WorldOptions } from "../../testing/world.ts";
import { Documents } from "../blocks/documents.ts";
import { Vault } from "../blocks/vault.ts";
import { Automations } from "./automations.ts";

// Generous, because each test creates a database.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let clock = 0;
const now = () => clock;
let world: World;
/** Two servers that evaluate the same automations. */
let servers: Automations[] = [];
const serverOf = () => {
  const documents = new Documents(world.store, new Vault(world.store, world.settings), now);
  const log = pino({ level: "silent" });
  return new Automations({ store: world.store, documents, site: "http://praetor.test", now, log });
};

function suite(open?: WorldOptions["open"]): void {
  beforeEach(async () => {
    clock = Date.parse("2026-03-01T12:00:00Z");
    world = await createWorld({ now, ...(open && { open }) });
    servers = [serverOf(), serverOf()];
  });
  afterEach(() => world.close());

  const run = async () => {
    for (const { steps } of servers.map((server) => ({ steps: server.steps() }))) {
      for (const step of steps) await step.run(new AbortController().signal);
    }
  };
  /** Runs all consequences, until there are none left or a limit is reached. */
  async function settle(): Promise<void> {
    for (let round = 0, before = -1; round < 300; round++) {
      const { last } = await world.store.automationWork.progress();
      if (last === before) return;
      before = last;
      await run();
    }
  }
  const make = async (trigger: object, name: string, actions: readonly object[] = [{ type: "do-nothing" }]) =>
    world.call(
      automations.create,
      automations.create.input.parse({ name, trigger: { posture: "Reactive", ...trigger }, actions }),
    );
  const sell = () =>
    world.store.ingest([
      {
        ...{ id: newId(clock), occurred: timestamp(clock), event: "sold" },
        ...{ resource: { "prefect.resource.id": "shop.1" }, related: [], payload: { n: 1 }, follows: null },
      },
    ]);
  const reported = async (prefix: string): Promise<ReceivedEvent[]> => {
    const filter = { event: { prefix: [prefix] }, order: "ASC" as const };
    const { events } = await world.store.events.filter(filter, { limit: 5000 });
    return events;
  };
  const read = (id: string) => world.call(automations.read, { id });

  test.each([["*"], [""], ["prefect.automation.*"]])(
    "two automations that expect '%s' answer each other once, and the end of the chain is reported",
    async (expected) => {
      const expectation = { expect: expected === "" ? [] : [expected] };
      await settle();
      const made = [await make(expectation, "a"), await make(expectation, "b")];
      await sell();
      await settle();
      const firings = await reported("prefect.automation.triggered");
      // At most five for the sale and the events of their creation; the other one answers each three times.
      expect(firings.length).toBeGreaterThan(1);
      expect(firings.length).toBeLessThanOrEqual(20);
      for (const { resource } of firings)
        expect(resource[chainLabel]?.split(" ").length).toBeLessThanOrEqual(2);
      const ends = await reported(chainEndedEvent);
      expect(new Set(ends.map(({ resource }) => resource["prefect.resource.id"])).size).toBe(ends.length);
      expect(ends.map(({ payload }) => payload.depth)).toContain(2);
      expect(ends[0]?.payload.message).toMatch(/did not fire: a chain of 2 automations caused the event/);
      const states = await Promise.all(made.map(({ id }) => read(id)));
      expect(states).toMatchObject([{ enabled: true }, { enabled: true }]);
    },
  );

  test("events of firings that answer each other do not grow", async () => {
    for (const name of ["a", "b", "c"])
      await make({ expect: ["sold", "prefect.automation.triggered"] }, name);
    await sell();
    await settle();
    const sizes = (await reported("prefect.automation.triggered")).map(
      ({ payload }) => JSON.stringify(payload).length,
    );
    expect(sizes.length).toBeGreaterThan(6);
    expect(Math.max(...sizes)).toBeLessThan(3 * Math.min(...sizes) + 500);
  });

  test("a long payload is included once, with its own event", async () => {
    await make({ expect: ["sold"] }, "a");
    await world.store.ingest([
      {
        ...{ id: newId(clock), occurred: timestamp(clock), event: "sold", related: [], follows: null },
        ...{ resource: { "prefect.resource.id": "shop.1" }, payload: { text: "x".repeat(200_000) } },
      },
    ]);
    await settle();
    const [firing] = await reported("prefect.automation.triggered");
    expect(JSON.stringify(firing?.payload).length).toBeLessThan(2000);
    expect(firing?.payload.triggering_event).toMatchObject({
      event: "sold",
      payload: { omitted: "The payload is longer than 100000 characters." },
    });
  });

  test("one that creates runs because of its own runs is paused as a loop, until a user resumes it", async () => {
    const { id: flow_id } = await world.flow("target");
    const { id: deployment_id } = await world.call(deployments.create, { name: "d", flow_id });
    const own = { "prefect.resource.id": `prefect.deployment.${deployment_id}` };
    const action = { type: "run-deployment", deployment_id };
    const { id } = await make({ expect: ["prefect.flow-run.Scheduled"], match_related: own }, "again", [
      action,
    ]);
    const innocent = await make({ expect: ["prefect.flow-run.Scheduled"] }, "innocent");
    const count = () =>
      world.call(flowRuns.count, { flow_runs: { deployment_id: { any_: [deployment_id] } } });
    await world.call(deployments.createFlowRun, { id: deployment_id });
    await settle();
    expect(await read(id)).toMatchObject({ enabled: false, paused_reason: "loop" });
    expect(await read(innocent.id)).toMatchObject({ enabled: true, paused_reason: null });
    // The first run was created by a user, so its firing does not answer the automation itself.
    expect(await count()).toBe(maxAnswers + 2);
    const [paused, ...more] = await reported(loopPausedEvent);
    expect(more).toEqual([]);
    expect(paused).toMatchObject({
      resource: { "prefect.resource.id": `prefect.automation.${id}` },
      payload: { reason: "loop", answers: maxAnswers + 1, seconds: 60 },
    });
    await world.call(automations.setEnabled, { id, enabled: true });
    expect(await read(id)).toMatchObject({ enabled: true, paused_reason: null });
    await settle();
    expect(await count()).toBe(maxAnswers + 2);
  });

  // It may be intended: a failed run is created again. The rate limit bounds it.
  test("one that occasionally creates a run because of its own runs continues, and each run carries the chain", async () => {
    const { id: flow_id } = await world.flow("target");
    const { id: deployment_id } = await world.call(deployments.create, { name: "d", flow_id });
    const own = { "prefect.resource.id": `prefect.deployment.${deployment_id}` };
    const action = { type: "run-deployment", deployment_id };
    const { id } = await make({ expect: ["prefect.flow-run.Scheduled"], match_related: own }, "again", [
      action,
    ]);
    await world.call(deployments.createFlowRun, { id: deployment_id });
    for (let step = 0; step < maxAnswers + 20; step++) {
      clock += 10_000;
      await run();
    }
    expect(await read(id)).toMatchObject({ enabled: true });
    const [newest] = await world.call(flowRuns.filter, { sort: "EXPECTED_START_TIME_DESC", limit: 1 });
    expect(newest).toMatchObject({
      created_by: { id, type: "AUTOMATION", display_value: "again" },
      labels: { [chainLabel]: id },
    });
  });

  test("frequent firings for other events are no loop", async () => {
    const { id } = await make({ expect: ["sold"] }, "busy");
    for (let round = 0; round < maxAnswers * 3; round++) await sell();
    await settle();
    expect((await reported("prefect.automation.triggered")).length).toBe(maxAnswers * 3);
    expect(await read(id)).toMatchObject({ enabled: true, paused_reason: null });
  });
}

describe("on SQLite", () => suite());
await describeOnPostgres("loops of automations on PostgreSQL", (databases) => suite(storesIn(databases)));
