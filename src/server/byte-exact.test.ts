import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeOnPostgres, storesIn } from "../testing/postgres-databases.ts";
import { createWorld, type World, type WorldOptions } from "../testing/world.ts";
import { type Answer, ask as askWorld, fresh } from "./contract/rows.ts";

// Stored values come back byte for byte: in the answer to the write, in reads and in lists.

let world: World;
const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  askWorld(world, method, path, body);

type Row = Record<string, unknown>;
const text = fc
  .string({ unit: "grapheme", maxLength: 12 })
  .filter((one) => one.isWellFormed() && !one.includes("\0"));
const key = fc.string({ unit: fc.constantFrom(..."abcxyz_.$- "), maxLength: 6 }).map((one) => `k${one}`);
const leaf = fc.oneof(
  text,
  fc.constantFrom(null, true, false, 0, -1, 1.5, 1e21, 9_007_199_254_740_991, 0.1),
  fc.integer(),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(key, tie("json"), { maxKeys: 3 }).map((one) => ({ ...one })),
  ),
}));
const object = fc.dictionary(key, json, { maxKeys: 3 }).map((one) => ({ ...one }));
const labels = fc.dictionary(key, fc.oneof(text, fc.boolean(), fc.integer())).map((one) => ({ ...one }));
/** Some twice, in any order. */
const tags = fc.array(fc.oneof(fc.constantFrom("b", "a"), text), { maxLength: 4 });
const maybe = fc.option(text);
const flag = fc.option(fc.boolean());
const details = fc.record({
  ...{ deferred: flag, retriable: flag, refresh_cache: flag, untrackable_result: fc.boolean() },
  ...{ pause_key: maybe, traceparent: maybe, cache_key: maybe },
});
const state = fc.record({
  type: fc.constantFrom("SCHEDULED", "PENDING", "RUNNING", "COMPLETED"),
  ...{ name: text.filter((one) => one !== ""), message: maybe, data: json, state_details: details },
});

const zones = fc.constantFrom("UTC", "Europe/Berlin", "US/Eastern", "America/New_York");
const schedule = fc.oneof(
  fc.record({
    cron: fc.constantFrom("0 9 * * *", " 0  9 * * MON ", "@daily", "*/15 8-17 * * 1-5"),
    ...{ timezone: fc.option(zones), day_or: fc.boolean() },
  }),
  fc.record({
    rrule: fc.constantFrom(
      "FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20270730T040000Z",
      "freq=daily;byhour=9",
      "RRULE:FREQ=MINUTELY;INTERVAL=7;UNTIL=20270730T040000Z",
      "DTSTART;TZID=US-Eastern:20260101T090000\nRRULE:FREQ=DAILY",
      "DTSTART;TZID=US/Eastern:20260101T090000\nRRULE:FREQ=DAILY;UNTIL=20270730T040000Z",
      "DTSTART:20260101T090000Z\r\nRRULE:FREQ=DAILY\r\nEXDATE:20260105T090000Z",
      "RDATE:20260101T090000,20270101T090000",
    ),
    timezone: zones,
  }),
  fc.record({
    interval: fc.constantFrom(900, 86_400, 0.5),
    anchor_date: fc.constantFrom(
      "2026-01-01T00:00:00Z",
      "2026-01-01T09:30:00+02:00",
      "2026-01-01T00:00:00.123456Z",
    ),
    timezone: fc.option(zones),
  }),
);
const schedules = fc.array(
  fc.record({
    ...{ schedule, active: fc.boolean(), parameters: object },
    max_scheduled_runs: fc.option(fc.integer({ min: 1, max: 50 })),
  }),
  { maxLength: 3 },
);

interface Noun {
  body: fc.Arbitrary<Row>;
  path: string | (() => Promise<string>);
  /** The read route and a list that contains it. */
  read: (row: Row) => string;
  list?: { path: string; filter: (row: Row) => object };
  /** Other required keys, created for each test. */
  needs?: () => Promise<Row>;
}

const newFlow = async () => Object((await ask("POST", "/flows/", { name: fresh("flow") })).body).id;
const byId = (plural: string) => (row: Row) => ({ [plural]: { id: { any_: [row.id] } } });

