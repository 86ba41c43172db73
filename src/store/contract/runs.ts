import { expect, test } from "vitest";
import { dashboard } from "../../schema/dashboard.ts";
import { FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { Flow, flows } from "../../schema/flows.ts";
import { timestamp } from "../../schema/scalars.ts";
import { TaskRun, taskRuns } from "../../schema/task-runs.ts";
import { eventually, freshStore, type OpenStore, recordChanges } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf, taskEvent } from "../../testing/store-writer.ts";

const unknown = "00000000-0000-4000-8000-000000000000";
const newTask = (input: object) =>
  taskRuns.create.input.parse({ task_key: "load", dynamic_key: "0", ...input });

export function flowContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("a flow is created once per name and read by id and by name", async () => {
    const { store } = fixture;
    const input = flows.create.input.parse({ name: "etl", tags: ["a", "b"], labels: { team: "x" } });
    const first = await store.flows.create(input);
    const second = await store.flows.create({ ...input, tags: ["other"] });
    expect(first.isNew).toBe(true);
    expect(second).toEqual({ row: first.row, isNew: false });
    expect(await store.flows.read(first.row.id)).toEqual(first.row);
    expect(await store.flows.readByName("etl")).toEqual(first.row);
    expect(await store.flows.read(unknown)).toBeUndefined();
    expect(Flow.parse(first.row)).toEqual(first.row);
  });

  test("flows are sorted, paged and counted", async () => {
    const { store } = fixture;
    for (const name of ["b", "c", "a"]) await makeFlow(fixture, { name });
    const names = async (input: object) =>
      (await store.flows.filter(flows.filter.input.parse(input))).map((flow) => flow.name);
    expect(await names({})).toEqual(["a", "b", "c"]);
    expect(await names({ sort: "NAME_DESC", limit: 2 })).toEqual(["c", "b"]);
    expect(await names({ offset: 2 })).toEqual(["c"]);
    expect(await names({ limit: 0 })).toEqual([]);
    const page = await store.flows.paginate(flows.paginate.input.parse({ limit: 2, page: 2 }));
    expect(page).toMatchObject({ count: 3, pages: 2, page: 2, limit: 2 });
    expect(page.results.map((flow) => flow.name)).toEqual(["c"]);
  });

  test("flows are found by the runs they have", async () => {
    const { store, clock } = fixture;
    const busy = await makeFlow(fixture, { name: "busy" });
    await makeFlow(fixture, { name: "idle" });
    await makeRun(fixture, busy, {}, stateOf(clock, "RUNNING"));
    const found = async (filters: object) =>
      (await store.flows.filter(flows.filter.input.parse(filters))).map((flow) => flow.name);
    expect(await found({ flow_runs: { state: { type: { any_: ["RUNNING"] } } } })).toEqual(["busy"]);
    expect(await found({ flow_runs: { state: { type: { any_: ["FAILED"] } } } })).toEqual([]);
    expect(await found({ deployments: {} })).toEqual([]);
    expect(await found({ flows: { deployment: { is_null_: true } } })).toEqual(["busy", "idle"]);
  });

  test("deleting a flow deletes its runs", async () => {
    const { store } = fixture;
    const flow = await makeFlow(fixture);
    const run = await makeRun(fixture, flow);
    expect(await store.flows.delete(flow.id)).toBe(true);
    expect(await store.flows.delete(flow.id)).toBe(false);
    expect(await store.flowRuns.read(run.id)).toBeUndefined();
  });
}

export function flowRunContract(open: OpenStore): void {
  const fixture = freshStore(open);
  creation(fixture);
  states(fixture);
  lockedTogether(fixture);
  changes(fixture);
}

type Fixture = ReturnType<typeof freshStore>;

