import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { events } from "../../schema/events.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import type { Input } from "../../schema/route.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { cron, freshDeployments } from "../../testing/deployments.ts";

const { world, clock, deploy, read, post, eventNames: reported } = freshDeployments();
const crons = (deployment: Deployment) =>
  deployment.schedules.map(({ schedule }) => ("cron" in schedule ? schedule.cron : ""));

describe("deploying", () => {
  test("again keeps omitted keys, replaces schedules and parameters and answers 200", async () => {
    const input = { name: "nightly", flow_id: (await world().flow()).id };
    const first = await post("/deployments/", {
      ...input,
      ...{ tags: ["a", "a"], parameters: { n: 1 }, description: "d", concurrency_limit: 2 },
      schedules: [cron("0 9 * * *")],
    });
    expect(first).toMatchObject({
      status: 201,
      body: { tags: ["a", "a"], status: "NOT_READY", pull_steps: [] },
    });
    clock().advance(1000);
    const again = await post("/deployments/", { ...input, version: "2" });
    expect(again.status).toBe(200);
    expect(again.body).toEqual({
      ...first.body,
      ...{ version: "2", updated: clock().time(), schedules: [], parameters: {} },
    });
    expect(again.body.global_concurrency_limit.name).toBe(`deployment:${first.body.id}`);
  });

  test("asks for a flow that is there", async () => {
    const flow_id = "00000000-0000-4000-8000-000000000000";
    expect(await post("/deployments/", { name: "n", flow_id })).toEqual({
      ...{ status: 404, body: { detail: "Flow not found" } },
    });
  });

  test("names the place of a schedule that is wrong", async () => {
    const { id: flow_id } = await world().flow();
    const schedules = [cron("0 9 * * *"), cron("0 25 * * *")];
    const { status, body } = await post("/deployments/", { name: "n", flow_id, schedules });
    expect(status).toBe(422);
    expect(body.exception_detail).toMatchObject([
      { loc: ["body", "schedules", 1, "schedule", "cron"], msg: expect.stringContaining("25") },
    ]);
  });

  test("keeps rules as written, also with an unknown zone", async () => {
    const rules = [
      "FREQ=DAILY;BYHOUR=9",
      "FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20270730T040000Z",
      "DTSTART;TZID=US-Eastern:20260101T090000\nRRULE:FREQ=DAILY",
    ];
    const { schedules } = await deploy({ schedules: rules.map((rrule) => ({ schedule: { rrule } })) });
    const kept = schedules.map(({ schedule }) => ("rrule" in schedule ? schedule.rrule : ""));
    expect(kept.toSorted()).toEqual(rules.toSorted());
  });

  test.each<[string, object, number, string]>([
    ["a missing pool", { work_pool_name: "nowhere" }, 404, 'Work pool "nowhere" not found.'],
    ["a block", { storage_document_id: "00000000-0000-4000-8000-000000000000" }, 409, "storage block"],
    [
      "two limits at once",
      { concurrency_limit: 1, global_concurrency_limit_id: "00000000-0000-4000-8000-000000000000" },
      422,
      "got both",
    ],
    [
      "parameters of a schedule that do not fit",
      {
        parameter_openapi_schema: { type: "object", properties: { n: { type: "integer" } } },
        schedules: [cron("0 9 * * *", { parameters: { n: "many" } })],
      },
      409,
      "n: must be integer",
    ],
    [
      "too many runs ahead",
      { schedules: [cron("0 9 * * *", { max_scheduled_runs: 51 })] },
      422,
      "at most 50",
    ],
    [
      "the same slug twice",
      { schedules: [cron("0 9 * * *", { slug: "a" }), cron("0 8 * * *", { slug: "a" })] },
      409,
      "slugs must be unique",
    ],
  ])("refuses %s", async (_, more, status, message) => {
    const { id: flow_id } = await world().flow();
    const answer = await post("/deployments/", { name: "n", flow_id, ...more });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(JSON.stringify(message).slice(1, -1));
  });
});

