import { expect, test } from "vitest";
import { EventCreate, runErrorEvent } from "../../schema/events.ts";
import {
  eventually,
  type Fixture,
  freshStore,
  type OpenStore,
  recordChanges,
} from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, taskEvent } from "../../testing/store-writer.ts";
import { newId } from "../sql/rows.ts";

const taskRunId = "01900000-0000-7000-8000-000000000001";

export function ingestContract(open: OpenStore): void {
  const fixture = freshStore(open);
  recording(fixture);
  order(fixture);
  oddities(fixture);
  texts(fixture);
}

const aRun = async (fixture: Fixture) => (await makeRun(fixture, await makeFlow(fixture))).id;

function recording(fixture: Fixture): void {
  test("an event creates the task run, and its state has the event's id and time", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const event = taskEvent({
      taskRunId,
      flowRunId,
      type: "RUNNING",
      occurred: clock.time(),
      run: {
        tags: ["x"],
        empirical_policy: { retries: 2 },
        task_inputs: { y: [{ input_type: "parameter", name: "y" }] },
        run_count: 1,
        flow_run_run_count: 1,
        expected_start_time: clock.time(-500),
        start_time: clock.time(),
        total_run_time: 0.25,
      },
      state: { message: "go", data: { type: "unpersisted" } },
    });
    await store.ingest([event]);
    const run = await store.taskRuns.read(taskRunId);
    expect(run).toMatchObject({
      ...{ flow_run_id: flowRunId, name: "load-1", task_key: "load", dynamic_key: taskRunId, tags: ["x"] },
      ...{ run_count: 1, flow_run_run_count: 1, start_time: clock.time(), total_run_time: 0.25 },
      ...{ expected_start_time: clock.time(-500), end_time: null, state_id: event.id },
      empirical_policy: { retries: 2, max_retries: 0 },
      task_inputs: { y: [{ input_type: "parameter", name: "y" }] },
      state: {
        id: event.id,
        type: "RUNNING",
        timestamp: event.occurred,
        message: "go",
        data: { type: "unpersisted" },
      },
    });
    expect(run?.state?.state_details).toMatchObject({ task_run_id: taskRunId, flow_run_id: flowRunId });
    expect(await store.taskRunStates.list(taskRunId)).toEqual([run?.state]);
  });

  test("fields omitted by an event keep their stored values", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const first = {
      tags: ["x"],
      cache_key: "k",
      run_count: 1,
      start_time: clock.time(1),
      total_run_time: 1.5,
    };
    await store.ingest([
      taskEvent({ taskRunId, flowRunId, type: "RUNNING", occurred: clock.time(1), run: first }),
    ]);
    await store.ingest([
      taskEvent({ taskRunId, flowRunId, type: "COMPLETED", occurred: clock.time(9), run: {} }),
    ]);
    expect(await store.taskRuns.read(taskRunId)).toMatchObject({ ...first, state_type: "COMPLETED" });
  });

  unstarted(fixture);
  batches(fixture);
}

function unstarted(fixture: Fixture): void {
  test("a task that crashed before it ran has neither start nor end", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const run = { run_count: 0, expected_start_time: clock.time() };
    const reported = (type: "PENDING" | "CRASHED", at: number) =>
      taskEvent({ taskRunId, flowRunId, type, occurred: clock.time(at), run });
    await store.ingest([reported("PENDING", 0)]);
    await store.ingest([reported("CRASHED", 1)]);
    expect(await store.taskRuns.read(taskRunId)).toMatchObject({
      ...{ state_type: "CRASHED", start_time: null, end_time: null, run_count: 0 },
    });
  });
}

