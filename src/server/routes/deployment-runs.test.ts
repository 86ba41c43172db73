import { describe, expect, test } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { variables } from "../../schema/variables.ts";
import { recentRuns } from "../../schema/waiting.ts";
import { workPools } from "../../schema/work-pools.ts";
import { freshDeployments } from "../../testing/deployments.ts";
import { noteAbsence } from "../services/foreman.ts";

const { world, clock, deploy, read, post, eventNames: reported } = freshDeployments();

const schema = {
  title: "Parameters",
  type: "object",
  required: ["city"],
  properties: {
    city: { type: "string" },
    days: { type: "integer", default: 1 },
    place: { $ref: "#/definitions/Place" },
  },
  definitions: {
    Place: {
      type: "object",
      required: ["lat"],
      properties: { lat: { type: "number" }, lon: { type: "number" } },
    },
  },
};

describe("a requested run", () => {
  test("has the parameters of the deployment under its own, checked against their schema", async () => {
    const { id } = await deploy({
      ...{
        parameter_openapi_schema: schema,
        parameters: { city: "Berlin", days: 2 },
        tags: ["a"],
        version: "3",
      },
      labels: { region: "eu" },
    });
    const run = await world().call(deployments.createFlowRun, {
      ...{ id, parameters: { days: 3, place: null }, tags: ["b", "a"], labels: { mine: true } },
    });
    expect(run).toMatchObject({
      ...{ parameters: { city: "Berlin", days: 3, place: null }, tags: ["a", "b"], deployment_version: "3" },
      ...{ state_type: "SCHEDULED", state_name: "Scheduled", expected_start_time: clock().time() },
      ...{ auto_scheduled: false, created_by: null },
      labels: { region: "eu", mine: true, "prefect.deployment.id": id },
    });
  });

  test("is refused with the places of invalid parameters, unless the check is disabled", async () => {
    const { id } = await deploy({ parameter_openapi_schema: schema });
    const parameters = { days: "many", place: { lat: "north" } };
    const path = `/deployments/${id}/create_flow_run`;
    const { status, body } = await post(path, { parameters });
    expect(status).toBe(409);
    expect(body.detail).toMatch(/^Error creating flow run: Validation failed\./);
    for (const part of [
      "city: 'city' is a required property",
      "days: must be integer",
      "place.lat: must be number",
    ])
      expect(body.detail).toContain(part);
    expect((await post(path, { parameters, enforce_parameter_schema: false })).status).toBe(201);
    await world().call(deployments.update, { id, enforce_parameter_schema: false });
    expect((await post(path, { parameters })).status).toBe(201);
  });

  test("resolves `__prefect_kind` values", async () => {
    const { id } = await deploy();
    await world().call(variables.create, { name: "region", value: { name: "eu" } });
    const parameters = {
      list: { __prefect_kind: "json", value: "[1, 2]" },
      deep: [{ __prefect_kind: "workspace_variable", variable_name: "region" }],
      text: { __prefect_kind: "jinja", template: "plain" },
    };
    const run = await world().call(deployments.createFlowRun, { id, parameters });
    expect(run.parameters).toEqual({ list: [1, 2], deep: [{ name: "eu" }], text: "plain" });
  });

  test.each([
    ["broken JSON", { __prefect_kind: "json", value: "[1" }],
    ["an unknown variable", { __prefect_kind: "workspace_variable", variable_name: "nowhere" }],
    ["a template with nothing to fill it", { __prefect_kind: "jinja", template: "{{ flow.name }}" }],
    ["an unknown kind", { __prefect_kind: "magic" }],
  ])("is refused for %s", async (_, value) => {
    const { id } = await deploy();
    const { status, body } = await post(`/deployments/${id}/create_flow_run`, { parameters: { value } });
    expect(status).toBe(400);
    expect(body.detail).toContain("Error hydrating parameters");
  });

  test("is made once for one key, and knows the automation that asked", async () => {
    const { id } = await deploy();
    const path = `/deployments/${id}/create_flow_run`;
    const automation = { "prefect-automation-id": id, "prefect-automation-name": "alarm" };
    const first = await post(path, { idempotency_key: "k" }, automation);
    expect(first).toMatchObject({
      status: 201,
      body: { created_by: { id, type: "AUTOMATION", display_value: "alarm" } },
    });
    const again = await post(path, { idempotency_key: "k" });
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id } });
  });

  test("of a deployment that is not there is a 404", async () => {
    const id = "00000000-0000-4000-8000-000000000000";
    expect(await post(`/deployments/${id}/create_flow_run`, {})).toEqual({
      ...{ status: 404, body: { detail: "Deployment not found" } },
    });
  });
});