function creation(fixture: Fixture): void {
  test("a run reads back as the wire has it, with a name and merged labels", async () => {
    const flow = await makeFlow(fixture, { labels: { team: "x", prio: 1 } });
    const run = await makeRun(fixture, flow, {
      parameters: { city: "Berlin", days: [1, 2] },
      tags: ["b", "a", "b"],
      labels: { prio: 2 },
    });
    const read = await fixture.store.flowRuns.read(run.id);
    expect(read).toEqual(run);
    expect(FlowRun.parse(read)).toEqual(read);
    expect(run.name).toMatch(/^[a-z]+-[a-z]+$/);
    expect(run.tags).toEqual(["b", "a", "b"]);
    expect(run.labels).toEqual({ team: "x", prio: 2, "prefect.flow.id": flow.id });
    expect(run.parameters).toEqual({ city: "Berlin", days: [1, 2] });
  });

  test("the same idempotency key returns the same run, per flow", async () => {
    const flow = await makeFlow(fixture);
    const other = await makeFlow(fixture, { name: "other" });
    const create = (flowId: string) =>
      fixture.store.flowRuns.create(
        flowRuns.create.input.parse({ flow_id: flowId, idempotency_key: "monday", name: "first" }),
      );
    const first = await create(flow.id);
    const second = await create(flow.id);
    expect(second.isNew).toBe(false);
    expect(second.row).toEqual(first.row);
    expect((await create(other.id)).isNew).toBe(true);
  });

  test("a run of an unknown flow or work pool is refused", async () => {
    const flow = await makeFlow(fixture);
    const create = (input: object) => fixture.store.flowRuns.create(flowRuns.create.input.parse(input));
    await expect(create({ flow_id: unknown })).rejects.toMatchObject({ code: "not-found" });
    await expect(create({ flow_id: flow.id, work_pool_name: "nowhere" })).rejects.toMatchObject({
      code: "not-found",
    });
  });
}

function lockedTogether(fixture: Fixture): void {
  test("runs that are locked together come in the order of their ids, a missing one as nothing", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    const runs = [await makeRun(fixture, flow), await makeRun(fixture, flow, { tags: ["mine"] })];
    const [first = unknown, second = unknown] = runs.map(({ id }) => id);
    const state = stateOf(clock, "RUNNING");
    await store.transaction(async (tx) => {
      const locked = await tx.flowRuns.lockMany([second, unknown, first]);
      expect(locked.map((run) => run?.id)).toEqual([second, undefined, first]);
      if (locked[0]) await tx.flowRuns.writeState(locked[0], {}, state);
    });
    const { events } = await store.events.filter(null, { limit: 10 });
    const reported = events.find((event) => event.id === state.id);
    expect(reported?.related.map((related) => related["prefect.resource.id"])).toEqual([
      `prefect.flow.${flow.id}`,
      "prefect.tag.mine",
    ]);
    expect((await store.flowRuns.read(first))?.state_type).toBe("PENDING");
  });
}

