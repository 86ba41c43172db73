import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { automations } from "../../src/schema/automations.ts";
import { deployments } from "../../src/schema/deployments.ts";
import { events } from "../../src/schema/events.ts";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { flows } from "../../src/schema/flows.ts";
import { newId } from "../../src/schema/ids.ts";
import { timestamp } from "../../src/schema/scalars.ts";
import { describeOnPostgres } from "../../src/testing/postgres-databases.ts";
import { Replica } from "../../src/testing/replicas.ts";
import { startPraetor } from "../../src/testing/scripts.ts";
import { scaled } from "./scale.ts";

const patience = { timeout: 60_000, interval: 500 };
/** Automations that match every event: each of them reacts to the actions of all others. */
const eager = scaled(2, 6);
/** Most firings that may follow from a few events: each pair reacts once, and a chain that continues is paused. */
const maxEvents = scaled(1000, 20_000);

function suite(open: () => Promise<Replica[]>): void {
  let replicas: Replica[] = [];
  beforeAll(async () => {
    replicas = await open();
    await Promise.all(replicas.map((replica) => replica.start()));
  }, 60_000);
  afterAll(() => Promise.all(replicas.map((replica) => replica.kill())));

  const client = () => {
    const [first] = replicas;
    if (!first) throw new Error("expected a replica");
    return first.client;
  };
  const make = (name: string, trigger: object, actions: readonly object[] = [{ type: "do-nothing" }]) =>
    client().call(
      automations.create,
      automations.create.input.parse({ name, trigger: { posture: "Reactive", ...trigger }, actions }),
    );
  const counted = async (filter: object = {}): Promise<number> => {
    const counts = await client().call(events.countBy, { countable: "event", filter });
    return counts.reduce((sum, { count }) => sum + count, 0);
  };
  /** Resolves to the number of events once no more arrive. */
  async function calm(): Promise<number> {
    for (let before = -1; ; await sleep(2000)) {
      const now = await counted();
      if (now === before) return now;
      expect(now).toBeLessThan(maxEvents);
      before = now;
    }
  }

  test.each([[["*"]], [[]], [["prefect.automation.*"]]])(
    `${eager} automations that expect %j stop firing`,
    async (expected) => {
      const before = await counted();
      const made = [];
      for (let at = 0; at < eager; at++) made.push(await make(`eager-${at}`, { expect: expected }));
      const sale = { occurred: timestamp(Date.now()), resource: { "prefect.resource.id": "shop.1" } };
      await client().call(events.create, { events: [{ id: newId(), event: "sold", ...sale }] });
      expect((await calm()) - before).toBeGreaterThan(eager);
      expect(await counted({ event: { name: ["praetor.automation.chain-ended"] } })).toBeGreaterThan(0);
      for (const { id } of made) await client().call(automations.delete, { id });
      await calm();
    },
  );

  test("an automation that reacts to its own runs is paused, as the API and the command line show", async () => {
    const flow = await client().call(flows.create, { name: "looping" });
    const deployment = await client().call(deployments.create, { name: "d", flow_id: flow.id });
    const related = { "prefect.resource.id": `prefect.deployment.${deployment.id}` };
    const trigger = { expect: ["prefect.flow-run.Scheduled"], match_related: related };
    const { id } = await make("looping", trigger, [{ type: "run-deployment", deployment_id: deployment.id }]);
    await client().call(deployments.createFlowRun, { id: deployment.id });
    const read = () => client().call(automations.read, { id });
    await expect.poll(read, patience).toMatchObject({ enabled: false, paused_reason: "loop" });
    await calm();
    const runs = await client().call(flowRuns.count, { flows: { name: { any_: ["looping"] } } });
    expect(runs).toBeLessThan(250);
    const api = String(replicas.at(-1)?.api);
    const listed = startPraetor(["automation", "ls"], { PRAETOR_API_URL: api });
    expect(await listed.ended).toBe(0);
    expect(listed.output()).toMatch(/looping +‖ paused: loop/);
  });
}

describe("storms of automations on SQLite", () => {
  const home = mkdtempSync(join(tmpdir(), "praetor-storm-"));
  suite(async () => [new Replica({ PRAETOR_HOME: home, PRAETOR_LOG_LEVEL: "silent" })]);
  afterAll(() => rmSync(home, { recursive: true, force: true }));
});
await describeOnPostgres("storms of automations on two replicas", (databases) =>
  suite(async () => {
    const { url } = await databases.create();
    return [0, 1].map(() => new Replica({ PRAETOR_DATABASE_URL: url, PRAETOR_LOG_LEVEL: "silent" }));
  }),
);
