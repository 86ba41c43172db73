import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, test } from "vitest";
import { newId } from "../schema/ids.ts";
import { type Route, splitInput } from "../schema/route.ts";
import { type JsonSchema, type Style, sampler } from "../testing/sampler.ts";
import { createWorld } from "../testing/world.ts";

const file = resolve(import.meta.dirname, "../../../shared/contract/openapi.json");
const isThere = existsSync(file);
const title = isThere
  ? "against the contract"
  : "against the contract (skipped: ../shared/contract/openapi.json is not beside the project)";

interface Operation {
  requestBody?: { content: { "application/json": { schema: JsonSchema } } };
  responses: Record<string, { content?: { "application/json"?: { schema: JsonSchema } } }>;
}
interface Contract {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}
const contract: Contract = isThere
  ? JSON.parse(readFileSync(file, "utf8"))
  : { paths: {}, components: { schemas: {} } };

/** Names of parameters and slashes at the end are of no matter. */
const plain = (path: string) => path.replaceAll(/\{[^}]+\}|:\w+/g, "{}").replace(/(.)\/$/, "$1");
const operations = new Map(
  Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${plain(path)}`, operation] as const,
    ),
  ),
);
const operationOf = (route: Route) => operations.get(`${route.method} ${plain(route.path)}`);
/** Dashboards' aggregations, which the contract leaves out, and what is ours alone. */
const isExempt = (route: Route) => /^\/(ui|praetor)\//.test(route.path);

const ajv = new Ajv2020({ strict: false });
ajv.addFormat("uuid", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
ajv.addFormat("date-time", /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/);
for (const format of ["duration", "time-delta", "uri", "password", "path"]) ajv.addFormat(format, true);
ajv.addSchema({ $id: "contract", components: contract.components });
/** What the contract has against a value; null when nothing. */
function complaint(schema: JsonSchema, value: unknown): string | null {
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract#/')));
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

const world = await createWorld();
afterAll(() => world.close());
const served = world.routes.filter((route) => !isExempt(route));
const named = (route: Route): [string, Route] => [`${route.method} ${route.path}`, route];

async function send(route: Route, input: Record<string, unknown>, given?: unknown) {
  const { path, query, body } = splitInput(route, input);
  const search = new URLSearchParams(query).toString();
  const isBodiless = body === undefined && given === undefined;
  const request = new Request(`http://praetor.test/api${path}${search ? `?${search}` : ""}`, {
    method: route.method,
    ...(isBodiless ? {} : { body: JSON.stringify(given ?? body) }),
  });
  const response = await world.fetch(request);
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, body: isJson && text !== "" ? JSON.parse(text) : text };
}

// A world with something of everything.
const parent = await world.flowRun({
  flow: "parent",
  tags: ["blue"],
  parameters: { a: 1 },
  states: ["SCHEDULED", "PENDING", "RUNNING"],
});
const load = await world.taskRun({
  flowRun: parent,
  key: "load",
  tags: ["db"],
  states: ["PENDING", "RUNNING", "COMPLETED"],
});
await world.taskRun({
  flowRun: parent,
  key: "save",
  inputs: { rows: [{ input_type: "task_run", id: load.id }], wait_for: [], __parents__: [] },
  states: ["PENDING", "RUNNING", { type: "FAILED", message: "boom" }],
});
await world.flowRun({ states: ["PENDING", "RUNNING", "COMPLETED"] });
const paused = () => world.flowRun({ states: ["PENDING", "RUNNING", "PAUSED"] });

async function make(name: string, input: Record<string, unknown>) {
  const route = served.find((candidate) => `${candidate.noun}.${candidate.name}` === name);
  if (!route) throw new Error(`no route ${name}`);
  const { status, body } = await send(route, input);
  expect([200, 201, 204]).toContain(status);
  return body;
}
let count = 0;
const fresh = (prefix: string) => `${prefix}-${++count}`;
const newFlow = () => make("flows.create", { name: fresh("flow"), tags: ["x"], labels: { a: 1 } });
const newVariable = () => make("variables.create", { name: fresh("variable"), value: [1] });
const newArtifact = (key: string = fresh("key")) =>
  make("artifacts.create", { key, type: "progress", data: 5, flow_run_id: parent.id, metadata_: { a: "b" } });