describe("the queue of a deployment", () => {
  beforeEach(() => world().call(workPools.create, { name: "local", type: "process" }));
  const place = ({ work_pool_name, work_queue_name }: Deployment) => [work_pool_name, work_queue_name];

  test("is the pool's default, or made when it is named and missing", async () => {
    expect(place(await deploy({ work_pool_name: "local" }))).toEqual(["local", "default"]);
    const fast = await deploy({ name: "b", work_pool_name: "local", work_queue_name: "fast" });
    expect(place(fast)).toEqual(["local", "fast"]);
    const { id } = await world().call(workQueues.read, { pool: "local", name: "fast" });
    expect(fast.work_queue_id).toBe(id);
  });

  test("without a pool is one of a pool that is made for it", async () => {
    expect(await world().call(workPools.count, {})).toBe(1);
    expect(place(await deploy({ work_queue_name: "alone" }))).toEqual(["default-agent-pool", "alone"]);
    const pool = await world().call(workPools.read, { name: "default-agent-pool" });
    expect(pool.type).toBe("prefect-agent");
  });

  test("is changed within its pool, moved to another one and taken away", async () => {
    const { id } = await deploy({ work_pool_name: "local" });
    await world().call(deployments.update, { id, work_queue_name: "slow" });
    expect(place(await read(id))).toEqual(["local", "slow"]);
    await world().call(workPools.create, { name: "other" });
    await world().call(deployments.update, { id, work_pool_name: "other" });
    expect(place(await read(id))).toEqual(["other", "default"]);
    await world().call(deployments.update, { id, description: "d" });
    expect(place(await read(id))).toEqual(["other", "default"]);
    await world().call(deployments.update, { id, work_pool_name: null });
    expect(await read(id)).toMatchObject({ work_pool_name: null, work_queue_id: null });
  });

  test("is gone with its pool", async () => {
    const { id } = await deploy({ work_pool_name: "local" });
    await world().call(workPools.delete, { name: "local" });
    expect(await read(id)).toMatchObject({
      work_pool_name: null,
      work_queue_name: null,
      work_queue_id: null,
    });
  });

  test("is that of its runs, unless they name another one of the pool", async () => {
    const { id, work_queue_id } = await deploy({ work_pool_name: "local" });
    expect(await world().call(deployments.createFlowRun, { id })).toMatchObject({
      ...{ work_pool_name: "local", work_queue_name: "default", work_queue_id },
    });
    const answer = await post(`/deployments/${id}/create_flow_run`, { work_queue_name: "its own" });
    expect(answer).toMatchObject({ status: 201, body: { work_queue_name: "its own" } });
  });
});