test("parameters written to a deployment have to fit as well, but need not be all there", async () => {
  const { id } = await deploy({ parameter_openapi_schema: schema });
  await world().call(deployments.update, {
    id,
    parameters: { days: { __prefect_kind: "json", value: "4" } },
  });
  expect((await read(id)).parameters).toEqual({ days: 4 });
  const wrong = world().call(deployments.update, { id, parameters: { days: "x" } });
  await expect(wrong).rejects.toMatchObject({ status: 409 });
});

describe("runs that are due", () => {
  test("are given by time, and not those that wait in their own process", async () => {
    const { id } = await deploy();
    const other = await deploy({ name: "other" });
    const at = (seconds: number) => ({
      state: {
        type: "SCHEDULED" as const,
        state_details: { scheduled_time: clock().time(seconds * 1000) },
      },
    });
    const late = await world().call(deployments.createFlowRun, { id, ...at(10) });
    const first = await world().call(deployments.createFlowRun, { id: other.id, ...at(5) });
    await world().call(deployments.createFlowRun, { id, ...at(60) });
    const retrying = { id, ...at(1), empirical_policy: { retry_type: "in_process" as const } };
    await world().call(deployments.createFlowRun, retrying);
    const taken = await world().call(deployments.createFlowRun, { id, ...at(2) });
    await world().call(flowRuns.setState, { id: taken.id, state: { type: "PENDING" } });
    const request = { deployment_ids: [id, other.id], scheduled_before: "2026-03-01 12:00:30.000000+00:00" };
    const due = await world().call(deployments.scheduledRuns, request);
    expect(due.map((run) => run.id)).toEqual([first.id, late.id]);
    expect(await world().call(deployments.scheduledRuns, { ...request, limit: 1 })).toHaveLength(1);
    expect(await world().call(deployments.scheduledRuns, { ...request, deployment_ids: [] })).toEqual([]);
  });

  test("are polled, so the deployment is ready until polling stops", async () => {
    const { id } = await deploy();
    await world().call(deployments.scheduledRuns, { deployment_ids: [id] });
    expect(await read(id)).toMatchObject({ status: "READY", last_polled: clock().time() });
    clock().advance(59_000);
    await noteAbsence(world().store, () => clock().now());
    expect((await read(id)).status).toBe("READY");
    clock().advance(2000);
    await noteAbsence(world().store, () => clock().now());
    expect((await read(id)).status).toBe("NOT_READY");
    expect(await reported(id)).toEqual(["created", "ready", "not-ready"]);
  });

  test("polled by a worker make the deployments of the queue ready", async () => {
    await world().call(workPools.create, { name: "local", type: "process" });
    const { id } = await deploy({ work_pool_name: "local" });
    await world().call(workPools.scheduledRuns, { name: "local" });
    expect((await read(id)).status).toBe("READY");
  });
});

