import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { literalLike } from "../schema/filter.ts";
import { newId } from "../schema/ids.ts";
import { describeOnPostgres, storesIn } from "../testing/postgres-databases.ts";
import { createWorld, type World, type WorldOptions } from "../testing/world.ts";
import { type Answer, ask as askWorld, fresh } from "./contract/rows.ts";

// Details that reimplementations get wrong and that no test of the noun covers.

let world: World;
const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  askWorld(world, method, path, body);
/** The body of an answer that must be a success. */
async function get(method: string, path: string, body?: unknown) {
  const answer = await ask(method, path, body);
  expect(answer).toMatchObject({ status: expect.toSatisfy((status) => status < 300) });
  return Object(answer.body);
}
const idOf = async (path: string, body: object): Promise<string> => (await get("POST", path, body)).id;
const newFlow = () => idOf("/flows/", { name: fresh("flow") });
const newRun = async (more: object = {}) => get("POST", "/flow_runs/", { flow_id: await newFlow(), ...more });
const move = (id: string, state: object, more: object = {}) =>
  ask("POST", `/flow_runs/${id}/set_state`, { state, ...more });

function suite(open?: WorldOptions["open"]): void {
  beforeEach(async () => {
    world = await createWorld(open && { open });
  });
  afterEach(() => world.close());

  test("a new server has no pools, queues, limits or deployments", async () => {
    for (const noun of [
      "work_pools",
      "work_queues",
      "v2/concurrency_limits",
      "concurrency_limits",
      "deployments",
    ])
      expect(await ask("POST", `/${noun}/filter`, {})).toMatchObject({ status: 200, body: [] });
  });

  test("a state message of 3 MB is truncated when stored, and further in lists", async () => {
    const message = "\u{1f600}x".repeat(1_000_000);
    const { id } = await newRun();
    await move(id, { type: "FAILED", message }, { force: true });
    const { state } = await get("GET", `/flow_runs/${id}`);
    expect(state.message).toMatch(/… \(2,900,00\d more characters\)$/);
    expect(state.message.isWellFormed()).toBe(true);
    for (const path of ["filter", "paginate"]) {
      const { text } = await ask("POST", `/flow_runs/${path}`, { flow_runs: { id: { any_: [id] } } });
      expect(text.length).toBeLessThan(20_000);
      expect(text).toMatch(/… \([\d,]+ more characters\)"/);
    }
  });

  test("null is equivalent to an absent key", async () => {
    const none = { flows: null, flow_runs: null, task_runs: null, deployments: null, work_pools: null };
    await newRun({ name: null, state: null, tags: null, parameters: null });
    const body = { ...none, work_pool_queues: null, sort: null, limit: null, offset: null };
    expect(await get("POST", "/flow_runs/filter", body)).toHaveLength(1);
    expect(await get("POST", "/flow_runs/paginate", { ...none, page: null, limit: null })).toMatchObject({
      ...{ count: 1, limit: 200, pages: 1, page: 1 },
    });
  });

  test("writes answer with the statuses and bodies that clients match", async () => {
    const flow_id = await newFlow();
    const { name } = await get("GET", `/flows/${flow_id}`);
    const deployment = { name: "d", flow_id };
    const log = { name: "l", level: 20, message: "m", timestamp: "2026-01-01T00:00:00Z" };
    const made = await ask("POST", "/deployments/", deployment);
    const id = Object(made.body).id;
    const tag = { tag: "t", concurrency_limit: 1 };
    const request = [
      made,
      ...[await ask("POST", "/deployments/", deployment), await ask("POST", "/flows/", { name })],
      ...[await ask("POST", "/logs/", [log]), await ask("PATCH", `/deployments/${id}`, { paused: true })],
      ...[await ask("POST", `/deployments/${id}/pause_deployment`)],
      ...[await ask("DELETE", `/automations/owned-by/prefect.deployment.${id}`)],
      ...[await ask("POST", "/concurrency_limits/", tag), await ask("POST", "/concurrency_limits/", tag)],
      await ask("DELETE", "/concurrency_limits/tag/t"),
      await ask("POST", "/events", []),
    ];
    const reported = request.map(({ status, text }) => [status, text.startsWith("{") ? "row" : text]);
    expect(reported).toEqual([
      ...[
        [201, "row"],
        [200, "row"],
        [200, "row"],
        [201, "null"],
        [204, ""],
        [200, "null"],
      ],
      ...[
        [202, "null"],
        [201, "row"],
        [200, "row"],
        [200, "null"],
        [204, ""],
      ],
    ]);
  });

  test("durations are numbers, times end with Z, and Python's time format is accepted", async () => {
    const run = await newRun({ state: { type: "SCHEDULED" } });
    expect(run).toMatchObject({ total_run_time: 0, estimated_start_time_delta: expect.any(Number) });
    expect(run.expected_start_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    const body = { deployment_ids: [], scheduled_before: "2026-11-22 07:15:24.912472+00:00" };
    expect(await ask("POST", "/deployments/get_scheduled_flow_runs", body)).toMatchObject({ status: 200 });
  });

  test("an empty any_ matches none, an empty not_any_ excludes none, and no filter matches all", async () => {
    await newRun();
    const found = (flow_runs: object) => get("POST", "/flow_runs/count", { flow_runs });
    expect(+(await found({ id: { any_: [] } }))).toBe(0);
    expect(+(await found({ id: { not_any_: [] } }))).toBe(1);
    expect(+(await found({ tags: { all_: [] } }))).toBe(1);
    expect(+(await found({}))).toBe(1);
    // In event filters an empty list is no constraint.
    const filter = { id: { id: [] }, event: { name: [], prefix: [] }, resource: { id: [] }, related: [] };
    expect((await get("POST", "/events/filter", { filter })).total).toBeGreaterThan(0);
  });

  test("history uses the key work_queues where other routes use work_pool_queues", async () => {
    const run = await newRun({ state: { type: "SCHEDULED" } });
    const end = new Date(Date.parse(run.expected_start_time) + 60_000).toISOString();
    const window = { history_start: run.expected_start_time, history_end: end, history_interval_seconds: 60 };
    const nowhere = { name: { any_: ["nowhere"] } };
    const count = async (more: object) =>
      (await get("POST", "/flow_runs/history", { ...window, ...more }))[0].states.length;
    expect(await count({})).toBe(1);
    expect(await count({ work_queues: nowhere })).toBe(0);
    expect(+(await get("POST", "/flow_runs/count", { work_pool_queues: nowhere }))).toBe(0);
  });

  test("runs that have not started are found and counted at their expected start", async () => {
    const scheduled_time = "2030-01-01T00:00:00.000000Z";
    await newRun({ state: { type: "SCHEDULED", state_details: { scheduled_time } } });
    const after = { after_: "2029-12-31T00:00:00Z" };
    expect(+(await get("POST", "/flow_runs/count", { flow_runs: { start_time: after } }))).toBe(1);
    expect(+(await get("POST", "/task_runs/count", { task_runs: { start_time: after } }))).toBe(0);
    const window = { history_start: scheduled_time, history_end: "2030-01-01T01:00:00Z" };
    const [bucket] = await get("POST", "/flow_runs/history", { ...window, history_interval_seconds: 3600 });
    expect(bucket.states).toMatchObject([{ state_name: "Scheduled", count_runs: 1 }]);
  });

  test("a part of a name is a LIKE pattern without regard to case", async () => {
    const flow_id = await newFlow();
    for (const name of ["100% Sure", "100 sure", "a_b", "aXb", "Äther"]) await newRun({ name, flow_id });
    const found = async (like_: string) => {
      const rows: { name: string }[] = await get("POST", "/flow_runs/filter", {
        flow_runs: { name: { like_ } },
      });
      return rows.map(({ name }) => name).sort();
    };
    expect(await found("0% sURE")).toEqual(["100 sure", "100% Sure"].sort());
    expect(await found("A_B")).toEqual(["aXb", "a_b"]);
    expect(await found(literalLike("0% sURE"))).toEqual(["100% Sure"]);
    expect(await found(literalLike("a_b"))).toEqual(["a_b"]);
    expect(await found(literalLike("\\"))).toEqual([]);
    expect(await found("ÄT")).toEqual(["Äther"]);
  });

  test("an empty result has zero pages, and a count is a bare number", async () => {
    expect(await get("POST", "/flows/paginate", {})).toMatchObject({
      results: [],
      count: 0,
      pages: 0,
      page: 1,
    });
    expect((await ask("POST", "/flows/count", {})).text).toBe("0");
    expect((await ask("POST", "/flow_runs/lateness", {})).text).toBe("null");
  });

  test("pools are sorted by name, queues by priority, limits by name", async () => {
    for (const name of ["b", "a"]) await get("POST", "/work_pools/", { name });
    for (const name of ["z", "y"]) await get("POST", "/v2/concurrency_limits/", { name, limit: 1 });
    await get("POST", "/work_pools/a/queues", { name: "first", priority: 1 });
    const names = async (path: string) =>
      (await get("POST", path, {})).map(({ name }: { name: string }) => name);
    expect(await names("/work_pools/filter")).toEqual(["a", "b"]);
    expect(await names("/work_pools/a/queues/filter")).toEqual(["first", "default"]);
    expect(await names("/v2/concurrency_limits/filter")).toEqual(["y", "z"]);
  });

  test("concurrency_limit of a deployment is always null, and the global limit an object", async () => {
    const body = { name: "d", flow_id: await newFlow(), concurrency_limit: 2 };
    const { id, ...made } = await get("POST", "/deployments/", body);
    const limit = { name: `deployment:${id}`, limit: 2 };
    expect(made).toMatchObject({ concurrency_limit: null, global_concurrency_limit: limit });
    expect(await get("GET", `/v2/concurrency_limits/deployment:${id}`)).toMatchObject(limit);
  });

  test("a kept state is answered with 200, a written state with 201", async () => {
    const scheduled_time = "2090-01-01T00:00:00Z";
    const { id } = await newRun({ state: { type: "SCHEDULED", state_details: { scheduled_time } } });
    expect(await move(id, { type: "RUNNING" })).toMatchObject({
      status: 200,
      body: { status: "WAIT", state: { type: "SCHEDULED" }, details: { delay_seconds: expect.any(Number) } },
    });
    expect(await move(id, { type: "PENDING" })).toMatchObject({ status: 201, body: { status: "ACCEPT" } });
    expect(await move(id, { type: "PENDING" })).toMatchObject({
      status: 200,
      body: { status: "ABORT", state: { type: "PENDING" } },
    });
  });

  test("a forced cancellation of a run without a process ends it at once", async () => {
    const { id } = await newRun({ state: { type: "SCHEDULED" } });
    const answer = await move(id, { type: "CANCELLING" }, { force: true });
    expect(answer.body).toMatchObject({ status: "REJECT", state: { type: "CANCELLED" } });
  });

  test("a run created with a state has its times, counts, states and event", async () => {
    const { id, state_id, ...done } = await newRun({ state: { type: "COMPLETED" } });
    expect(done).toMatchObject({
      start_time: done.end_time,
      expected_start_time: done.end_time,
      run_count: 0,
    });
    expect(await newRun({ state: { type: "RUNNING" } })).toMatchObject({ run_count: 1, end_time: null });
    expect(await get("GET", `/flow_run_states/?flow_run_id=${id}`)).toMatchObject([{ id: state_id }]);
    // The event has the id of the state, so that events can be ordered.
    const filter = { resource: { id: [`prefect.flow-run.${id}`] } };
    expect((await get("POST", "/events/filter", { filter })).events).toMatchObject([{ id: state_id }]);
  });

  test.each([
    ["a text", "stored"],
    ["a list", [1]],
    ["a number", 0],
    ["no object", false],
  ])("data of a state may be any JSON: %s", async (_, data) => {
    const { id } = await newRun({ state: { type: "RUNNING" } });
    await move(id, { type: "COMPLETED", data });
    expect((await get("GET", `/flow_runs/${id}`)).state.data).toEqual(data);
    expect(await move(id, { type: "FAILED" }, { force: true })).toMatchObject({ status: expect.any(Number) });
  });

  test("loadable data is not lost to another final state", async () => {
    const { id } = await newRun({ state: { type: "RUNNING" } });
    await move(id, { type: "COMPLETED", data: { type: "result", storage_key: "k" } });
    expect((await move(id, { type: "RUNNING" })).body).toMatchObject({ status: "REJECT" });
    await move(id, { type: "COMPLETED" }, { force: true });
    expect((await get("GET", `/flow_runs/${id}`)).state.data).toMatchObject({ storage_key: "k" });
  });

  test("pause keys are a list, and a used key does not pause again", async () => {
    const { id } = await newRun({ state: { type: "RUNNING" } });
    const paused = {
      type: "PAUSED",
      state_details: { pause_key: "1", pause_timeout: "2090-01-01T00:00:00Z" },
    };
    expect((await move(id, paused)).status).toBe(201);
    await get("POST", `/flow_runs/${id}/resume`, {});
    const run = await get("GET", `/flow_runs/${id}`);
    expect(run).toMatchObject({ empirical_policy: { pause_keys: ["1"] } });
    expect((await move(id, paused)).body).toMatchObject({ status: "REJECT", state: { type: "RUNNING" } });
  });

  test("a pause whose process died applies again in the next attempt, without the old input", async () => {
    const flow_id = await newFlow();
    const deployment_id = await idOf("/deployments/", { name: fresh("asking"), flow_id });
    const { id } = await newRun({ flow_id, deployment_id, state: { type: "RUNNING" } });
    const keys = { schema: "paused-1-schema", response: "paused-1-response" };
    const paused = { type: "PAUSED", state_details: { pause_key: "1", run_input_keyset: keys } };
    const inputs = async () => {
      const rows: { key: string }[] = await get("POST", `/flow_runs/${id}/input/filter`, {
        prefix: "paused",
        limit: 9,
      });
      return rows.map(({ key }) => key).sort();
    };
    const left = (key: string, value: unknown) =>
      get("POST", `/flow_runs/${id}/input`, { key, value: JSON.stringify(value) });
    expect((await move(id, paused)).body).toMatchObject({ status: "ACCEPT" });
    await left(keys.schema, { type: "object", properties: { approved: { type: "boolean" } } });
    const answer = await get("POST", `/flow_runs/${id}/resume`, { run_input: { approved: true } });
    expect(answer).toMatchObject({ status: "ACCEPT" });
    expect(await inputs()).toEqual([keys.response, keys.schema]);
    // The same pause again without input; then the process dies.
    const next = { ...paused, state_details: { ...paused.state_details, pause_key: "2" } };
    expect((await move(id, next)).body).toMatchObject({ status: "ACCEPT" });
    expect(await inputs()).toEqual([]);
    expect((await move(id, { type: "SCHEDULED" })).body).toMatchObject({ status: "ACCEPT" });
    expect(await get("GET", `/flow_runs/${id}`)).toMatchObject({
      empirical_policy: { pause_keys: [], resuming: false, retry_type: "reschedule" },
    });
    for (const type of ["PENDING", "RUNNING"])
      expect((await move(id, { type })).body).toMatchObject({ status: "ACCEPT" });
    await left(keys.response, { approved: true });
    expect((await move(id, paused)).body).toMatchObject({ status: "ACCEPT", state: { type: "PAUSED" } });
    expect(await inputs()).toEqual([]);
  });

  test("a task run is unique per flow run, key and dynamic key; without a flow run per id", async () => {
    const { id: flow_run_id } = await newRun();
    const task = { task_key: "t", dynamic_key: "0", flow_run_id };
    const first = await ask("POST", "/task_runs/", task);
    expect(first.status).toBe(201);
    const again = { status: 200, body: { id: Object(first.body).id } };
    expect(await ask("POST", "/task_runs/", { ...task, id: newId() })).toMatchObject(again);
    for (const id of [newId(), newId()])
      expect((await ask("POST", "/task_runs/", { ...task, flow_run_id: null, id })).status).toBe(201);
  });

  test("many concurrent deletes all succeed", async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, newFlow));
    const answers = await Promise.all(ids.map((id) => ask("DELETE", `/flows/${id}`)));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 204));
  });
}

describe("gotchas, on SQLite", () => suite());
await describeOnPostgres("gotchas, on PostgreSQL", (databases) => suite(storesIn(databases)));