describe("changing the schedules of a deployment", () => {
  test("leaves them in the order in which they were made, whatever is switched", async () => {
    const texts = Array.from({ length: 5 }, (_, hour) => `0 ${hour} * * *`);
    const { id, schedules } = await deploy({ schedules: texts.map((text) => cron(text)) });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 4 }), fc.boolean(), async (at, active) => {
        clock().advance(1000);
        const schedule_id = schedules[at]?.id ?? "";
        await world().call(deployments.updateSchedule, { id, schedule_id, active });
        expect(crons(await read(id))).toEqual(texts);
        const [listed] = await world().call(deployments.filter, { deployments: { id: { any_: [id] } } });
        expect(listed && crons(listed)).toEqual(texts);
      }),
      { numRuns: 10 },
    );
    await post(`/deployments/${id}/schedules`, [cron("0 9 * * *")]);
    expect(crons(await read(id))).toEqual([...texts, "0 9 * * *"]);
  });

  test("knows those with slugs, renames them, makes new ones and removes none", async () => {
    const { id, schedules } = await deploy({
      schedules: [
        cron("0 1 * * *", { slug: "a" }),
        cron("0 2 * * *", { slug: "b" }),
        cron("0 3 * * *", { slug: "c" }),
      ],
    });
    clock().advance(1000);
    const change = [
      { slug: "b", active: false },
      { slug: "z", replaces: "a", ...cron("0 4 * * *") },
      { slug: "new", ...cron("0 5 * * *") },
    ];
    await world().call(deployments.update, { id, schedules: change });
    const after = (await read(id)).schedules;
    const bySlug = new Map(after.map((schedule) => [schedule.slug, schedule]));
    expect([...bySlug.keys()].sort()).toEqual(["b", "c", "new", "z"]);
    const [a, b, c] = schedules;
    expect(bySlug.get("c")).toEqual(c);
    expect(bySlug.get("b")).toMatchObject({ id: b?.id, active: false, schedule: { cron: "0 2 * * *" } });
    expect(bySlug.get("z")).toMatchObject({ id: a?.id, schedule: { cron: "0 4 * * *" }, active: true });
  });

  test("lets two exchange their slugs, and wants a slug where all have one", async () => {
    const { id, schedules } = await deploy({
      schedules: [cron("0 1 * * *", { slug: "a" }), cron("0 2 * * *", { slug: "b" })],
    });
    const exchanged = [
      { slug: "b", replaces: "a" },
      { slug: "a", replaces: "b" },
    ];
    await world().call(deployments.update, { id, schedules: exchanged });
    const after = new Map((await read(id)).schedules.map((schedule) => [schedule.id, schedule.slug]));
    expect(schedules.map((schedule) => after.get(schedule.id))).toEqual(["b", "a"]);
    const nameless = { id, schedules: [cron("0 1 * * *")] };
    await expect(world().call(deployments.update, nameless)).rejects.toMatchObject({ status: 422 });
  });

  test("of none where all have a slug changes none", async () => {
    const { id, schedules } = await deploy({ schedules: [cron("0 1 * * *", { slug: "a" })] });
    await world().call(deployments.update, { id, schedules: [] });
    expect((await read(id)).schedules).toEqual(schedules);
  });

  test("keeps those without a slug when all that are sent have one; sent none, it removes them", async () => {
    const { id, schedules } = await deploy({
      schedules: [cron("0 1 * * *"), cron("0 2 * * *", { slug: "a" })],
    });
    clock().advance(1000);
    const change = [cron("0 3 * * *", { slug: "a" }), cron("0 4 * * *", { slug: "b" })];
    await world().call(deployments.update, { id, schedules: change });
    const after = await read(id);
    expect(crons(after).toSorted()).toEqual(["0 1 * * *", "0 3 * * *", "0 4 * * *"]);
    const kept = after.schedules.map((schedule) => schedule.id);
    expect(kept).toEqual(expect.arrayContaining(schedules.map((schedule) => schedule.id)));
    await world().call(deployments.update, { id, schedules: [] });
    expect(crons(await read(id))).toEqual([]);
  });

  test.each<[string, object[]]>([
    ["a slug that another schedule has", [{ slug: "b", replaces: "a" }]],
    [
      "two that replace the same one",
      [
        { slug: "x", replaces: "a" },
        { slug: "y", replaces: "a" },
      ],
    ],
    ["a new one without a schedule", [{ slug: "x", active: true }]],
  ])("refuses %s, and changes none", async (_, change) => {
    const { id, schedules } = await deploy({
      schedules: [cron("0 1 * * *", { slug: "a" }), cron("0 2 * * *", { slug: "b" })],
    });
    const answer = await world().fetch(
      new Request(`http://praetor.test/api/deployments/${id}`, {
        method: "PATCH",
        body: JSON.stringify({ schedules: change }),
      }),
    );
    expect(answer.status).toBe(422);
    expect((await read(id)).schedules).toEqual(schedules);
  });

  test("without slugs recreates all of them", async () => {
    const before = await deploy({ schedules: [cron("0 1 * * *")] });
    await world().call(deployments.update, {
      id: before.id,
      schedules: [cron("0 2 * * *"), cron("0 3 * * *")],
    });
    const after = await read(before.id);
    expect(crons(after)).toEqual(["0 2 * * *", "0 3 * * *"]);
    expect(after.schedules.map(({ id }) => id)).not.toContain(before.schedules[0]?.id);
  });

  test("by their own routes: added, changed, listed in the order in which they were made, and deleted", async () => {
    const { id } = await deploy({ schedules: [cron("0 1 * * *", { slug: "a" })] });
    clock().advance(1000);
    const added = await post(`/deployments/${id}/schedules`, [cron("0 2 * * *", { slug: "b" })]);
    expect(added).toMatchObject({ status: 201, body: [{ slug: "b", active: true, deployment_id: id }] });
    const twice = await post(`/deployments/${id}/schedules`, [cron("0 3 * * *", { slug: "b" })]);
    expect(twice).toEqual({
      ...{ status: 409, body: { detail: "Schedule slugs must be unique within a deployment." } },
    });
    clock().advance(1000);
    const [a, b] = await world().call(deployments.listSchedules, { id });
    expect([a?.slug, b?.slug]).toEqual(["a", "b"]);
    await world().call(deployments.updateSchedule, { id, schedule_id: a?.id ?? "", active: false });
    const [first] = await world().call(deployments.listSchedules, { id });
    expect(first).toMatchObject({ slug: "a", active: false, schedule: { cron: "0 1 * * *" } });
    await world().call(deployments.deleteSchedule, { id, schedule_id: a?.id ?? "" });
    expect(crons(await read(id))).toEqual(["0 2 * * *"]);
    const gone = world().call(deployments.deleteSchedule, { id, schedule_id: a?.id ?? "" });
    await expect(gone).rejects.toMatchObject({ status: 404 });
  });
});

