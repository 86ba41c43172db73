import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admin, compatibleVersion, server } from "../../schema/admin.ts";
import { artifacts } from "../../schema/artifacts.ts";
import { concurrencyLimits, tagLimits } from "../../schema/concurrency-limits.ts";
import { dashboard } from "../../schema/dashboard.ts";
import { deploymentSchedules } from "../../schema/deployment-schedules.ts";
import { deployments } from "../../schema/deployments.ts";
import { events } from "../../schema/events.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import { graphs } from "../../schema/graphs.ts";
import { newId } from "../../schema/ids.ts";
import { Log, logs } from "../../schema/logs.ts";
import { observedStates } from "../../schema/observed-states.ts";
import type { Input } from "../../schema/route.ts";
import { runSummary } from "../../schema/run-summary.ts";
import { timestamp } from "../../schema/scalars.ts";
import { flowRunStates, taskRunStates } from "../../schema/states.ts";
import { taskHistory } from "../../schema/task-history.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { variables } from "../../schema/variables.ts";
import { recentRuns, slots, waiting } from "../../schema/waiting.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { workers } from "../../schema/workers.ts";
import { createWorld, type World } from "../../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test("every route of the schema is served", () => {
  const tables = [
    ...[
      admin,
      artifacts,
      concurrencyLimits,
      dashboard,
      deployments,
      deploymentSchedules,
      events,
      flowRuns,
      flowRunStates,
    ],
    ...[
      flows,
      graphs,
      logs,
      observedStates,
      recentRuns,
      runSummary,
      server,
      slots,
      taskHistory,
      tagLimits,
      taskRuns,
      taskRunStates,
      variables,
    ],
    ...[waiting, workers, workPools, workQueues],
  ];
  const missing = tables
    .flatMap((table) => Object.values(table))
    .filter((route) => !world.routes.includes(route));
  expect(missing.map((route) => `${route.noun}.${route.name}`)).toEqual([]);
});

test("the names of states that runs have had are told, by name, by the last one seen and by how they begin", async () => {
  const run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
  const state = { type: "COMPLETED", name: "Needs review" } as const;
  await world.call(flowRuns.setState, { id: run.id, state });
  await world.taskRun({ states: ["RUNNING", { type: "FAILED", name: "Odd" }] });
  const list = (input: Input<typeof observedStates.list>) => world.call(observedStates.list, input);
  const all = await list({ order_by: "NAME_ASC" });
  const names = all.map((one) => `${one.state_type} ${one.state_name}`);
  expect(names).toEqual(expect.arrayContaining(["COMPLETED Needs review", "FAILED Odd", "RUNNING Running"]));
  expect(names).toEqual(names.toSorted());
  expect(all.every((one) => one.first_seen <= one.last_seen)).toBe(true);
  expect((await list({ query: "nEEds" })).map((one) => one.state_name)).toEqual(["Needs review"]);
  expect(await list({ limit: 1 })).toHaveLength(1);
  const times = (await list({})).map((one) => one.last_seen);
  expect(times).toEqual(times.toSorted().reverse());
  await expect(list({ limit: 201 })).rejects.toMatchObject({ status: 422 });
});

