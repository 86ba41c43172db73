import { createServer } from "node:http";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { automations } from "../../schema/automations.ts";
import { blockDocuments } from "../../schema/block-documents.ts";
import { blockSchemas } from "../../schema/block-schemas.ts";
import { blockTypes } from "../../schema/block-types.ts";
import { deployments } from "../../schema/deployments.ts";
import type { EventCreate, ReceivedEvent } from "../../schema/events.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { describeOnPostgres, storesIn } from "../../testing/postgres-databases.ts";
import { createWorld, type World, type WorldOptions } from "../../testing/world.ts";
import { Documents } from "../blocks/documents.ts";
import { openBlocks } from "../blocks/open.ts";
import { Vault } from "../blocks/vault.ts";
import { Automations } from "./automations.ts";

// Generous, because each test creates a database.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const start = Date.parse("2026-03-01T12:00:00Z");
let clock = start;
const now = () => clock;
let world: World;
let server: Automations;
const serverOf = (site = "http://praetor.test") => {
  const documents = new Documents(world.store, new Vault(world.store, world.settings), now);
  return new Automations({ store: world.store, documents, site, now, log: pino({ level: "silent" }) });
};
function suite(open?: WorldOptions["open"]): void {
  beforeEach(async () => {
    clock = start;
    world = await createWorld({ now, ...(open && { open }) });
    server = serverOf();
  });
  afterEach(() => world.close());

  /** Runs the services after some time has passed. */
  async function pass(seconds = 0, by = server) {
    clock += seconds * 1000;
    for (const { run } of by.steps()) await run(new AbortController().signal);
  }

  const failed = { expect: ["prefect.flow-run.Failed"], posture: "Reactive" };
  const nothing = [{ type: "do-nothing" }] as const;
  const make = (trigger: object, actions: readonly object[] = nothing, more: object = {}) =>
    world.call(automations.create, automations.create.input.parse({ name: "a", trigger, actions, ...more }));
  const failRun = (more: Parameters<World["flowRun"]>[0] = {}) =>
    world.flowRun({ states: ["PENDING", "RUNNING", { type: "FAILED", message: "boom" }], ...more });

  const reported = async (name: string): Promise<ReceivedEvent[]> =>
    (await world.store.events.filter({ event: { prefix: [name] }, order: "ASC" }, { limit: 50 })).events;
  const firings = async () => (await reported("prefect.automation.triggered")).length;
  const ended = async () =>
    (await reported("prefect.automation.action.")).filter(({ event }) => !event.endsWith(".triggered"));

  const deployment = async (more: object = {}) => {
    const { id: flow_id } = await world.flow("target");
    return world.call(deployments.create, { name: "d", flow_id, ...more });
  };
  const runsOf = (id: string) =>
    world.call(flowRuns.filter, { flow_runs: { deployment_id: { any_: [id] } }, sort: "ID_DESC" });

  const sale = (name: string, seconds = 0): EventCreate => ({
    ...{ id: newId(clock), occurred: timestamp(clock + seconds * 1000), event: name },
    ...{ resource: { "prefect.resource.id": "shop.1" }, related: [], payload: { n: 1 }, follows: null },
  });

  describe("an automation", () => {
    test("that waits for a failed run runs a deployment, once, with the run's words in its parameters", async () => {
      const { id: deployment_id } = await deployment({ parameters: { keep: 1 } });
      const parameters = {
        ...{
          text: "{{ flow_run.name }} of {{ flow.name }}: {{ flow_run.state.message }}",
          n: "{{ event.payload.n }}",
        },
        whole: "{{ event.resource['prefect.run-count'] | int }}",
        kind: { __prefect_kind: "jinja", template: "{{ flow_run | ui_url }}" },
      };
      const automation = await make(failed, [{ type: "run-deployment", deployment_id, parameters }], {
        name: "rerun",
      });
      const run = await failRun({ name: "red-fox", flow: "etl" });
      await world.flowRun({ states: ["PENDING", "RUNNING", "COMPLETED"] });
      await pass();
      await pass(1);
      const [made, ...others] = await runsOf(deployment_id);
      expect(others).toEqual([]);
      expect(made).toMatchObject({
        state_type: "SCHEDULED",
        created_by: { id: automation.id, type: "AUTOMATION", display_value: "rerun" },
        parameters: {
          ...{ keep: 1, text: "red-fox of etl: boom", whole: 1 },
          kind: `http://praetor.test/runs/${run.id}`,
        },
      });
      const [triggered] = await reported("prefect.automation.triggered");
      expect(triggered).toMatchObject({
        resource: {
          "prefect.resource.id": `prefect.automation.${automation.id}`,
          "prefect.resource.name": "rerun",
          "prefect.posture": "Reactive",
        },
        related: [
          {
            "prefect.resource.id": `prefect.event.${run.state_id}`,
            "prefect.resource.role": "triggering-event",
          },
        ],
        payload: { triggering_labels: {}, triggering_event: { id: run.state_id } },
      });
      const [begun, executed] = await reported("prefect.automation.action.");
      expect([begun?.event, executed?.event]).toEqual([
        "prefect.automation.action.triggered",
        "prefect.automation.action.executed",
      ]);
      expect(executed).toMatchObject({
        follows: begun?.id,
        payload: { action_index: 0, action_type: "run-deployment", status_code: 201 },
        related: expect.arrayContaining([
          { "prefect.resource.id": `prefect.deployment.${deployment_id}`, "prefect.resource.role": "target" },
          expect.objectContaining({ "prefect.resource.id": `prefect.flow-run.${made?.id}` }),
          {
            "prefect.resource.id": `prefect.event.${triggered?.id}`,
            "prefect.resource.role": "automation-triggered-event",
          },
        ]),
      });
    });

    test("ignores events from before its creation and while it is paused", async () => {
      await failRun();
      const { id } = await make(failed);
      await pass();
      expect(await firings()).toBe(0);
      await world.call(automations.setEnabled, { id, enabled: false });
      await failRun();
      await pass();
      await world.call(automations.setEnabled, { id, enabled: true });
      await pass();
      expect(await firings()).toBe(0);
      await failRun();
      await pass();
      expect(await firings()).toBe(1);
    });

    test("fires once with several servers and restarts", async () => {
      await make({ ...failed, threshold: 2, within: 600 });
      const others = [serverOf(), serverOf(), serverOf()];
      await failRun();
      await Promise.all(others.map((one) => pass(0, one)));
      await failRun();
      await Promise.all([...others, serverOf()].map((one) => pass(0, one)));
      await pass(0, serverOf());
      expect(await firings()).toBe(1);
      expect(await ended()).toHaveLength(1);
    });

    test("fires at the end of each window without an expected event", async () => {
      await make({ posture: "Proactive", expect: ["sale.made"], within: 60 });
      await pass(30);
      await world.store.ingest([sale("sale.made")]);
      await pass(33);
      expect(await firings()).toBe(0);
      await pass(60);
      expect(await firings()).toBe(1);
      await pass(3600);
      expect(await firings()).toBe(2);
    });

    test("does not fire when the expected event occurred in time, but arrived before the opening event", async () => {
      const wait = { posture: "Proactive", after: ["sale.made"], expect: ["sale.refunded"], within: 60 };
      await make(wait);
      await world.store.ingest([sale("sale.refunded", 2)]);
      await pass(1);
      await world.store.ingest([sale("sale.made", -2)]);
      await pass(600);
      expect(await firings()).toBe(0);
      // Earlier events do not count.
      await world.store.ingest([sale("sale.refunded", -5)]);
      await world.store.ingest([sale("sale.made")]);
      await pass(600);
      expect(await firings()).toBe(1);
    });

    test("keeps its count across servers, and does not fire for counts of a replaced automation", async () => {
      const { id } = await make({ posture: "Reactive", expect: ["sale.made"], threshold: 3 });
      await world.store.ingest([sale("sale.made"), sale("sale.made")]);
      await pass();
      await pass(0, serverOf());
      await world.store.ingest([sale("sale.made")]);
      await pass(0, serverOf());
      expect(await firings()).toBe(1);
      await world.store.ingest([sale("sale.made"), sale("sale.made")]);
      await pass();
      const { name, actions } = await world.call(automations.read, { id });
      const trigger = { type: "event", posture: "Reactive", expect: ["sale.made"], threshold: 3 };
      await world.call(automations.update, automations.update.input.parse({ id, name, trigger, actions }));
      await world.store.ingest([sale("sale.made")]);
      await pass();
      expect(await firings()).toBe(1);
    });

    test("with several triggers fires when they have, across more events than one batch", async () => {
      const part = (name: string) => ({ type: "event", posture: "Reactive", expect: [name] });
      const trigger = {
        type: "sequence",
        within: 3600,
        triggers: [part("sale.made"), part("sale.refunded")],
      };
      await make(trigger);
      await world.store.ingest([sale("sale.made")]);
      await world.store.ingest(Array.from({ length: 1200 }, () => sale("sale.made", 1)));
      await pass();
      await world.store.ingest([sale("sale.refunded", 2)]);
      await pass();
      expect(await firings()).toBe(1);
    });

    test("is sent to dashboards, and emits events about its changes", async () => {
      const received: string[] = [];
      world.store.subscribe({
        wants: (noun) => noun === "automations",
        onChanges: (changes) => received.push(...changes.map(({ kind }) => kind)),
      });
      const { id } = await make(failed);
      await world.call(automations.setEnabled, { id, enabled: false });
      await world.call(automations.delete, { id });
      await expect.poll(() => received.at(-1)).toBe("deleted");
      const names = (await reported("prefect.automation.")).map(({ event }) => event);
      expect(names).toEqual(["created", "updated", "deleted"].map((verb) => `prefect.automation.${verb}`));
    });
  });

  describe("actions", () => {
    const act = async (action: object) => {
      await make(failed, [action]);
      const run = await failRun();
      await pass();
      return run;
    };

    test("change the state of the run, with force if configured, which is recorded", async () => {
      const run = await act({ type: "change-flow-run-state", state: "COMPLETED", name: "Fine", force: true });
      expect(await world.call(flowRuns.read, { id: run.id })).toMatchObject({
        state_type: "COMPLETED",
        state_name: "Fine",
      });
      const forced = await reported("praetor.state.forced");
      expect(forced.at(-1)).toMatchObject({
        payload: { by: { user_agent: expect.stringMatching(/^automation /) } },
      });
    });

    test("that the rules refuse fail with the reason", async () => {
      await act({ type: "suspend-flow-run" });
      expect(await ended()).toMatchObject([
        {
          event: "prefect.automation.action.failed",
          payload: {
            action_type: "suspend-flow-run",
            reason: expect.stringMatching(/^Failed to set state: ./),
          },
        },
      ]);
    });

    test("cancel, suspend, resume and delete runs", async () => {
      const begun = { posture: "Reactive", expect: ["prefect.flow-run.Running"] };
      const state = async (id: string) => (await world.call(flowRuns.read, { id })).state_name;
      const running = () => world.flowRun({ states: ["PENDING", "RUNNING"] });
      const { id: cancel } = await make(begun, [{ type: "cancel-flow-run" }]);
      const first = await running();
      await pass();
      expect(await state(first.id)).toBe("Cancelling");
      await world.call(automations.delete, { id: cancel });
      const { id: suspend } = await make(begun, [{ type: "suspend-flow-run" }]);
      const second = await running();
      await pass();
      await world.call(automations.delete, { id: suspend });
      expect(await ended()).toHaveLength(2);
      await make(
        { posture: "Reactive", expect: ["wake"], match_related: { "prefect.resource.role": "run" } },
        [{ type: "resume-flow-run" }, { type: "delete-flow-run" }],
      );
      const related = [
        { "prefect.resource.id": `prefect.flow-run.${second.id}`, "prefect.resource.role": "run" },
      ];
      await world.store.ingest([{ ...sale("wake"), related }]);
      await pass();
      await expect(state(second.id)).rejects.toMatchObject({ status: 404 });
    });

    test("pause and resume deployments, pools, queues and automations, named or inferred", async () => {
      const pool = await world.call(workPools.create, { name: "p" });
      const { id, work_queue_id } = await deployment({ work_pool_name: "p" });
      const other = await make(failed);
      await make({ posture: "Reactive", expect: ["stop"] }, [
        { type: "pause-deployment", source: "inferred" },
        { type: "pause-work-pool", source: "selected", work_pool_id: pool.id },
        { type: "pause-work-queue", source: "inferred" },
        { type: "pause-automation", automation_id: other.id },
        { type: "resume-deployment", deployment_id: newId() },
        { type: "pause-work-pool", source: "inferred" },
      ]);
      const related = [
        { "prefect.resource.id": `prefect.deployment.${id}`, "prefect.resource.role": "deployment" },
        {
          "prefect.resource.id": `prefect.work-queue.${work_queue_id}`,
          "prefect.resource.role": "work-queue",
        },
      ];
      await world.store.ingest([{ ...sale("stop"), related }]);
      await pass();
      expect(await world.call(deployments.read, { id })).toMatchObject({ paused: true });
      expect(await world.call(workPools.read, { name: "p" })).toMatchObject({ is_paused: true });
      expect(await world.call(workQueues.readById, { id: String(work_queue_id) })).toMatchObject({
        is_paused: true,
      });
      expect(await world.call(automations.read, { id: other.id })).toMatchObject({ enabled: false });
      const failures = (await ended()).filter(({ event }) => event.endsWith("failed"));
      expect(failures.map(({ payload }) => payload.reason)).toEqual([
        expect.stringMatching(/^The deployment .* does not exist$/),
        "No work pool could be inferred",
      ]);
    });
  });

  describe("messages and webhooks", () => {
    let answers: number[] = [];
    let calls: string[] = [];
    let keys: unknown[] = [];
    const receiver = createServer((request, response) => {
      let text = "";
      request.on("data", (part) => {
        text += part;
      });
      request.on("end", () => {
        calls.push(text);
        keys.push(request.headers["idempotency-key"]);
        response.writeHead(answers.shift() ?? 200).end("thanks");
      });
    });
    beforeAll(async () => {
      await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    });
    afterAll(() => {
      receiver.close();
    });

    async function webhook(payload: string) {
      calls = [];
      keys = [];
      const address = receiver.address();
      const port = typeof address === "object" ? address?.port : 0;
      await openBlocks(world.store, world.settings, pino({ level: "silent" }));
      const type = await world.call(blockTypes.readBySlug, { slug: "webhook" });
      const [schema] = await world.call(blockSchemas.filter, {
        block_schemas: { block_type_id: { any_: [type.id] } },
      });
      const block = await world.call(blockDocuments.create, {
        ...{ name: "hook", block_type_id: type.id, block_schema_id: String(schema?.id) },
        data: { method: "POST", url: `http://127.0.0.1:${port}/`, allow_private_urls: true },
      });
      await make(failed, [{ type: "call-webhook", block_document_id: block.id, payload }]);
    }

    test("are filled from the event, and the receiver's answer is recorded", async () => {
      answers = [200];
      await webhook('{"run": "{{ flow_run.name }}"}');
      await failRun({ name: "red-fox" });
      await pass();
      await server.watch()();
      expect(calls).toEqual(['{"run": "red-fox"}']);
      expect(await ended()).toMatchObject([
        {
          event: "prefect.automation.action.executed",
          payload: { action_type: "call-webhook", status_code: 200 },
        },
      ]);
    });

    test("are retried while the receiver is unavailable, and given up eventually", async () => {
      answers = [503, 200, 503, 503, 503, 503, 503];
      await webhook("hello");
      await failRun();
      for (let minute = 0; minute < 3; minute += 1) {
        await pass(60);
        await server.watch()();
      }
      expect(calls).toHaveLength(2);
      expect((await ended()).map(({ event }) => event)).toEqual(["prefect.automation.action.executed"]);
      await failRun();
      for (let minute = 0; minute < 8; minute += 1) {
        await pass(120);
        await server.watch()();
      }
      expect(calls).toHaveLength(7);
      // A receiver can distinguish a retry from a new occurrence.
      expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
      expect(keys.map((key) => [...new Set(keys)].indexOf(key))).toEqual([0, 0, 1, 1, 1, 1, 1]);
      expect((await ended()).at(-1)).toMatchObject({
        event: "prefect.automation.action.failed",
        payload: { status_code: 503, reason: expect.stringMatching(/503/) },
      });
    });
  });

  describe("refused automations", () => {
    const id = newId();
    const run = { type: "run-deployment", deployment_id: id };
    const begun = { posture: "Reactive", expect: ["prefect.flow-run.Running"] };
    test.each<[string, object, RegExp]>([
      ["a trigger of metrics", { trigger: { type: "metric" } }, /metric exist only in Prefect Cloud/],
      ["a short proactive window", { trigger: { posture: "Proactive", within: 5 } }, /at least 10 seconds/],
      [
        "more required than there are",
        { trigger: { type: "compound", require: 2, within: 1, triggers: [failed] } },
        /no more than there are/,
      ],
      [
        "a part that is none",
        { trigger: { type: "sequence", within: 1, triggers: [{ type: "event" }] } },
        /posture|Reactive/,
      ],
      ["a key that is none", { color: "red" }, /color is not a key/],
      [
        "an action that is none",
        { actions: [{ type: "dance" }] },
        /expected an action of one of the types do-nothing/,
      ],
      ["a target that is missing", { actions: [{ type: "run-deployment" }] }, /expected deployment_id/],
      ["a target that is too much", { actions: [{ ...run, source: "inferred" }] }, /expected deployment_id/],
      ["a run for each run", { trigger: begun, actions: [run] }, /for ever/],
      [
        "a template that is none",
        { actions: [{ ...run, parameters: { a: "{{ x" } }] },
        /expected a template in parameters/,
      ],
      [
        "a body that is no template",
        { actions: [{ type: "send-notification", block_document_id: id, body: "{% for %}" }] },
        /expected a template in body/,
      ],
    ])("%s", async (_, input, reason) => {
      const body = JSON.stringify({ name: "a", trigger: failed, actions: [], ...input });
      const response = await world.fetch(
        new Request("http://praetor.test/api/automations/", { method: "POST", body }),
      );
      const answer = await response.json();
      expect(response.status).toBe(422);
      expect(answer).toMatchObject({ exception_message: "Invalid request received." });
      expect(JSON.stringify(answer)).toMatch(reason);
    });

    test("templates are checked on their own", async () => {
      for (const path of ["automations/templates/validate", "templates/validate"]) {
        const ask = (body?: string) =>
          world.fetch(
            new Request(`http://praetor.test/api/${path}`, { method: "POST", ...(body && { body }) }),
          );
        expect((await ask('"{{ flow_run.name | ui_url }}"')).status).toBe(204);
        expect((await ask()).status).toBe(204);
        const wrong = await ask(JSON.stringify("fine\n{{ x"));
        expect(wrong.status).toBe(422);
        expect(await wrong.json()).toMatchObject({ error: { line: 2, source: "fine\n{{ x" } });
      }
    });
  });

  test("automations are found by name, tag and target, and are deleted with their owner", async () => {
    const { id: deployment_id } = await deployment();
    const resource_id = `prefect.deployment.${deployment_id}`;
    const owned = await make(failed, nothing, { name: "owned", owner_resource: resource_id, tags: ["x"] });
    const acting = await make(failed, [{ type: "run-deployment", deployment_id }], { name: "acting" });
    await make(failed, nothing, { name: "other" });
    const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name);
    expect(names(await world.call(automations.relatedTo, { resource_id }))).toEqual(["acting", "owned"]);
    expect(names(await world.call(automations.filter, {}))).toEqual(["acting", "other", "owned"]);
    const tagged = { automations: { tags: { any_: ["x"] } } };
    expect(names(await world.call(automations.filter, tagged))).toEqual(["owned"]);
    expect(await world.call(automations.count, tagged)).toBe(1);
    const byId = { automations: { id: { any_: [acting.id] }, name: null } };
    expect(names(await world.call(automations.filter, byId))).toEqual(["acting"]);
    const request = new Request(`http://praetor.test/api/automations/owned-by/${resource_id}`, {
      method: "DELETE",
    });
    const response = await world.fetch(request);
    expect([response.status, await response.text()]).toEqual([202, "null"]);
    await expect(world.call(automations.read, { id: owned.id })).rejects.toMatchObject({ status: 404 });
    expect(await world.call(automations.read, { id: acting.id })).toMatchObject({ name: "acting" });
  });
}

describe("on SQLite", () => suite());
await describeOnPostgres("automations on PostgreSQL", (databases) => suite(storesIn(databases)));