function states(fixture: Fixture): void {
  test("writing a state updates the run, keeps the history and records an event", async () => {
    const { store, clock } = fixture;
    const run = await makeRun(fixture, await makeFlow(fixture, { tags: ["flow-tag"] }), { tags: ["mine"] });
    clock.advance(2000);
    const running = stateOf(clock, "RUNNING", { message: "on it" });
    const after = await store.transaction(async (tx) => {
      const locked = await tx.flowRuns.lock(run.id);
      if (!locked) throw new Error("gone");
      return tx.flowRuns.writeState(locked, { run_count: 1, start_time: running.timestamp }, running);
    });
    clock.advance(1500);
    const read = await store.flowRuns.read(run.id);
    expect(read).toMatchObject({ ...after, estimated_run_time: 1.5, estimated_start_time_delta: 2 });
    expect(read?.state).toEqual(running);
    const history = await store.flowRunStates.list(run.id);
    expect(history.map((state) => state.type)).toEqual(["PENDING", "RUNNING"]);
    expect(await store.flowRunStates.read(running.id)).toEqual(running);
    const { events } = await store.events.filter(null, { limit: 10 });
    const reported = events.find((event) => event.id === running.id);
    expect(reported).toMatchObject({
      event: "prefect.flow-run.Running",
      occurred: running.timestamp,
      follows: history[0]?.id,
      resource: { "prefect.resource.id": `prefect.flow-run.${run.id}`, "prefect.state-message": "on it" },
      payload: { intended: { from: "PENDING", to: "RUNNING" } },
    });
    const tags = reported?.related.filter((related) => related["prefect.resource.role"] === "tag");
    expect(tags?.map((tag) => tag["prefect.resource.id"])).toEqual([
      "prefect.tag.flow-tag",
      "prefect.tag.mine",
    ]);
  });

  test("the lateness of a due run grows until it ends", async () => {
    const { store, clock } = fixture;
    const run = await makeRun(fixture, await makeFlow(fixture));
    clock.advance(3000);
    expect((await store.flowRuns.read(run.id))?.estimated_start_time_delta).toBe(3);
    await store.transaction(async (tx) => {
      const locked = await tx.flowRuns.lock(run.id);
      if (locked) await tx.flowRuns.writeState(locked, {}, stateOf(clock, "CANCELLED"));
    });
    expect((await store.flowRuns.read(run.id))?.estimated_start_time_delta).toBe(0);
  });

  test.each([
    ["a list", [1, { two: null }]],
    ["a number", 42],
    ["the mark of an unpersisted result", { type: "unpersisted" }],
    ["a reference", { type: "reference", storage_key: "k" }],
  ])("the data of a state comes back as it was: %s", async (_, data) => {
    const { store, clock } = fixture;
    const run = await makeRun(fixture, await makeFlow(fixture), {}, stateOf(clock, "COMPLETED", { data }));
    expect((await store.flowRuns.read(run.id))?.state?.data).toEqual(data);
  });

  test("data that can be loaded becomes a result artifact, named by the data", async () => {
    const { store, clock } = fixture;
    const data = { type: "reference", storage_key: "k", artifact_key: "report", artifact_type: "table" };
    const run = await makeRun(fixture, await makeFlow(fixture), {}, stateOf(clock, "COMPLETED", { data }));
    const artifact = await store.artifacts.readLatest("report");
    expect(artifact).toMatchObject({ type: "table", flow_run_id: run.id });
    expect(artifact?.data).toEqual({ type: "reference", storage_key: "k" });
    expect(run.state?.data).toEqual({ type: "reference", storage_key: "k" });
  });
}

function changes(fixture: Fixture): void {
  test("an update changes only the given keys", async () => {
    const { store } = fixture;
    const run = await makeRun(fixture, await makeFlow(fixture), { tags: ["old"], name: "mine" });
    const update = (input: object) => store.flowRuns.update(flowRuns.update.input.parse(input));
    expect(await update({ id: run.id, tags: ["new", "new"], infrastructure_pid: "host:1" })).toBe(true);
    expect(await store.flowRuns.read(run.id)).toMatchObject({
      name: "mine",
      tags: ["new", "new"],
      infrastructure_pid: "host:1",
    });
    const tagged = (tag: string) =>
      store.flowRuns.count(flowRuns.count.input.parse({ flow_runs: { tags: { all_: [tag] } } }));
    expect([await tagged("old"), await tagged("new")]).toEqual([0, 1]);
    expect(await update({ id: unknown, name: "x" })).toBe(false);
  });

  test("deleting a run deletes its states, task runs, logs and inputs, and frees its children", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    const run = await makeRun(fixture, flow);
    const { row: task } = await store.taskRuns.create(newTask({ flow_run_id: run.id }));
    const child = await makeRun(fixture, flow, { parent_task_run_id: task.id });
    await store.logs.create([
      {
        name: "n",
        level: 20,
        message: "hi",
        timestamp: clock.time(),
        flow_run_id: run.id,
        task_run_id: null,
      },
    ]);
    const { changes } = recordChanges(store);
    expect(await store.flowRuns.delete(run.id)).toBe(true);
    expect(await store.flowRunStates.list(run.id)).toEqual([]);
    expect(await store.taskRuns.read(task.id)).toBeUndefined();
    expect((await store.flowRuns.read(child.id))?.parent_task_run_id).toBeNull();
    expect(await store.flowRuns.delete(run.id)).toBe(false);
    await eventually(() => changes.map((change) => [change.noun, change.kind, change.id])).toEqual([
      ["task-runs", "deleted", task.id],
      ["flow-runs", "deleted", run.id],
    ]);
  });
}