test("events of a deployment name its flow, queue and pool", async () => {
  await world().call(workPools.create, { name: "local", type: "process" });
  const deployment = await deploy({ work_pool_name: "local" });
  const { id } = deployment;
  await world().call(deployments.update, { id, tags: ["x"] });
  await world().call(deployments.delete, { id });
  expect(await reported(id)).toEqual(["created", "updated", "deleted"]);
  const filter = { event: { name: ["prefect.deployment.updated"] } };
  const [event] = (await world().call(events.filter, { filter })).events;
  expect(event?.payload).toEqual({ updated_fields: ["tags"], updates: { tags: { from: [], to: ["x"] } } });
  const pool = await world().call(workPools.read, { name: "local" });
  expect(event?.related.map((one) => one["prefect.resource.id"])).toEqual([
    `prefect.flow.${deployment.flow_id}`,
    `prefect.work-queue.${deployment.work_queue_id}`,
    `prefect.work-pool.${pool.id}`,
  ]);
  expect(event?.related.map((one) => one["prefect.resource.name"])).toEqual(["etl", "default", "local"]);
  expect(event?.related.at(-1)).toMatchObject({ "prefect.work-pool.type": "process" });
});

describe("deleting", () => {
  test("takes the runs that wait and the limit along, and leaves those that began", async () => {
    const { id } = await deploy({ concurrency_limit: 1 });
    const began = await world().call(deployments.createFlowRun, { id });
    const waits = await world().call(deployments.createFlowRun, { id });
    await world().call(flowRuns.setState, { id: began.id, state: { type: "PENDING" } });
    await world().call(deployments.delete, { id });
    expect(await world().call(flowRuns.read, { id: began.id })).toMatchObject({ deployment_id: null });
    await expect(world().call(flowRuns.read, { id: waits.id })).rejects.toMatchObject({ status: 404 });
    expect(await world().call(concurrencyLimits.filter, {})).toEqual([]);
    await expect(read(id)).rejects.toMatchObject({ status: 404 });
  });

  test("many, or with the flow", async () => {
    const [a, b] = [await deploy(), await deploy({ name: "b" })];
    const wanted = { name: { any_: ["b"] } };
    expect(await world().call(deployments.bulkDelete, { deployments: wanted })).toEqual({ deleted: [b.id] });
    await world().call(flows.delete, { id: a.flow_id });
    expect(await world().call(deployments.count, {})).toBe(0);
    expect(await reported(a.id)).toEqual(["created", "deleted"]);
  });
});