const newTag = async (limit = 2) => {
  const tag = fresh("tag");
  return { ...(await make("tag-limits.create", { tag, concurrency_limit: limit })), tag };
};
const newLease = async () => {
  const { tag } = await newTag();
  const holder = { type: "task_run", id: load.id };
  return make("concurrency-limits.incrementWithLease", { names: [`tag:${tag}`], slots: 1, holder });
};
const newLimit = async () => {
  const limit = await make("concurrency-limits.create", { name: fresh("limit"), limit: 2 });
  return { ...limit, id_or_name: limit.name };
};
const newPool = () => make("work-pools.create", { name: fresh("pool"), concurrency_limit: 5 });
const newQueue = async () => {
  const pool = await newPool();
  const queue = await make("work-queues.create", {
    pool: pool.name,
    name: fresh("queue"),
    concurrency_limit: 1,
  });
  return { ...queue, pool: pool.name, current: queue.name };
};
const newWorker = async () => {
  const { name: pool, created } = await newPool();
  const worker = { pool, name: fresh("worker") };
  await make("workers.heartbeat", worker);
  return { ...worker, created };
};
const newDueRun = async () => {
  const pool = await newPool();
  await world.flowRun({ work_pool_name: pool.name, states: ["SCHEDULED"] });
  return pool;
};
const queueOf = ({ created, default_queue_id }: { created: string; default_queue_id: string }) => ({
  ...{ created, id: default_queue_id },
});
const newBusyPool = async () => {
  const pool = await newPool();
  await world.flowRun({ work_pool_name: pool.name, states: ["SCHEDULED", "PENDING", "RUNNING"] });
  return pool;
};
const newBusyQueue = async () => queueOf(await newBusyPool());
const newDueQueue = async () => queueOf(await newDueRun());
const newLonelyQueue = () => make("work-queues.createLonely", { name: fresh("queue") });
const newQueuedDeployment = async () =>
  make("deployments.create", {
    ...{ name: fresh("deployment"), flow_id: parent.flow_id },
    work_pool_name: (await newPool()).name,
  });
const newInput = async () => {
  const key = fresh("input");
  await make("flow-runs.createInput", { id: parent.id, key, value: '"v"' });
  return { id: parent.id, key };
};
const plainDeployment = () =>
  make("deployments.create", { name: fresh("deployment"), flow_id: parent.flow_id });