export function taskRunContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("a task run is created once per natural key and follows its states", async () => {
    const { store, clock } = fixture;
    const run = await makeRun(fixture, await makeFlow(fixture));
    const first = await store.taskRuns.create(newTask({ flow_run_id: run.id, name: "load" }));
    const again = await store.taskRuns.create(newTask({ flow_run_id: run.id, name: "other" }));
    expect(again).toEqual({ row: first.row, isNew: false });
    const state = stateOf(clock, "RUNNING");
    await store.transaction(async (tx) => {
      const locked = await tx.taskRuns.lock(first.row.id);
      if (locked) await tx.taskRuns.writeState(locked, { run_count: 1, flow_run_run_count: 3 }, state);
    });
    const read = await store.taskRuns.read(first.row.id);
    expect(read).toMatchObject({ run_count: 1, flow_run_run_count: 3, state_name: "Running", state });
    expect(TaskRun.parse(read)).toEqual(read);
    expect(await store.taskRunStates.list(first.row.id)).toEqual([state]);
    expect(await store.taskRuns.update({ id: first.row.id, name: "renamed" })).toBe(true);
    expect((await store.dashboard.readTaskRun(first.row.id))?.flow_run_name).toBe(run.name);
    expect(await store.taskRuns.delete(first.row.id)).toBe(true);
    expect(await store.taskRuns.read(first.row.id)).toBeUndefined();
  });

  test("waiting runs for task workers are found by their time", async () => {
    const { store, clock } = fixture;
    const make = (task_key: string, time: string, deferred = true) =>
      store.transaction(async (tx) => {
        const { row } = await tx.taskRuns.create(newTask({ task_key }));
        const state = stateOf(clock, "SCHEDULED", { details: { scheduled_time: time, deferred } });
        return tx.taskRuns.writeState(row, { next_scheduled_start_time: time }, state);
      });
    const first = clock.time();
    const at = (seconds: number) => timestamp(clock.now() + seconds * 1000);
    const [later, sooner] = [await make("a", at(2)), await make("a", at(1))];
    const taken = await make("a", first);
    await make("a", first, false);
    await make("b", first);
    const running = stateOf(clock, "RUNNING");
    await store.transaction((tx) =>
      tx.taskRuns.writeState(taken, { next_scheduled_start_time: null }, running),
    );
    const found = (limit: number) => store.taskRuns.deferred({ task_key: "a", limit, replica: "me" });
    expect(await found(10)).toEqual([sooner.id, later.id]);
    expect(await found(1)).toEqual([sooner.id]);
  });

  test("task runs without a flow run are identified by id alone", async () => {
    const { store } = fixture;
    const [one, two] = [await store.taskRuns.create(newTask({})), await store.taskRuns.create(newTask({}))];
    expect(one.row.id).not.toBe(two.row.id);
  });

  test("a cached state is found until it expires", async () => {
    const { store, clock } = fixture;
    const { row } = await store.taskRuns.create(newTask({}));
    const state = stateOf(clock, "COMPLETED", { data: { type: "reference" } });
    await store.transaction(async (tx) => {
      await tx.taskRuns.writeState(row, {}, state);
      await tx.taskRuns.writeCached({
        cache_key: "k",
        cache_expiration: clock.time(1000),
        state_id: state.id,
      });
    });
    const cached = () => store.transaction((tx) => tx.taskRuns.readCached("k"));
    expect((await cached())?.id).toBe(state.id);
    clock.advance(1000);
    expect(await cached()).toBeUndefined();
  });
}