describe("finding", () => {
  const names = async (input: Input<typeof deployments.filter>) =>
    (await world().call(deployments.filter, input)).map(({ name }) => name);
  beforeEach(async () => {
    await world().call(workPools.create, { name: "local", type: "process" });
    await deploy({ name: "alpha", tags: ["x"], work_pool_name: "local", concurrency_limit: 3 });
    clock().advance(1000);
    const beta = await deploy({ name: "beta", paused: true, work_queue_name: "alone" }, "report");
    await world().call(deployments.createFlowRun, { id: beta.id, name: "by-hand" });
    clock().advance(1000);
    await deploy({ name: "gamma", tags: ["x", "y"] }, "report");
  });

  test.each<[string, Input<typeof deployments.filter>, string[]]>([
    ["all by name", {}, ["alpha", "beta", "gamma"]],
    ["the newest first", { sort: "CREATED_DESC" }, ["gamma", "beta", "alpha"]],
    ["a page", { limit: 1, offset: 1 }, ["beta"]],
    ["by a part of the name", { deployments: { name: { like_: "ALPH" } } }, ["alpha"]],
    [
      "by the flow's name",
      { deployments: { flow_or_deployment_name: { like_: "repo" } } },
      ["beta", "gamma"],
    ],
    ["those that are paused", { deployments: { paused: { eq_: true } } }, ["beta"]],
    ["by tags", { deployments: { tags: { all_: ["x", "y"] } } }, ["gamma"]],
    ["by queue", { deployments: { work_queue_name: { any_: ["alone"] } } }, ["beta"]],
    ["by limit", { deployments: { concurrency_limit: { ge_: 2 } } }, ["alpha"]],
    ["those without a limit", { deployments: { concurrency_limit: { is_null_: true } } }, ["beta", "gamma"]],
    ["by flow", { flows: { name: { any_: ["etl"] } } }, ["alpha"]],
    ["by run", { flow_runs: { name: { any_: ["by-hand"] } } }, ["beta"]],
    ["by task run", { task_runs: {} }, []],
    ["by pool", { work_pools: { name: { any_: ["local"] } } }, ["alpha"]],
    ["by queue of any pool", { work_pool_queues: { name: { startswith_: ["al"] } } }, ["beta"]],
  ])("%s", async (_, input, expected) => {
    expect(await names(input)).toEqual(expected);
    const { sort: _sort, limit: _limit, offset: _offset, ...filters } = input;
    if (Object.keys(filters).length === Object.keys(input).length)
      expect(await world().call(deployments.count, filters)).toBe(expected.length);
  });

  test("pages tell how many there are", async () => {
    const page = await world().call(deployments.paginate, { limit: 2, page: 2 });
    expect(page).toMatchObject({ count: 3, pages: 2, page: 2, results: [{ name: "gamma" }] });
  });

  test("one by the names of flow and deployment", async () => {
    const named = { flow_name: "report", deployment_name: "beta" };
    expect(await world().call(deployments.readByName, named)).toMatchObject({ name: "beta", paused: true });
    const missing = world().call(deployments.readByName, { ...named, flow_name: "etl" });
    await expect(missing).rejects.toMatchObject({ status: 404 });
  });

  test("flows and runs by their deployment", async () => {
    const filter = { deployments: { name: { any_: ["beta"] } } };
    expect((await world().call(flows.filter, filter)).map(({ name }) => name)).toEqual(["report"]);
    expect((await world().call(flowRuns.filter, filter)).map(({ name }) => name)).toEqual(["by-hand"]);
  });
});