const newDeployment = () =>
  make("deployments.create", {
    ...{ name: fresh("deployment"), flow_id: parent.flow_id, concurrency_limit: 2, tags: ["x"] },
    schedules: [{ schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" }, slug: "daily" }],
  });
const newSchedule = async () => {
  const { id, schedules } = await newDeployment();
  return { id, schedule_id: schedules[0].id };
};
const newBlockType = () => make("block-types.create", { name: fresh("type"), slug: fresh("type") });
const newBlockSchema = async () =>
  make("block-schemas.create", {
    block_type_id: (await newBlockType()).id,
    fields: { title: fresh("title"), secret_fields: ["token"] },
    capabilities: ["write-path"],
  });
const newBlockInput = async () => {
  const { id: block_schema_id, block_type_id } = await newBlockSchema();
  return { name: fresh("block"), block_schema_id, block_type_id, data: { token: "x", open: 1 } };
};
const newBlock = async () => {
  const block = await make("block-documents.create", await newBlockInput());
  return { ...block, slug: block.block_type.slug };
};
const newSearch = () => make("saved-searches.put", { name: fresh("search") });
const newEvent = () => ({
  id: newId(),
  occurred: "2026-03-01T12:00:00Z",
  event: "a.b",
  resource: { "prefect.resource.id": "x.1" },
});
const history = {
  history_start: "2026-01-01T00:00:00Z",
  history_end: "2026-01-02T00:00:00Z",
  history_interval_seconds: 3600,
};
const running = { state: { type: "RUNNING" } };

/** A good input for every route, made when it is asked for. */
const inputs: Record<string, () => unknown> = {
  "flows.create": () => ({ name: fresh("flow") }),
  "flows.read": newFlow,
  "flows.readByName": newFlow,
  "flows.delete": newFlow,
  "flow-runs.create": () => ({ flow_id: parent.flow_id, name: "" }),
  "flow-runs.read": () => parent,
  "flow-runs.update": () => ({ id: parent.id, name: "renamed" }),
  "flow-runs.delete": () => world.flowRun(),
  "flow-runs.setState": async () => ({ id: (await world.flowRun()).id, ...running }),
  "flow-runs.resume": async () => ({ id: (await paused()).id }),
  "flow-runs.history": () => history,
  "flow-runs.createInput": () => ({ id: parent.id, key: fresh("input"), value: "1" }),
  "flow-runs.filterInput": async () => ({ ...(await newInput()), prefix: "input" }),
  "flow-runs.readInput": newInput,
  "flow-runs.deleteInput": newInput,
  "flow-runs.bulkDelete": async () => ({ flow_runs: { id: { any_: [(await world.flowRun()).id] } } }),
  "flow-runs.bulkSetState": async () => ({ flow_runs: { id: { any_: [(await paused()).id] } }, ...running }),
  "flow-runs.downloadLogs": () => parent,
  "task-runs.create": () => ({ flow_run_id: parent.id, task_key: "child", dynamic_key: fresh("k") }),
  "task-runs.read": () => load,
  "task-runs.update": () => ({ id: load.id, name: "renamed" }),
  "task-runs.setState": async () => ({ id: (await world.taskRun({ states: ["PENDING"] })).id, ...running }),
  "task-runs.history": () => history,
  "task-runs.delete": () => world.taskRun(),
  "flow-run-states.list": () => ({ flow_run_id: parent.id }),
  "flow-run-states.read": () => ({ id: parent.state_id }),
  "task-run-states.list": () => ({ task_run_id: load.id }),
  "task-run-states.read": () => ({ id: load.state_id }),
  "graphs.read": () => parent,
  "logs.create": () => ({
    logs: [{ name: "l", level: 20, message: "m", timestamp: "2026-03-01T12:00:00Z", flow_run_id: parent.id }],
  }),
  "artifacts.create": () => ({ key: fresh("key"), data: "# hi" }),
  "artifacts.read": () => newArtifact(),
  "artifacts.readLatest": () => newArtifact(),
  "artifacts.update": async () => ({ id: (await newArtifact()).id, data: 7 }),
  "artifacts.delete": () => newArtifact(),
  "variables.create": () => ({ name: fresh("variable"), value: 1 }),
  "variables.read": newVariable,
  "variables.readByName": newVariable,
  "variables.update": async () => ({ id: (await newVariable()).id, value: null }),
  "variables.updateByName": async () => ({ current: (await newVariable()).name, value: 3 }),
  "variables.delete": newVariable,
  "variables.deleteByName": newVariable,
  "tag-limits.create": () => ({ tag: fresh("tag"), concurrency_limit: 1 }),
  "tag-limits.read": newTag,
  "tag-limits.readByTag": newTag,
  "tag-limits.reset": newTag,
  "tag-limits.delete": newTag,
  "tag-limits.deleteByTag": newTag,
  "tag-limits.increment": async () => ({ names: [(await newTag()).tag], task_run_id: load.id }),
  "tag-limits.decrement": async () => ({ names: [(await newTag()).tag], task_run_id: load.id }),
  "concurrency-limits.increment": async () => ({ names: [`tag:${(await newTag()).tag}`], slots: 1 }),
  "concurrency-limits.incrementWithLease": async () => ({ names: [`tag:${(await newTag()).tag}`], slots: 1 }),
  "concurrency-limits.decrement": async () => ({ names: [`tag:${(await newTag()).tag}`], slots: 1 }),
  "concurrency-limits.decrementWithLease": newLease,
  "concurrency-limits.renew": newLease,
  "concurrency-limits.create": () => ({ name: fresh("limit"), limit: 2 }),
  "concurrency-limits.read": newLimit,
  "concurrency-limits.update": newLimit,
  "concurrency-limits.delete": newLimit,
  "work-pools.create": () => ({ name: fresh("pool"), type: "process" }),
  "work-pools.read": newPool,
  "work-pools.update": newPool,
  "work-pools.delete": newPool,
  "work-pools.scheduledRuns": newDueRun,
  "work-pools.concurrencyStatus": newBusyPool,
  "collections.view": () => ({ view: "aggregate-worker-metadata" }),
  "work-queues.create": async () => ({ pool: (await newPool()).name, name: fresh("queue") }),
  "work-queues.read": newQueue,
  "work-queues.update": newQueue,
  "work-queues.delete": newQueue,
  "work-queues.filterInPool": newQueue,
  "work-queues.readById": newQueue,
  "work-queues.updateById": newQueue,
  "work-queues.deleteById": newQueue,
  "work-queues.createLonely": () => ({ name: fresh("queue"), priority: 1 }),
  "work-queues.readLonely": newLonelyQueue,
  "work-queues.scheduledRuns": newDueQueue,
  "work-queues.concurrencyStatus": newBusyQueue,
  "work-queues.status": newQueue,
  "workers.heartbeat": async () => ({ pool: (await newPool()).name, name: fresh("worker") }),
  "workers.filter": newWorker,
  "workers.delete": newWorker,
  "deployments.create": () => ({ name: fresh("deployment"), flow_id: parent.flow_id }),
  "deployments.read": newDeployment,
  "deployments.readByName": async () => {
    const { name } = await newDeployment();
    const { name: flow_name } = await make("flows.read", { id: parent.flow_id });
    return { flow_name, deployment_name: name };
  },
  "deployments.update": async () => ({ id: (await plainDeployment()).id, paused: true }),
  "deployments.delete": newDeployment,
  "deployments.bulkDelete": async () => ({ deployments: { id: { any_: [(await newDeployment()).id] } } }),
  "deployments.scheduledRuns": async () => ({ deployment_ids: [(await newDeployment()).id] }),
  "deployments.createFlowRun": async () => ({ id: (await newDeployment()).id }),
  "deployments.createFlowRuns": async () => ({
    id: (await newDeployment()).id,
    flow_runs: [{ name: "one" }],
  }),
  "deployments.listQueues": newQueuedDeployment,
  "deployments.schedule": newDeployment,
  "deployments.pause": newDeployment,
  "deployments.resume": newDeployment,
  "deployments.listSchedules": newDeployment,
  "deployments.createSchedules": async () => ({
    id: (await newDeployment()).id,
    schedules: [{ schedule: { interval: 60 } }],
  }),
  "deployments.updateSchedule": async () => ({ ...(await newSchedule()), active: false }),
  "deployments.deleteSchedule": newSchedule,
  "flow-runs.updateLabels": () => ({ id: parent.id, labels: { a: "b" } }),
  "events.create": () => ({ events: [newEvent()] }),
  "events.next": async () => {
    const { next_page } = await make("events.filter", { limit: 1 });
    return { "page-token": new URL(next_page).searchParams.get("page-token") };
  },
  "events.countBy": () => ({ countable: "day", filter: {} }),
  "block-types.create": () => ({ name: fresh("type"), slug: fresh("type") }),
  "block-types.read": newBlockType,
  "block-types.readBySlug": newBlockType,
  "block-types.update": newBlockType,
  "block-types.delete": newBlockType,
  "block-schemas.create": async () => ({ block_type_id: (await newBlockType()).id, fields: {} }),
  "block-schemas.read": newBlockSchema,
  "block-schemas.readByChecksum": newBlockSchema,
  "block-schemas.delete": newBlockSchema,
  "block-documents.create": newBlockInput,
  "block-documents.read": newBlock,
  "block-documents.update": newBlock,
  "block-documents.delete": newBlock,
  "block-documents.listOfType": newBlock,
  "block-documents.readByName": newBlock,
  "saved-searches.put": () => ({ name: fresh("search") }),
  "saved-searches.read": newSearch,
  "saved-searches.delete": newSearch,
  "admin.setStorage": async () => ({ default_result_storage_block_id: (await newBlock()).id }),
  "admin.csrfToken": () => ({ client: "me" }),
};
const inputOf = async (route: Route) => ({ ...((await inputs[`${route.noun}.${route.name}`]?.()) ?? {}) });
/** Only what the route takes: seeds are whole rows. */
async function fittingInput(route: Route): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = await inputOf(route);
  const { path } = splitInput(route, input);
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map((match) => String(match[1]));
  const isRow = "created" in input || "lease_id" in input;
  if (!isRow) return input;
  expect(path).not.toContain("undefined");
  const kept = route.name === "decrementWithLease" ? [...inPath, "lease_id"] : inPath;
  return Object.fromEntries(kept.map((key) => [key, input[key]]));
}

describe.skipIf(!isThere)(title, () => {
  test.each(served.map(named))("%s is an operation of the contract", (_, route) => {
    expect(operationOf(route)).toBeDefined();
  });

  const answered = served.filter((route) => route !== served.find(({ name }) => name === "csrfToken"));
  test.each(answered.map(named))("what %s answers is valid", async (_, route) => {
    const { status, body } = await send(route, await fittingInput(route));
    expect({ status, body: status < 300 ? "" : body }).toEqual({
      status: expect.toSatisfy((code) => code < 300),
      body: "",
    });
    const responses = operationOf(route)?.responses ?? {};
    const success = responses[status] ?? responses[200] ?? responses[201];
    const schema = success?.content?.["application/json"]?.schema;
    if (schema && route.name !== "downloadLogs") expect(complaint(schema, body)).toBeNull();
  });

  const make = sampler({
    schemas: contract.components.schemas,
    texts: {
      name: () => fresh("name"),
      key: () => fresh("key"),
      tag: () => fresh("tag"),
      prefix: () => "key",
      id: () => newId(),
      flow_id: () => parent.flow_id,
      timezone: () => "Europe/Berlin",
    },
    values: {
      Resource: { "prefect.resource.id": "x.1" },
      RelatedResource: { "prefect.resource.id": "x.1", "prefect.resource.role": "y" },
    },
  });
  /** What a schema allows by itself but the contract forbids together. */
  const withoutContradictions = (body: unknown) => {
    if (typeof body !== "object" || body === null) return body;
    if ("global_concurrency_limit_id" in body) return { ...body, global_concurrency_limit_id: null };
    const isNewBlock = "block_type_id" in body && "block_schema_id" in body;
    return isNewBlock ? { ...body, name: "block", is_anonymous: true } : body;
  };
  const styles: [string, Style][] = [
    ["the least", { isFull: false, hasNulls: false }],
    ["all keys", { isFull: true, hasNulls: false }],
    ["all keys, null where it may be", { isFull: true, hasNulls: true }],
  ];
  // A bulk request without a filter means all runs, so those come last.
  const inOrder = [...served].sort(
    (one, other) => Number(one.name.startsWith("bulk")) - Number(other.name.startsWith("bulk")),
  );
  const withBodies = inOrder.flatMap((route) => {
    const schema = operationOf(route)?.requestBody?.content["application/json"].schema;
    return schema
      ? styles.map(
          ([how, style]) => [`${route.method} ${route.path}`, how, { route, schema, style }] as const,
        )
      : [];
  });
  test.each(withBodies)("%s takes a body with %s", async (_, __, { route, schema, style }) => {
    const body = make(schema, style);
    expect(complaint(schema, body)).toBeNull();
    const answer = await send(route, await fittingInput(route), withoutContradictions(body));
    expect(answer).not.toMatchObject({ status: 422 });
    expect(answer.status).toBeLessThan(500);
  });
});