export function dashboardContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("history counts runs by interval and state, and shows empty intervals", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    const start = clock.time();
    await makeRun(fixture, flow, {}, stateOf(clock, "RUNNING"));
    clock.advance(60_000);
    await makeRun(fixture, flow, {}, stateOf(clock, "PENDING"));
    clock.advance(60_000);
    const input = { history_start: start, history_end: clock.time(), history_interval_seconds: 60 };
    const intervals = await store.flowRuns.history(flowRuns.history.input.parse(input));
    expect(intervals.map((interval) => interval.states)).toEqual([
      [expect.objectContaining({ state_type: "RUNNING", count_runs: 1, sum_estimated_run_time: 120 })],
      [expect.objectContaining({ state_type: "PENDING", count_runs: 1, sum_estimated_lateness: 60 })],
    ]);
    expect(intervals[0]?.interval_start).toBe(start);
    expect(await store.flowRuns.lateness({})).toBe(30);
    const none = flowRuns.lateness.input.parse({ flow_runs: { state: { type: { any_: ["FAILED"] } } } });
    expect(await store.flowRuns.lateness(none)).toBeNull();
    const tooFine = flowRuns.history.input.parse({ ...input, history_interval_seconds: 0.5 });
    await expect(store.flowRuns.history(tooFine)).rejects.toMatchObject({ code: "invalid" });
  });

  test("dashboard counts exclude the task runs that represent flow runs", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    const run = await makeRun(fixture, flow);
    const { row: parent } = await store.taskRuns.create(newTask({ flow_run_id: run.id }));
    await makeRun(fixture, flow, { parent_task_run_id: parent.id });
    const taskRunId = "01900000-0000-7000-8000-000000000001";
    await store.ingest([
      taskEvent({
        taskRunId,
        flowRunId: run.id,
        type: "COMPLETED",
        occurred: clock.time(),
        run: { start_time: clock.time() },
      }),
    ]);
    expect(await store.dashboard.countTaskRuns([run.id, unknown])).toEqual({ [run.id]: 1, [unknown]: 0 });
    expect(await store.dashboard.countDeployments([flow.id])).toEqual({ [flow.id]: 0 });
    const counts = dashboard.taskRunCounts.input.parse({
      task_runs: { start_time: { after_: clock.time(-60_000) } },
    });
    const buckets = await store.dashboard.taskRunCounts(counts);
    expect(buckets).toHaveLength(20);
    expect(buckets.reduce((sum, bucket) => sum + bucket.completed, 0)).toBe(1);
    expect(await store.dashboard.taskRunStates({})).toMatchObject({ COMPLETED: 1, FAILED: 0 });
  });

  test("the next run of a flow is its earliest scheduled one", async () => {
    const { store, clock } = fixture;
    const [busy, idle] = [
      await makeFlow(fixture, { name: "busy" }),
      await makeFlow(fixture, { name: "idle" }),
    ];
    for (const ms of [9000, 5000]) {
      const next = { next_scheduled_start_time: clock.time(ms) };
      await makeRun(fixture, busy, { name: `in-${ms}` }, stateOf(clock, "SCHEDULED"), next);
    }
    const next = await store.dashboard.nextRuns([busy.id, idle.id]);
    expect(next[busy.id]).toMatchObject({ name: "in-5000", next_scheduled_start_time: clock.time(5000) });
    expect(next[idle.id]).toBeNull();
    const bars = await store.dashboard.flowRunHistory(dashboard.flowRunHistory.input.parse({ limit: 1 }));
    expect(bars).toHaveLength(1);
    expect(bars[0]).toMatchObject({ state_type: "SCHEDULED", duration: 0 });
  });
}