describe("slots", () => {
  const post = (path: string, body: unknown) =>
    world.fetch(
      new Request(`http://praetor.test/api${path}`, { method: "POST", body: JSON.stringify(body) }),
    );
  const oneOf = async () => {
    const tag = `tag-${newId()}`;
    await world.call(tagLimits.create, { tag, concurrency_limit: 1 });
    return { tag, names: [`tag:${tag}`] };
  };

  test("that are all taken are answered with 423 and when to come again", async () => {
    const { names } = await oneOf();
    const first = await world.call(concurrencyLimits.incrementWithLease, { names, slots: 1 });
    const denied = await post("/v2/concurrency_limits/increment-with-lease", { names, slots: 1 });
    expect(denied.status).toBe(423);
    expect(await denied.json()).toEqual({ detail: "Locked" });
    expect(Number(denied.headers.get("retry-after"))).toBeGreaterThan(0);
    await world.call(concurrencyLimits.decrementWithLease, { lease_id: first.lease_id });
    const again = await world.call(concurrencyLimits.incrementWithLease, { names, slots: 1 });
    expect(again.limits).toMatchObject([{ name: names[0], limit: 1 }]);
  });

  test("that are refused 300 times are answered with a bounded time to come again", async () => {
    const { names } = await oneOf();
    await world.call(concurrencyLimits.increment, { names, slots: 1 });
    const plain = `plain-${newId()}`;
    await world.call(concurrencyLimits.create, { name: plain, limit: 1, active_slots: 1 });
    const longest = { [plain]: 0, [String(names[0])]: 0 };
    for (const name of Object.keys(longest)) {
      for (let count = 0; count < 150; count++) {
        const denied = await post("/v2/concurrency_limits/increment", { names: [name], slots: 1 });
        longest[name] = Math.max(longest[name] ?? 0, Number(denied.headers.get("retry-after")));
      }
    }
    expect(longest[plain]).toBeLessThanOrEqual(39);
    expect(longest[String(names[0])]).toBeLessThanOrEqual(13);
    expect(Math.min(...Object.values(longest))).toBeGreaterThan(0);
  });

  test("of unknown limits are granted freely, more than the limit never", async () => {
    expect(await world.call(concurrencyLimits.increment, { names: ["nobody"], slots: 1 })).toEqual([]);
    const { names } = await oneOf();
    expect((await post("/v2/concurrency_limits/increment", { names, slots: 5 })).status).toBe(422);
  });

  test("held by a lease that is gone cannot be renewed, but be given back twice", async () => {
    const { names } = await oneOf();
    const { lease_id } = await world.call(concurrencyLimits.incrementWithLease, { names, slots: 1 });
    await world.call(concurrencyLimits.renew, { lease_id, lease_duration: 120 });
    await world.call(concurrencyLimits.decrementWithLease, { lease_id });
    await world.call(concurrencyLimits.decrementWithLease, { lease_id });
    await expect(world.call(concurrencyLimits.renew, { lease_id })).rejects.toMatchObject({ code: "gone" });
  });

  test("by tag name their holders", async () => {
    const { tag } = await oneOf();
    const [one, two] = [newId(), newId()];
    await world.call(tagLimits.increment, { names: [tag], task_run_id: one });
    expect((await world.call(tagLimits.readByTag, { tag })).active_slots).toEqual([one]);
    const denied = await post("/concurrency_limits/increment", { names: [tag], task_run_id: two });
    expect(denied.status).toBe(423);
    expect(denied.headers.has("retry-after")).toBe(true);
    await world.call(tagLimits.decrement, { names: [tag], task_run_id: one });
    expect((await world.call(tagLimits.readByTag, { tag })).active_slots).toEqual([]);
  });
});