function batches(fixture: Fixture): void {
  test("all states of a run in one batch are kept and cause one change", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const { names: reported } = recordChanges(store, (noun) => noun === "task-runs");
    const types = ["PENDING", "RUNNING", "COMPLETED"] as const;
    await store.ingest(
      types.map((type, at) => taskEvent({ taskRunId, flowRunId, type, occurred: clock.time(at) })),
    );
    expect((await store.taskRunStates.list(taskRunId)).map((state) => state.type)).toEqual(types);
    expect(await store.taskRuns.read(taskRunId)).toMatchObject({
      state_type: "COMPLETED",
      start_time: clock.time(1),
      end_time: clock.time(2),
      expected_start_time: clock.time(0),
    });
    await eventually(reported).toEqual(["task-runs created"]);
  });

  test("calls that wait together are all recorded", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const calls = Array.from({ length: 60 }, (_, n) => {
      const id = newId(clock.now());
      const event = taskEvent({ taskRunId: id, flowRunId, type: "RUNNING", occurred: clock.time(n) });
      return store.ingest(
        Array.from({ length: 50 }, (_, at) => (at === 0 ? event : { ...event, id: newId(at) })),
      );
    });
    await Promise.all(calls);
    expect(await store.taskRuns.count({})).toBe(60);
    const wide = {
      occurred: { until: clock.time(1000) },
      event: { prefix: ["prefect.task-run."] },
      order: "ASC",
    };
    expect(await store.events.count({ ...wide, order: "ASC" })).toBe(3000);
  });
}

function order(fixture: Fixture): void {
  test("an event sent again changes nothing", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const event = taskEvent({ taskRunId, flowRunId, type: "RUNNING", occurred: clock.time() });
    await store.ingest([event, event]);
    const seq = store.seq();
    await store.ingest([event]);
    expect(store.seq()).toBe(seq);
    expect(await store.taskRunStates.list(taskRunId)).toHaveLength(1);
    expect((await store.events.filter({ id: { id: [event.id] }, order: "ASC" }, { limit: 9 })).total).toBe(1);
  });

  test.each([
    ["in one batch", true],
    ["in two batches", false],
  ])("an older state is kept but does not become the current one, %s", async (_, together) => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const done = taskEvent({
      taskRunId,
      flowRunId,
      type: "COMPLETED",
      occurred: clock.time(5),
      run: { run_count: 1 },
    });
    const running = taskEvent({
      taskRunId,
      flowRunId,
      type: "RUNNING",
      occurred: clock.time(2),
      run: { run_count: 7 },
    });
    if (together) await store.ingest([done, running]);
    else {
      await store.ingest([done]);
      await store.ingest([running]);
    }
    expect(await store.taskRuns.read(taskRunId)).toMatchObject({ state_type: "COMPLETED", run_count: 1 });
    const states = await store.taskRunStates.list(taskRunId);
    expect(states.map((state) => state.type)).toEqual(["RUNNING", "COMPLETED"]);
  });

  test("of two states of the same microsecond the later one in the life cycle wins", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const at = (type: "PENDING" | "COMPLETED") =>
      taskEvent({ taskRunId, flowRunId, type, occurred: clock.time() });
    await store.ingest([at("COMPLETED")]);
    await store.ingest([at("PENDING")]);
    expect((await store.taskRuns.read(taskRunId))?.state_type).toBe("COMPLETED");
  });

  test("a restarted run loses its end", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    await store.ingest([taskEvent({ taskRunId, flowRunId, type: "FAILED", occurred: clock.time(1) })]);
    await store.ingest([taskEvent({ taskRunId, flowRunId, type: "RUNNING", occurred: clock.time(2) })]);
    expect(await store.taskRuns.read(taskRunId)).toMatchObject({ state_type: "RUNNING", end_time: null });
  });
}