const nouns: Record<string, Noun> = {
  flow: {
    ...{ body: fc.record({ tags, labels }), path: "/flows/", read: ({ id }) => `/flows/${id}` },
    needs: async () => ({ name: fresh("flow") }),
    list: { path: "/flows/filter", filter: byId("flows") },
  },
  deployment: {
    body: fc.record({
      ...{ tags, schedules, parameters: object, job_variables: object, description: maybe, version: maybe },
      ...{
        entrypoint: maybe,
        path: maybe,
        paused: fc.boolean(),
        enforce_parameter_schema: fc.constant(false),
      },
      pull_steps: fc.option(fc.array(object, { maxLength: 2 })),
    }),
    ...{ path: "/deployments/", read: ({ id }) => `/deployments/${id}` },
    needs: async () => ({ name: fresh("deployment"), flow_id: await newFlow() }),
    list: { path: "/deployments/filter", filter: byId("deployments") },
  },
  "flow run": {
    body: fc.record({ tags, parameters: object, context: object, labels, state, flow_version: maybe }),
    ...{ path: "/flow_runs/", read: ({ id }) => `/flow_runs/${id}` },
    needs: async () => ({ flow_id: await newFlow(), name: fresh("run") }),
    list: { path: "/flow_runs/filter", filter: byId("flow_runs") },
  },
  "task run": {
    body: fc.record({ tags, state, task_version: maybe, cache_key: maybe }),
    ...{ path: "/task_runs/", read: ({ id }) => `/task_runs/${id}` },
    needs: async () => ({ task_key: "load", dynamic_key: fresh("key"), name: fresh("task") }),
    list: { path: "/task_runs/filter", filter: byId("task_runs") },
  },
  variable: {
    ...{ body: fc.record({ value: json, tags }), path: "/variables/", read: ({ id }) => `/variables/${id}` },
    needs: async () => ({ name: fresh("variable") }),
    list: { path: "/variables/filter", filter: byId("variables") },
  },
  artifact: {
    body: fc.record({ data: json, description: maybe, type: maybe }),
    ...{ path: "/artifacts/", read: ({ id }) => `/artifacts/${id}` },
    needs: async () => ({ key: fresh("artifact") }),
    list: { path: "/artifacts/filter", filter: byId("artifacts") },
  },
  "work pool": {
    body: fc.record({
      description: maybe,
      is_paused: fc.boolean(),
      concurrency_limit: fc.option(fc.nat(99)),
    }),
    ...{ path: "/work_pools/", read: ({ name }) => `/work_pools/${name}` },
    needs: async () => ({ name: fresh("pool"), type: "process" }),
    list: { path: "/work_pools/filter", filter: byId("work_pools") },
  },
  "work queue": {
    body: fc.record({ description: maybe.map((one) => one ?? ""), concurrency_limit: fc.option(fc.nat(99)) }),
    path: async () => {
      const pool = Object((await ask("POST", "/work_pools/", { name: fresh("pool") })).body);
      return `/work_pools/${pool.name}/queues`;
    },
    read: ({ id }) => `/work_queues/${id}`,
    needs: async () => ({ name: fresh("queue") }),
  },
  limit: {
    body: fc.record({
      active: fc.boolean(),
      limit: fc.nat(99),
      slot_decay_per_second: fc.constantFrom(0, 0.1),
    }),
    ...{ path: "/v2/concurrency_limits/", read: ({ id }) => `/v2/concurrency_limits/${id}` },
    needs: async () => ({ name: fresh("limit") }),
  },
  "block type": {
    body: fc.record({ description: maybe, code_example: maybe }),
    ...{ path: "/block_types/", read: ({ id }) => `/block_types/${id}` },
    needs: async () => ({ name: fresh("Kind"), slug: fresh("kind") }),
  },
  "block document": {
    ...{ body: fc.record({ data: object }), path: "/block_documents/" },
    read: ({ id }) => `/block_documents/${id}`,
    needs: async () => {
      const type = Object(
        (await ask("POST", "/block_types/", { name: fresh("Kind"), slug: fresh("kind") })).body,
      );
      const made = await ask("POST", "/block_schemas/", {
        block_type_id: type.id,
        fields: { title: fresh("Kind") },
        version: "1",
      });
      return { name: fresh("block"), block_type_id: type.id, block_schema_id: Object(made.body).id };
    },
  },
  automation: {
    body: fc.record({ description: text, tags, enabled: fc.boolean() }),
    ...{ path: "/automations/", read: ({ id }) => `/automations/${id}` },
    needs: async () => ({
      ...{ name: fresh("automation"), actions: [{ type: "do-nothing" }] },
      trigger: { type: "event", posture: "Reactive", expect: [fresh("event")], threshold: 2, within: 30 },
    }),
  },
};