describe("events", () => {
  const resource = { "prefect.resource.id": "paged.1" };
  const occurred = (minutes: number) => timestamp(Date.now() - minutes * 60_000);
  beforeAll(async () => {
    const reported = Array.from({ length: 5 }, (_, index) => ({
      id: newId(),
      event: "a.b",
      resource,
      occurred: occurred(index + 1),
    }));
    await world.call(events.create, { events: reported });
  });
  const filter = { resource: { id: ["paged.1"] } };

  test("come in pages that what happens meanwhile does not move", async () => {
    const first = await world.call(events.filter, { filter, limit: 2 });
    expect(first).toMatchObject({
      total: 5,
      next_page: expect.stringMatching(/^http:\/\/praetor.test\/api\/events\/filter\/next\?page-token=/),
    });
    await world.call(events.create, {
      events: [{ id: newId(), event: "a.b", resource, occurred: timestamp(Date.now() + 5) }],
    });
    const seen = first.events.map((event) => event.id);
    for (let next = first.next_page; next !== null; ) {
      const token = new URL(next).searchParams.get("page-token") ?? "";
      const page = await world.call(events.next, { "page-token": token });
      seen.push(...page.events.map((event) => event.id));
      next = page.next_page;
    }
    expect(new Set(seen).size).toBe(5);
  });

  test("name the next page as a proxy is called", async () => {
    const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "flows.example" };
    const body = JSON.stringify({ filter, limit: 1 });
    const request = new Request("http://praetor.test/api/events/filter", { method: "POST", headers, body });
    const behind = await createWorld({ settings: { trustProxy: true } });
    const reported = [1, 2].map((at) => ({ id: newId(), event: "a.b", resource, occurred: occurred(at) }));
    await behind.call(events.create, { events: reported });
    const page = await (await behind.fetch(request)).json();
    await behind.close();
    expect(page.next_page).toMatch(/^https:\/\/flows\.example\/api\//);
  });

  test("refuse a token that is none", async () => {
    await expect(world.call(events.next, { "page-token": "x" })).rejects.toMatchObject({ code: "forbidden" });
  });

  test("are counted by day over half a year, and not in more than a thousand buckets", async () => {
    const days = await world.call(events.countBy, { countable: "day", filter });
    expect(days.length).toBeGreaterThanOrEqual(181);
    expect(days.reduce((sum, day) => sum + day.count, 0)).toBeGreaterThanOrEqual(5);
    const tooMany = world.call(events.countBy, { countable: "time", filter, time_unit: "second" });
    await expect(tooMany).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("logs", () => {
  test("are downloaded as values separated by commas, in order", async () => {
    const run = await world.flowRun({ name: "my run/1" });
    const log = (message: string, seconds: number, level = 20) => ({
      ...{ name: "l", message, level, flow_run_id: run.id },
      timestamp: timestamp(Date.parse("2026-03-01T12:00:00Z") + seconds * 1000),
    });
    await world.call(logs.create, { logs: [log('says "hi", twice', 2, 40), log("plain", 1)] });
    const url = `http://praetor.test/api/flow_runs/${run.id}/logs/download`;
    const response = await world.fetch(new Request(url));
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="my-run-1-logs.csv"; filename*=UTF-8''my%20run%2F1-logs.csv`,
    );
    expect(await response.text()).toBe(
      [
        "timestamp,level,flow_run_id,task_run_id,message",
        `2026-03-01T12:00:01.000000Z,20,${run.id},,plain`,
        `2026-03-01T12:00:02.000000Z,40,${run.id},,"says ""hi"", twice"`,
        "",
      ].join("\r\n"),
    );
  });

  test("are downloaded whole as text with the names of tasks, and as JSON lines", async () => {
    const run = await world.flowRun({ name: "long" });
    const task = await world.taskRun({ flowRun: run, key: "load", name: "load-0" });
    const at = (n: number) => timestamp(Date.parse("2026-03-01T12:00:00Z") + n);
    const lines = Array.from({ length: 2_500 }, (_, n) => ({
      ...{ name: "l", message: `line ${n}`, level: 20, flow_run_id: run.id, timestamp: at(n) },
    }));
    const last = {
      ...{ name: "l", level: 45, flow_run_id: run.id, task_run_id: task.id, timestamp: at(9_999) },
    };
    await world.call(logs.create, { logs: [...lines, { ...last, message: "\u001b[31mno\u001b[0m\nroom" }] });
    const read = async (format: "text" | "jsonl") => {
      const url = `http://praetor.test/api/praetor/flow_runs/${run.id}/logs/download?format=${format}`;
      return world.fetch(new Request(url));
    };
    const text = await read("text");
    expect(text.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(text.headers.get("content-disposition")).toContain('filename="long-logs.txt"');
    const written = (await text.text()).split("\n");
    expect(written).toHaveLength(2_503);
    expect(written[0]).toBe(`${at(0)} INFO     line 0`);
    expect(written.slice(-3)).toEqual([`${at(9_999)} ERROR    load-0 | no`, "room", ""]);
    const json = await read("jsonl");
    expect(json.headers.get("content-disposition")).toContain('filename="long-logs.jsonl"');
    const parsed = (await json.text())
      .trimEnd()
      .split("\n")
      .map((line) => Log.parse(JSON.parse(line)));
    expect(parsed).toHaveLength(2_501);
    expect(parsed.at(-1)).toMatchObject({ task_run_id: task.id, message: "\u001b[31mno\u001b[0m\nroom" });
    const missing = { id: newId(), format: "text" } as const;
    await expect(world.call(logs.download, missing)).rejects.toMatchObject({ status: 404 });
    const pdf = "http://praetor.test/api/praetor/flow_runs/x/logs/download?format=pdf";
    expect((await world.fetch(new Request(pdf.replace("/x/", `/${run.id}/`)))).status).toBe(422);
  });
});

describe("a flow run's inputs", () => {
  test("are kept by key, given back as they came, and taken once", async () => {
    const { id } = await world.flowRun();
    await world.call(flowRuns.createInput, { id, key: "a-1", value: '{"x": 1}' });
    await world.call(flowRuns.createInput, { id, key: "a-2", value: "2", sender: "me" });
    await expect(world.call(flowRuns.createInput, { id, key: "a-1", value: "3" })).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(world.call(flowRuns.createInput, { id, key: "a_1", value: "3" })).rejects.toMatchObject({
      code: "invalid",
    });
    expect(await world.call(flowRuns.readInput, { id, key: "a-1" })).toEqual({ x: 1 });
    const rest = await world.call(flowRuns.filterInput, {
      id,
      prefix: "a-",
      limit: 9,
      exclude_keys: ["a-1"],
    });
    expect(rest).toMatchObject([{ key: "a-2", sender: "me" }]);
    await world.call(flowRuns.deleteInput, { id, key: "a-1" });
    await expect(world.call(flowRuns.readInput, { id, key: "a-1" })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

describe("counts for dashboards", () => {
  test("of task runs and next runs by id, with all ids there", async () => {
    const run = await world.flowRun({ flow: "counted" });
    await world.taskRun({ flowRun: run });
    const unknown = newId();
    const counts = await world.call(dashboard.countTaskRuns, { flow_run_ids: [run.id, unknown] });
    expect(counts).toEqual({ [run.id]: 1, [unknown]: 0 });
    const scheduled = await world.flowRun({ flow: "counted", states: ["SCHEDULED"] });
    const next = await world.call(dashboard.nextRuns, { flow_ids: [run.flow_id, unknown] });
    expect(next).toMatchObject({ [run.flow_id]: { id: scheduled.id }, [unknown]: null });
  });

  test("of history refuse intervals under a second", async () => {
    const history = {
      history_start: timestamp(0),
      history_end: timestamp(1000),
      history_interval_seconds: 0.5,
    };
    await expect(world.call(flowRuns.history, history)).rejects.toMatchObject({ code: "invalid" });
    await expect(world.call(taskRuns.history, history)).rejects.toMatchObject({ code: "invalid" });
  });
});

test.each([
  ["prefect/3.9.1 (API 0.8.4)", "3.9.1"],
  ["prefect/3.10.0", "3.10.0"],
  ["prefect/3.9.2.dev1 (API 0.8.4)", "3.9.2"],
  ["prefect/3.8.8 (API 0.8.4)", compatibleVersion],
  ["prefect/3.4.11 (API 0.8.4)", compatibleVersion],
  ["prefect/4.0.0 (API 0.8.4)", compatibleVersion],
  ["prefect/3.9 evil", compatibleVersion],
  ["curl/8", compatibleVersion],
])("%s is told that the server is of version %s", async (agent, version) => {
  const headers = { "user-agent": agent };
  const answer = await world.fetch(new Request("http://praetor.test/api/admin/version", { headers }));
  expect(await answer.json()).toBe(version);
});
