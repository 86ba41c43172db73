import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { artifacts } from "../schema/artifacts.ts";
import { tagLimits } from "../schema/concurrency-limits.ts";
import { events } from "../schema/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { newId } from "../schema/ids.ts";
import { flowRunStates, taskRunStates } from "../schema/states.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { createWorld, type World } from "../testing/world.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
let clock = start;
let world: World;
beforeAll(async () => {
  world = await createWorld({ now: () => clock });
});
afterAll(() => world.close());

const wait = (seconds: number) => {
  clock += seconds * 1000;
};
const set = (id: string, type: "RUNNING" | "FAILED" | "COMPLETED" | "PENDING" | "PAUSED" | "CANCELLING") =>
  world.call(flowRuns.setState, { id, state: { type } });
const read = (id: string) => world.call(flowRuns.read, { id });
async function statusOf(path: string, body: unknown) {
  const request = new Request(`http://praetor.test/api${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  const response = await world.fetch(request);
  return { status: response.status, body: await response.json() };
}

describe("the life of a flow run", () => {
  test("from pending to completed sets times, counts and states", async () => {
    const { id } = await world.flowRun();
    wait(1);
    await set(id, "RUNNING");
    wait(2.5);
    const result = await set(id, "COMPLETED");
    expect(result).toMatchObject({ status: "ACCEPT", details: { type: "accept_details" }, rule: "none" });
    const run = await read(id);
    expect(run).toMatchObject({
      state_type: "COMPLETED",
      run_count: 1,
      total_run_time: 2.5,
      estimated_run_time: 2.5,
    });
    expect(Date.parse(run.end_time ?? "") - Date.parse(run.start_time ?? "")).toBe(2500);
    expect(run.estimated_start_time_delta).toBe(1);
    const states = await world.call(flowRunStates.list, { flow_run_id: id });
    expect(states.map((state) => state.name)).toEqual(["Pending", "Running", "Completed"]);
    expect(states[2]).toEqual(run.state);
    expect(run.state?.state_details).toMatchObject({
      flow_run_id: id,
      deferred: false,
      pause_reschedule: false,
    });
  });

  test("through a retry waits for its time and counts both attempts", async () => {
    const { id } = await world.flowRun({ empirical_policy: { retries: 1, retry_delay: 5 } });
    await set(id, "RUNNING");
    wait(1);
    const failed = await statusOf(`/flow_runs/${id}/set_state`, {
      state: { type: "FAILED", message: "boom" },
    });
    expect(failed).toMatchObject({
      status: 201,
      body: { status: "REJECT", state: { name: "AwaitingRetry", message: "boom" }, rule: "retryFailures" },
    });
    const early = await statusOf(`/flow_runs/${id}/set_state`, { state: { type: "RUNNING" } });
    expect(early).toMatchObject({
      status: 200,
      body: { status: "WAIT", details: { delay_seconds: 5 }, state: { name: "AwaitingRetry" } },
    });
    expect((await read(id)).empirical_policy.retry_type).toBe("in_process");
    wait(5);
    await set(id, "RUNNING");
    wait(1);
    expect(await set(id, "FAILED")).toMatchObject({ status: "ACCEPT" });
    expect(await read(id)).toMatchObject({
      run_count: 2,
      total_run_time: expect.closeTo(2, 5),
      next_scheduled_start_time: null,
    });
  });

  test("after a failure may restart and loses its end", async () => {
    const { id } = await world.flowRun({ states: ["PENDING", "RUNNING", "FAILED"] });
    expect((await read(id)).end_time).not.toBeNull();
    await set(id, "RUNNING");
    expect(await read(id)).toMatchObject({ state_type: "RUNNING", end_time: null, run_count: 2 });
  });

  test("two states of one moment differ by a microsecond", async () => {
    const { id } = await world.flowRun({ states: ["PENDING", "RUNNING", "COMPLETED"] });
    const times = (await world.call(flowRunStates.list, { flow_run_id: id })).map((state) => state.timestamp);
    expect(new Set(times).size).toBe(3);
    expect([...times].sort()).toEqual(times);
  });

  test("of two workers that claim a run at once, one gets it", async () => {
    const { id } = await world.flowRun({ states: ["SCHEDULED"] });
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => set(id, "PENDING")));
    expect(results.map((result) => result.status).sort()).toEqual([
      "ABORT",
      "ABORT",
      "ABORT",
      "ABORT",
      "ACCEPT",
    ]);
  });

  test("a repeated transition is written once", async () => {
    const { id } = await world.flowRun();
    const state = { type: "RUNNING", state_details: { transition_id: newId() } } as const;
    expect(await world.call(flowRuns.setState, { id, state })).toMatchObject({ status: "ACCEPT" });
    expect(await world.call(flowRuns.setState, { id, state })).toMatchObject({
      status: "REJECT",
      state: { type: "RUNNING" },
    });
    expect(await world.call(flowRunStates.list, { flow_run_id: id })).toHaveLength(2);
  });

  test("is reported as a chain of events", async () => {
    const { id, name } = await world.flowRun({ tags: ["b", "a"], states: ["PENDING", "RUNNING"] });
    const { events: reported } = await world.call(events.filter, {
      filter: {
        resource: { id: [`prefect.flow-run.${id}`] },
        event: { prefix: ["prefect.flow-run."] },
        occurred: { since: "2026-01-01T00:00:00Z" },
        order: "ASC",
      },
    });
    const states = await world.call(flowRunStates.list, { flow_run_id: id });
    expect(reported.map((event) => event.id)).toEqual(states.map((state) => state.id));
    expect(reported[1]).toMatchObject({
      event: "prefect.flow-run.Running",
      follows: reported[0]?.id,
      occurred: states[1]?.timestamp,
      resource: {
        "prefect.resource.name": name,
        "prefect.run-count": "1",
        "prefect.state-type": "RUNNING",
        "prefect.state-name": "Running",
        "prefect.state-message": "",
      },
      payload: {
        intended: { from: "PENDING", to: "RUNNING" },
        initial_state: { type: "PENDING", name: "Pending" },
        validated_state: { type: "RUNNING", name: "Running" },
      },
    });
    const related = reported[1]?.related.map((resource) => resource["prefect.resource.id"]);
    expect(related?.slice(-2)).toEqual(["prefect.tag.a", "prefect.tag.b"]);
  });

  test("a loadable result is also an artifact, and is read back with the state", async () => {
    const data = {
      type: "reference",
      storage_key: "k",
      artifact_key: "my-result",
      artifact_description: "d",
    };
    const { id } = await world.flowRun({ states: ["PENDING", "RUNNING", { type: "COMPLETED", data }] });
    expect((await read(id)).state?.data).toMatchObject({ type: "reference", storage_key: "k" });
    const found = await world.call(artifacts.filter, { artifacts: { flow_run_id: { any_: [id] } } });
    expect(found).toMatchObject([{ type: "result", key: "my-result" }]);
  });
});

describe("creating a flow run", () => {
  test("without a name gives it one of two words", async () => {
    expect((await world.flowRun({ name: null })).name).toMatch(/^[a-z]+-[a-z]+$/);
    expect((await world.flowRun({ name: "" })).name).toMatch(/^[a-z]+-[a-z]+$/);
  });

  test("twice with one key returns the first run with 200 instead of 201", async () => {
    const { id: flow_id } = await world.flow();
    const body = { flow_id, idempotency_key: "once", state: { type: "SCHEDULED" } };
    const first = await statusOf("/flow_runs/", body);
    const second = await statusOf("/flow_runs/", body);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body.id).toBe(first.body.id);
    expect(await world.call(flowRunStates.list, { flow_run_id: first.body.id })).toHaveLength(1);
  });

  test.each([
    ["COMPLETED", { run_count: 0, next_scheduled_start_time: null, state_name: "Completed" }],
    ["RUNNING", { run_count: 1, end_time: null, state_name: "Running" }],
    ["SCHEDULED", { run_count: 0, start_time: null, end_time: null, state_name: "Scheduled" }],
  ] as const)("as %s gives it the times of that state", async (type, expected) => {
    const run = await world.flowRun({ states: [type] });
    expect(run).toMatchObject(expected);
    const { timestamp } = run.state ?? {};
    if (type === "COMPLETED")
      expect([run.start_time, run.end_time, run.expected_start_time]).toEqual([
        timestamp,
        timestamp,
        timestamp,
      ]);
    if (type === "SCHEDULED") expect(run.next_scheduled_start_time).toBe(timestamp);
  });

  test("of an unknown flow, or for an unknown pool, is refused", async () => {
    expect((await statusOf("/flow_runs/", { flow_id: newId() })).status).toBe(404);
    const { id: flow_id } = await world.flow();
    const answer = await statusOf("/flow_runs/", { flow_id, work_pool_name: "p" });
    expect(answer).toMatchObject({ status: 404, body: { detail: 'Work pool "p" not found.' } });
  });

  test("with too many parameters is refused", async () => {
    const { id: flow_id } = await world.flow();
    const parameters = { text: "x".repeat(600_000) };
    expect((await statusOf("/flow_runs/", { flow_id, parameters })).status).toBe(422);
  });
});

describe("a subflow", () => {
  test("is seen by its parent as a task run in the same states", async () => {
    const parent = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    const task = await world.call(taskRuns.create, {
      flow_run_id: parent.id,
      task_key: "child",
      dynamic_key: "0",
    });
    expect(task).toMatchObject({ state_type: "PENDING", run_count: 0 });
    const child = await world.flowRun({ flow: "child", parent_task_run_id: task.id });
    await set(child.id, "RUNNING");
    wait(3);
    await set(child.id, "COMPLETED");
    const mirrored = await world.call(taskRuns.read, { id: task.id });
    expect(mirrored).toMatchObject({
      state_type: "COMPLETED",
      run_count: 1,
      total_run_time: expect.closeTo(3, 5),
    });
    expect(mirrored.state?.state_details).toMatchObject({
      child_flow_run_id: child.id,
      flow_run_id: parent.id,
    });
    expect((await read(child.id)).state?.state_details.task_run_id).toBe(task.id);
    const names = (await world.call(taskRunStates.list, { task_run_id: task.id })).map((state) => state.name);
    expect(names).toEqual(["Pending", "Pending", "Running", "Completed"]);
  });
});

describe("pause and resume", () => {
  test("a paused run continues, once", async () => {
    const { id } = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    await set(id, "PAUSED");
    const [first, second] = await Promise.all([
      world.call(flowRuns.resume, { id }),
      world.call(flowRuns.resume, { id }),
    ]);
    expect(first).toMatchObject({ status: "ACCEPT", state: { type: "RUNNING" } });
    expect(second).toMatchObject({ status: "ABORT", state: null });
    // Counted as in Prefect: resuming in place enters RUNNING again.
    expect(await read(id)).toMatchObject({ run_count: 2, empirical_policy: { resuming: true } });
  });

  test("an input is validated against the run's schema and stored for it", async () => {
    const { id } = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    const schema = { type: "object", properties: { count: { type: "integer" } }, required: ["count"] };
    const run_input_keyset = { schema: "p-schema", response: "p-response", description: "p-description" };
    const state = { type: "PAUSED", state_details: { run_input_keyset } } as const;
    await world.call(flowRuns.setState, { id, state });
    await world.call(flowRuns.createInput, { id, key: "p-schema", value: JSON.stringify(schema) });

    const without = await world.call(flowRuns.resume, { id });
    expect(without).toMatchObject({
      status: "REJECT",
      details: { reason: expect.stringContaining("count") },
    });
    const wrong = await world.call(flowRuns.resume, { id, run_input: { count: "many" } });
    expect(wrong).toMatchObject({ status: "REJECT", state: { type: "PAUSED" } });
    const count = { __prefect_kind: "json", value: "3" };
    const right = await world.call(flowRuns.resume, { id, run_input: { count } });
    expect(right).toMatchObject({ status: "ACCEPT", state: { type: "RUNNING" } });
    expect(await world.call(flowRuns.readInput, { id, key: "p-response" })).toEqual({ count: 3 });
  });

  test("a run that is not paused, or missing, is not resumed", async () => {
    const { id } = await world.flowRun();
    expect(await statusOf(`/flow_runs/${id}/resume`, {})).toMatchObject({
      status: 200,
      body: { state: null, status: "ABORT" },
    });
    expect((await statusOf(`/flow_runs/${newId()}/resume`, {})).status).toBe(404);
  });
});

describe("many at once", () => {
  test("are changed and deleted by a filter", async () => {
    const runs = [
      await world.flowRun({ flow: "many" }),
      await world.flowRun({ flow: "many", states: ["COMPLETED"] }),
    ];
    const ids = { id: { any_: runs.map((run) => run.id) } };
    const { results } = await world.call(flowRuns.bulkSetState, {
      flow_runs: ids,
      state: { type: "CANCELLING" },
    });
    const statusById = new Map(results.map((result) => [result.flow_run_id, result.status]));
    expect(runs.map((run) => statusById.get(run.id))).toEqual(["ACCEPT", "ABORT"]);
    const { deleted } = await world.call(flowRuns.bulkDelete, { flow_runs: ids });
    expect(deleted.sort()).toEqual(runs.map((run) => run.id).sort());
    await expect(read(runs[0]?.id ?? "")).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("a task run with server-side orchestration", () => {
  const setTask = (id: string, state: Parameters<typeof world.call<typeof taskRuns.setState>>[1]["state"]) =>
    world.call(taskRuns.setState, { id, state });
  const newTask = async (tags: string[] = []) => {
    const parent = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    return world.call(taskRuns.create, { flow_run_id: parent.id, task_key: "t", dynamic_key: newId(), tags });
  };

  test("is created once under its key", async () => {
    const parent = await world.flowRun();
    const body = { flow_run_id: parent.id, task_key: "t", dynamic_key: "0", id: newId() };
    expect((await statusOf("/task_runs/", body)).status).toBe(201);
    expect(await statusOf("/task_runs/", { ...body, id: newId() })).toMatchObject({
      status: 200,
      body: { id: body.id },
    });
  });

  test("waits for a full tag and gets the slot once it is free", async () => {
    await world.call(tagLimits.create, { tag: "narrow", concurrency_limit: 1 });
    const [one, two] = [await newTask(["narrow"]), await newTask(["narrow"])];
    expect(await setTask(one.id, { type: "RUNNING" })).toMatchObject({ status: "ACCEPT" });
    expect((await world.call(tagLimits.readByTag, { tag: "narrow" })).active_slots).toEqual([one.id]);
    expect(await setTask(two.id, { type: "RUNNING" })).toMatchObject({
      status: "WAIT",
      rule: "respectTagLimits",
    });
    await setTask(one.id, { type: "COMPLETED" });
    expect(await setTask(two.id, { type: "RUNNING" })).toMatchObject({ status: "ACCEPT" });
  });

  test("uses the result of another one under its cache key", async () => {
    const [one, two] = [await newTask(), await newTask()];
    const state_details = { cache_key: "the-key" };
    await setTask(one.id, { type: "RUNNING", state_details });
    await setTask(one.id, { type: "COMPLETED", data: { type: "reference" }, state_details });
    const cached = await setTask(two.id, { type: "RUNNING", state_details });
    expect(cached).toMatchObject({
      status: "REJECT",
      state: { type: "COMPLETED", name: "Cached", data: { type: "reference" } },
    });
  });

  test("does not run in a flow run that has ended", async () => {
    const parent = await world.flowRun({ states: ["PENDING", "RUNNING", "COMPLETED"] });
    const task = await world.call(taskRuns.create, {
      flow_run_id: parent.id,
      task_key: "t",
      dynamic_key: "0",
    });
    expect(await setTask(task.id, { type: "RUNNING" })).toMatchObject({ status: "ABORT" });
  });
});