/** Minus zero is written as zero. */
const asWritten = (body: Row): Row => JSON.parse(JSON.stringify(body));

async function comesBack({ path, read, list }: Noun, body: Row): Promise<void> {
  const sent = asWritten(body);
  const made = await ask("POST", typeof path === "string" ? path : await path(), sent);
  expect(made, made.text).toMatchObject({ status: 201, body: sent });
  const row: Row = Object(made.body);
  expect((await ask("GET", read(row))).body).toMatchObject(sent);
  if (list) expect((await ask("POST", list.path, list.filter(row))).body).toMatchObject([sent]);
}

function suite(open?: WorldOptions["open"]): void {
  beforeAll(async () => {
    world = await createWorld({ settings: { logLevel: "silent" }, ...(open && { open }) });
  });
  afterAll(() => world?.close());

  test.each(Object.entries(nouns))("a %s", async (_, noun) => {
    await fc.assert(
      fc.asyncProperty(noun.body, async (body) => comesBack(noun, { ...(await noun.needs?.()), ...body })),
      { numRuns: 25 },
    );
  });

  test("an input of a run", async () => {
    const { id } = Object((await ask("POST", "/flow_runs/", { flow_id: await newFlow() })).body);
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        const input = { key: fresh("key"), value: JSON.stringify(value), sender: "prefect.flow-run.x" };
        expect((await ask("POST", `/flow_runs/${id}/input`, input)).status).toBe(201);
        expect((await ask("GET", `/flow_runs/${id}/input/${input.key}`)).text).toBe(input.value);
        const listed = await ask("POST", `/flow_runs/${id}/input/filter`, { prefix: input.key });
        expect(listed.body).toMatchObject([input]);
      }),
      { numRuns: 15 },
    );
  });

  test("a state that is set", async () => {
    await fc.assert(
      fc.asyncProperty(state, async (input) => {
        const { id } = Object((await ask("POST", "/flow_runs/", { flow_id: await newFlow() })).body);
        const sent = asWritten(input);
        const transition = await ask("POST", `/flow_runs/${id}/set_state`, { state: sent, force: true });
        expect(transition.body).toMatchObject({ status: "ACCEPT", state: sent });
        expect((await ask("GET", `/flow_runs/${id}`)).body).toMatchObject({ state: sent });
        const states = (await ask("GET", `/flow_run_states/?flow_run_id=${id}`)).body;
        expect(Array.isArray(states) && states.at(-1)).toMatchObject(sent);
      }),
      { numRuns: 25 },
    );
  });

  test("tags and schedules that are changed", async () => {
    await fc.assert(
      fc.asyncProperty(tags, schedules, async (changed, input) => {
        const made = await ask("POST", "/deployments/", { name: fresh("d"), flow_id: await newFlow() });
        const { id } = Object(made.body);
        const sent = asWritten({ tags: changed, schedules: input });
        expect((await ask("PATCH", `/deployments/${id}`, sent)).status).toBe(204);
        expect((await ask("GET", `/deployments/${id}`)).body).toMatchObject(sent);
      }),
      { numRuns: 15 },
    );
  });
}

describe("comes back byte for byte, on SQLite:", () => suite());
await describeOnPostgres("comes back letter for letter, on PostgreSQL:", (databases) => {
  suite(storesIn(databases));
});
