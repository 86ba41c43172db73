import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { automations } from "../schema/automations.ts";
import { concurrencyLimits } from "../schema/concurrency-limits.ts";
import { deployments } from "../schema/deployments.ts";
import { events } from "../schema/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { newId } from "../schema/ids.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { workPools } from "../schema/work-pools.ts";
import { describeOnPostgres, storesIn } from "../testing/postgres-databases.ts";
import { createWorld, type World } from "../testing/world.ts";
import { ask as askWorld } from "./contract/rows.ts";

// Regressions: requests for which a Prefect server answered differently.

const trigger = { type: "event", posture: "Reactive", expect: ["x"], threshold: 1, within: 0 } as const;

const describeAnswers = (title: string, open: () => Promise<World>) =>
  describe(title, () => {
    let world: World;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world?.close());
    const ask = (method: string, path: string, body?: unknown) => askWorld(world, method, path, body);

    test("deleting a deployment deletes the automations that it owns, and no others", async () => {
      const { id: flow_id } = await world.flow();
      const { id } = await world.call(deployments.create, { name: "owner", flow_id });
      const owner_resource = `prefect.deployment.${id}`;
      const make = (name: string, more: object = {}) =>
        world.call(automations.create, { name, trigger, actions: [{ type: "do-nothing" }], ...more });
      const own = await make("own", { owner_resource });
      const other = await make("other", {
        actions: [{ type: "pause-deployment", source: "selected", deployment_id: id }],
      });
      await world.call(deployments.delete, { id });
      await expect(world.call(automations.read, { id: own.id })).rejects.toThrow("Automation not found");
      expect((await world.call(automations.read, { id: other.id })).name).toBe("other");
      const reported = await world.call(events.filter, {
        filter: { resource: { id: [`prefect.automation.${own.id}`] } },
      });
      expect(reported.events.map(({ event }) => event)).toContain("prefect.automation.deleted");
      const { id: flowId } = await world.flow("short-lived");
      const second = await world.call(deployments.create, { name: "owner", flow_id: flowId });
      const also = await make("also", { owner_resource: `prefect.deployment.${second.id}` });
      await ask("DELETE", `/flows/${flowId}`);
      await expect(world.call(automations.read, { id: also.id })).rejects.toThrow("Automation not found");
    });

    test("a recreated deployment has the new parameters, or none when they are omitted", async () => {
      const { id: flow_id } = await world.flow();
      const first = { name: "again", flow_id, parameters: { a: 1 }, tags: ["kept"] };
      expect((await world.call(deployments.create, first)).parameter_openapi_schema).toEqual({});
      const second = await world.call(deployments.create, { name: "again", flow_id });
      expect(second).toMatchObject({ parameters: {}, tags: ["kept"] });
    });

    test("required job variables may come with the run, but no later", async () => {
      const base_job_template = {
        job_configuration: { command: "{{ command }}" },
        variables: { type: "object", properties: { command: { type: "string" } }, required: ["command"] },
      };
      await world.call(workPools.create, { name: "needy", type: "process", base_job_template });
      const { id: flow_id } = await world.flow();
      const input = { name: "needy", flow_id, work_pool_name: "needy" };
      const wrong = await ask("POST", "/deployments/", { ...input, job_variables: { command: 5 } });
      expect(wrong).toMatchObject({
        status: 422,
        body: { detail: expect.stringContaining("command: must be string") },
      });
      const { id } = await world.call(deployments.create, input);
      const path = `/deployments/${id}/create_flow_run`;
      expect(await ask("POST", path, {})).toMatchObject({
        status: 422,
        body: { detail: expect.stringContaining("'command' is a required property") },
      });
      expect(await ask("POST", path, { job_variables: { command: "x" } })).toMatchObject({
        ...{ status: 201, body: { job_variables: { command: "x" } } },
      });
    });

    test("a run may name a new queue, which is created in the pool of its deployment", async () => {
      await world.call(workPools.create, { name: "queued" });
      const { id: flow_id } = await world.flow();
      const pooled = await world.call(deployments.create, { name: "p", flow_id, work_pool_name: "queued" });
      const path = `/deployments/${pooled.id}/create_flow_run`;
      const made = await ask("POST", path, { work_queue_name: "fresh" });
      expect(made).toMatchObject({
        status: 201,
        body: { work_queue_name: "fresh", work_pool_name: "queued", job_variables: {} },
      });
      const withoutPool = await world.call(deployments.create, { name: "lonely", flow_id });
      const refused = await ask("POST", `/deployments/${withoutPool.id}/create_flow_run`, {
        work_queue_name: "q",
      });
      expect(refused).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining("no work pool") },
      });
      await world.call(workPools.delete, { name: "queued" });
      const [run] = await world.call(flowRuns.filter, {
        flow_runs: { deployment_id: { any_: [pooled.id] } },
      });
      expect(run).toMatchObject({ work_queue_id: null, work_queue_name: null, work_pool_name: null });
    });

    test("a task run needs an existing flow run and is labelled with it", async () => {
      const run = await world.flowRun({ states: ["RUNNING"] });
      const made = await world.call(taskRuns.create, {
        ...{ flow_run_id: run.id, task_key: "k", dynamic_key: "0", labels: { mine: 1 } },
      });
      const labels = { "prefect.flow.id": run.flow_id, "prefect.flow-run.id": run.id, mine: 1 };
      expect(made.labels).toEqual(labels);
      const unknown = { flow_run_id: newId(), task_key: "k", dynamic_key: "0" };
      expect(await ask("POST", "/task_runs/", unknown)).toMatchObject({
        ...{ status: 404, body: { detail: "Flow run not found" } },
      });
      const child = await world.flowRun({ parent_task_run_id: made.id, states: ["RUNNING", "PAUSED"] });
      const reported = await world.call(events.filter, {
        filter: {
          resource: { id: [`prefect.flow-run.${child.id}`] },
          event: { name: ["prefect.flow-run.Paused"] },
        },
      });
      expect(reported.events[0]?.payload).toMatchObject({ validated_state: { pause_reschedule: "false" } });
      const parent = reported.events[0]?.related.find((each) => each["prefect.resource.role"] === "task-run");
      expect(parent).toMatchObject({ "prefect.resource.name": made.name });
    });

    test("a form gets the fields whose kind is invalid", async () => {
      const schema = { type: "object", properties: { a: { type: "integer" } } };
      const validate = (values: object, form: object = schema) =>
        ask("POST", "/ui/schemas/validate", { schema: form, values });
      expect(await validate({ a: { __prefect_kind: "json", value: "{" } })).toMatchObject({
        status: 200,
        body: {
          valid: false,
          errors: [{ property: "a", errors: [expect.stringContaining("invalid JSON")] }],
        },
      });
      expect(await validate({ a: { __prefect_kind: "json", value: "1" } })).toMatchObject({
        ...{ status: 200, body: { valid: true, errors: [] } },
      });
      expect(await validate({ a: 1 }, { properties: { a: { type: "no such type" } } })).toMatchObject({
        status: 422,
      });
    });

    test("an inactive limit grants every request and counts nothing", async () => {
      const { id } = await world.call(concurrencyLimits.create, { name: "off", limit: 1, active: false });
      for (const slots of [1, 1]) {
        const got = await ask("POST", "/v2/concurrency_limits/increment", { names: ["off"], slots });
        expect(got).toMatchObject({ status: 200, body: [{ id, name: "off", limit: 1 }] });
      }
      expect((await world.call(concurrencyLimits.read, { id_or_name: id })).active_slots).toBe(0);
    });

    test("the first version of the limits API uses tags", async () => {
      await ask("POST", "/concurrency_limits/", { tag: "db", concurrency_limit: 1 });
      const request = { names: ["db"], task_run_id: newId() };
      expect((await ask("POST", "/concurrency_limits/increment", request)).body).toMatchObject([
        { name: "db" },
      ]);
      expect((await ask("POST", "/concurrency_limits/decrement", request)).body).toMatchObject([
        { name: "db" },
      ]);
    });

    test("replacing an automation without enabled keeps it", async () => {
      const input = { name: "off", trigger, actions: [], tags: ["a"], description: "d" };
      const { id } = await world.call(automations.create, { ...input, enabled: false });
      await world.call(automations.update, { id, name: "still off", trigger, actions: [] });
      expect(await world.call(automations.read, { id })).toMatchObject({
        ...{ name: "still off", enabled: false, tags: ["a"], description: "d" },
      });
      await world.call(automations.update, { id, name: "on", trigger, actions: [], enabled: true });
      expect((await world.call(automations.read, { id })).enabled).toBe(true);
    });

    test("events are counted in buckets up to the requested end", async () => {
      const filter = { occurred: { since: "2026-03-01T01:00:00Z", until: "2026-03-01T02:00:00Z" } };
      const request = { filter, time_unit: "minute", time_interval: 10 };
      expect((await ask("POST", "/events/count-by/time", request)).body).toHaveLength(6);
    });
  });

describeAnswers("asked side by side, on SQLite", () => createWorld());
await describeOnPostgres("asked side by side, on PostgreSQL", (databases) => {
  const open = storesIn(databases);
  describeAnswers("as on SQLite", () => createWorld({ open }));
});