function oddities(fixture: Fixture): void {
  test("a task run known by its key is found though the event has another id", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const other = "01900000-0000-7000-8000-000000000002";
    const at = (id: string, ms: number) =>
      taskEvent({ taskRunId: id, flowRunId, type: "RUNNING", occurred: clock.time(ms), dynamicKey: "0" });
    await store.ingest([at(taskRunId, 0), at(other, 1)]);
    await store.ingest([at(other, 2)]);
    expect(await store.taskRuns.count({})).toBe(1);
    expect(await store.taskRunStates.list(taskRunId)).toHaveLength(3);
  });

  test("a task run without a flow run is recorded, one of a deleted flow run is not", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    await store.flowRuns.delete(flowRunId);
    const alone = "01900000-0000-7000-8000-000000000002";
    await store.ingest([
      taskEvent({ taskRunId, flowRunId, type: "RUNNING", occurred: clock.time() }),
      taskEvent({ taskRunId: alone, type: "RUNNING", occurred: clock.time() }),
    ]);
    expect(await store.taskRuns.read(taskRunId)).toBeUndefined();
    expect(await store.taskRunStates.list(taskRunId)).toEqual([]);
    expect((await store.taskRuns.read(alone))?.flow_run_id).toBeNull();
  });

  test("events of servers and other events are stored, and record nothing", async () => {
    const { store, clock } = fixture;
    const event = taskEvent({ taskRunId, type: "RUNNING", occurred: clock.time() });
    const { "prefect.orchestration": _, ...resource } = event.resource;
    await store.ingest([{ ...event, resource }]);
    expect(await store.taskRuns.count({})).toBe(0);
    expect((await store.events.filter(null, { limit: 1 })).total).toBe(1);
  });

  test("control characters and all of Unicode are preserved in events", async () => {
    const { store, clock } = fixture;
    const message = "naïve \u001b[31mred\u001b[0m \u001f 日本 🚀 'quoted' \\ \n";
    const event = taskEvent({ taskRunId, type: "FAILED", occurred: clock.time(), state: { message } });
    await store.ingest([event]);
    const { events } = await store.events.filter(null, { limit: 1 });
    expect(events[0]).toEqual({ ...event, received: clock.time() });
    expect((await store.taskRuns.read(taskRunId))?.state?.message).toBe(message);
  });

  test("a failure reported by the SDK is a change of the noun errors, scoped to its flow run", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const { changes } = recordChanges(store, (noun) => noun === "errors");
    const event = EventCreate.parse({
      id: newId(clock.now()),
      occurred: clock.time(),
      event: runErrorEvent,
      resource: { "prefect.resource.id": `prefect.task-run.${taskRunId}` },
      related: [
        { "prefect.resource.id": `prefect.flow-run.${flowRunId}`, "prefect.resource.role": "flow-run" },
      ],
      payload: { chain: [], attempt: 1 },
    });
    await store.ingest([event]);
    await eventually(() => changes.length).toBe(1);
    expect(changes[0]).toMatchObject({ kind: "created", flow_run_id: flowRunId, row: { id: event.id } });
  });
}

function texts(fixture: Fixture): void {
  test("a JSON list is stored except for events in an unusual form, whose indexes are returned", async () => {
    const { store, clock } = fixture;
    const flowRunId = await aRun(fixture);
    const event = taskEvent({ taskRunId, flowRunId, type: "RUNNING", occurred: clock.time() });
    const python = { ...event, id: newId(clock.now()), occurred: clock.time().replace("Z", "+00:00") };
    expect(await store.ingestText(JSON.stringify([{ what: 1 }, event, python]))).toEqual({
      unusual: [0, 2],
      givenUp: [],
    });
    expect((await store.taskRuns.read(taskRunId))?.state).toMatchObject({ id: event.id, type: "RUNNING" });
    expect((await store.taskRunStates.read(event.id))?.state_details).toMatchObject({
      task_run_id: taskRunId,
      flow_run_id: flowRunId,
    });
  });

  test.each(["", "{}", "[1", '[],"x":[]'])("%j is no list, and does not affect others", async (text) => {
    const { store, clock } = fixture;
    const event = taskEvent({ taskRunId, type: "RUNNING", occurred: clock.time() });
    expect(await Promise.all([store.ingestText(text), store.ingest([event])])).toEqual([
      { unusual: null, givenUp: [] },
      [],
    ]);
    expect(await store.taskRuns.count({})).toBe(1);
  });

  test("a listener receives only the names it wants, and each event once, from any source", async () => {
    const { store, clock } = fixture;
    const at = (type: "PENDING" | "RUNNING" | "COMPLETED", ms: number) =>
      taskEvent({ taskRunId, type, occurred: clock.time(ms) });
    const [pending, running, done] = [at("PENDING", 0), at("RUNNING", 1), at("COMPLETED", 2)];
    const reported: string[] = [];
    store.onEvents(
      (events) => reported.push(...events.map(({ event }) => event)),
      () => ["prefect.task-run.Run", "prefect.task-run.Completed"],
    );
    await store.ingestText(JSON.stringify([pending, running]));
    await store.ingestText(JSON.stringify([running, pending]));
    await store.ingest([pending, done]);
    await eventually(() => reported).toEqual(["prefect.task-run.Running", "prefect.task-run.Completed"]);
  });
}