test("the last runs of flows and deployments come with the next one", async () => {
  const [a, b] = [await deploy(), await deploy({ name: "b" })];
  const ended = async (state: "COMPLETED" | "FAILED", name: string) => {
    const { id } = await world().call(deployments.createFlowRun, { id: a.id, name });
    await world().call(flowRuns.setState, { id, state: { type: "RUNNING" }, force: true });
    clock().advance(2000);
    await world().call(flowRuns.setState, { id, state: { type: state }, force: true });
    clock().advance(60_000);
  };
  for (let n = 0; n < 4; n += 1) await ended(n % 2 === 0 ? "FAILED" : "COMPLETED", `run-${n}`);
  const at = (ms: number, name?: string) => ({
    state: {
      type: "SCHEDULED" as const,
      name: name ?? null,
      state_details: { scheduled_time: timestamp(ms) },
    },
  });
  const next = await world().call(deployments.createFlowRun, { id: a.id, ...at(clock().now() + 5000) });
  await world().call(deployments.createFlowRun, { id: a.id, ...at(clock().now() + 9000) });
  const late = await world().call(deployments.createFlowRun, {
    id: b.id,
    ...at(clock().now() - 9000, "Late"),
  });
  const ids = [b.id, a.id];
  const [ofB, ofA] = await world().call(recentRuns.list, { by: "deployment", ids, limit: 3 });
  expect(ofA).toMatchObject({
    ...{ id: a.id, late: 0, next: { id: next.id, time: next.next_scheduled_start_time } },
    runs: [
      { name: "run-3", state_type: "COMPLETED", duration: expect.closeTo(2, 3) },
      { name: "run-2", state_type: "FAILED", duration: expect.closeTo(2, 3) },
      { name: "run-1" },
    ],
  });
  expect(ofB).toMatchObject({ id: b.id, late: 1, runs: [], next: { id: late.id } });
  const [ofFlow] = await world().call(recentRuns.list, { by: "flow", ids: [a.flow_id] });
  expect(ofFlow?.runs).toHaveLength(4);
  expect(ofFlow).toMatchObject({ late: 1, next: { id: late.id } });
});

describe("job variables", () => {
  const poolVariables = {
    type: "object",
    required: ["image", "cpu"],
    properties: { image: { type: "string" }, cpu: { type: "integer", default: 1 }, env: { type: "object" } },
  };
  const template = {
    job_configuration: { image: "{{ image }}", cpu: "{{ cpu }}" },
    variables: poolVariables,
  };
  const inPool = async (job_variables: Record<string, unknown>) => {
    await world().call(workPools.create, { name: "local", type: "process", base_job_template: template });
    return deploy({ work_pool_name: "local", job_variables });
  };

  test("of a wrong type are refused where a deployment is made", async () => {
    await expect(inPool({ image: "x", cpu: "many" })).rejects.toMatchObject({
      ...{ status: 422, message: expect.stringContaining("cpu: must be integer") },
    });
  });

  test("may be missing until a run is made", async () => {
    const { id } = await inPool({ env: {} });
    await expect(world().call(deployments.createFlowRun, { id })).rejects.toMatchObject({
      ...{ status: 422, message: expect.stringContaining("'image' is a required property") },
    });
    const made = await world().call(deployments.createFlowRun, { id, job_variables: { image: "x" } });
    expect(made.state_type).toBe("SCHEDULED");
  });

  test("are checked where they are changed and where a run asks for others", async () => {
    const { id } = await inPool({ image: "x" });
    const wrong = { image: 1 };
    const update = world().call(deployments.update, { id, job_variables: wrong });
    await expect(update).rejects.toMatchObject({ status: 422 });
    const run = world().call(deployments.createFlowRun, { id, job_variables: wrong });
    await expect(run).rejects.toMatchObject({ status: 422 });
    const made = await world().call(deployments.createFlowRun, { id, job_variables: { env: { A: "1" } } });
    expect(made.job_variables).toEqual({ env: { A: "1" } });
    const patch = world().call(flowRuns.update, { id: made.id, job_variables: { env: 1 } });
    await expect(patch).rejects.toMatchObject({ status: 400 });
    await world().call(flowRuns.update, { id: made.id, job_variables: { image: "y" } });
    expect((await world().call(flowRuns.read, { id: made.id })).job_variables).toEqual({ image: "y" });
  });
});

test("labels are merged into those that a run has", async () => {
  const { id } = await world().flowRun({ labels: { a: 1, b: 1 } });
  await world().call(flowRuns.updateLabels, { id, labels: { b: 2, worker: "w1" } });
  expect((await world().call(flowRuns.read, { id })).labels).toMatchObject({ a: 1, b: 2, worker: "w1" });
  const unknown = "00000000-0000-4000-8000-000000000000";
  const missing = world().call(flowRuns.updateLabels, { id: unknown, labels: {} });
  await expect(missing).rejects.toMatchObject({ status: 404 });
});
