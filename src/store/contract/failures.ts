import { describe, expect, test } from "vitest";
import { EventCreate, EventFilter, runErrorEvent } from "../../schema/events.ts";
import { FailureGroup, failureGroupEvents, failureGroupResource, failures } from "../../schema/failures.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { logs } from "../../schema/logs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { type Fixture, freshStore, type OpenStore } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf, taskEvent } from "../../testing/store-writer.ts";
import type { Filing } from "../failures/filings.ts";
import { newId } from "../sql/rows.ts";

const filing = (state_id: string, text: string): Filing => ({
  ...{ state_id, text, error_type: "ValueError", message: `about ${text}` },
  frames: [{ file: "flows/etl.py", function: "load" }],
});

/** A flow run that failed with a message, and the id of that state. */
async function failedRun(fixture: Fixture, message: string, flowName = "etl") {
  const flow = await makeFlow(fixture, { name: flowName });
  const state = stateOf(fixture.clock, "FAILED", { message });
  const run = await makeRun(fixture, flow, {}, state);
  return { run, flow, stateId: state.id };
}

const change = (fixture: Fixture, id: string, status: object) =>
  fixture.store.failures.update(failures.update.input.parse({ id, ...status }));

const list = (fixture: Fixture, input: object = {}) =>
  fixture.store.failures.filter(failures.filter.input.parse(input));

export function failureContract(open: OpenStore): void {
  describe("a failure waits to be put into a group", () => waitingFailures(open));
  describe("failures of one text are one group", () => filedFailures(open));
  describe("failures within runs", () => nestedFailures(open));
  describe("a group", () => failureGroups(open));
  describe("a group", () => changingGroups(open));
}

function waitingFailures(open: OpenStore): void {
  const fixture = freshStore(open);
  test("with the data from its state, error event or log", async () => {
    const { store, clock } = fixture;
    const { run } = await failedRun(fixture, "boom");
    const taskRunId = newId(clock.now());
    const failed = taskEvent({
      ...{ taskRunId, flowRunId: run.id, type: "FAILED", occurred: clock.time(1) },
      state: { message: "Task run encountered an exception" },
    });
    const reported = EventCreate.parse({
      id: newId(clock.now()),
      occurred: clock.time(2),
      event: runErrorEvent,
      resource: { "prefect.resource.id": `prefect.task-run.${taskRunId}` },
      payload: { chain: [], attempt: 1 },
    });
    await store.ingest([failed, reported]);
    const entry = { name: "prefect.flow_runs", level: 40, timestamp: clock.time(), flow_run_id: run.id };
    const input = [
      { ...entry, message: "Traceback …" },
      { ...entry, message: "long ago", timestamp: clock.time(-3_600_000) },
      { ...entry, message: "of a task", task_run_id: taskRunId },
      { ...entry, message: "harmless", level: 20 },
    ];
    await store.logs.create(logs.create.input.parse({ logs: input }).logs);
    const unfiled = await store.failures.unfiled(10);
    expect(unfiled.toSorted((a, b) => String(a.message).localeCompare(String(b.message)))).toMatchObject([
      { message: "boom", state_name: "Failed", error: null, logs: ["Traceback …"] },
      { message: "Task run encountered an exception", error: { chain: [], attempt: 1 }, logs: [] },
    ]);
  });

  test("not if the run did not fail, and once for repeated events", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    const run = await makeRun(fixture, flow, {}, stateOf(clock, "COMPLETED"));
    const about = { taskRunId: newId(clock.now()), flowRunId: run.id };
    const event = taskEvent({ ...about, type: "CRASHED", occurred: clock.time() });
    await store.ingest([event]);
    await store.ingest([event, taskEvent({ ...about, type: "RUNNING", occurred: clock.time(-1) })]);
    expect(await store.failures.unfiled(10)).toHaveLength(1);
  });

  test("also when the server ended the task run", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    const { id } = await makeRun(fixture, flow);
    const { row } = await store.taskRuns.create(
      taskRuns.create.input.parse({ flow_run_id: id, task_key: "load", dynamic_key: "0" }),
    );
    await store.transaction((tx) => tx.taskRuns.writeState(row, {}, stateOf(clock, "CRASHED")));
    expect(await store.failures.unfiled(10)).toMatchObject([{ state_name: "Crashed" }]);
  });
}

function filedFailures(open: OpenStore): void {
  const fixture = freshStore(open);

  test("counted once each when filed repeatedly", async () => {
    const { store, clock } = fixture;
    const first = await failedRun(fixture, "a");
    clock.advance(3_600_000);
    const second = await failedRun(fixture, "b");
    const other = await failedRun(fixture, "c", "report");
    const filings = [first, second].map(({ stateId }) => filing(stateId, "city"));
    expect(await store.failures.file(filings)).toBe(2);
    expect(await store.failures.file([...filings, filing(other.stateId, "quota")])).toBe(1);
    const groups = await list(fixture, { sort: "COUNT_DESC" });
    expect(FailureGroup.array().parse(groups)).toEqual(groups);
    expect(groups).toMatchObject([
      {
        ...{
          error_type: "ValueError",
          message: "about city",
          status: "open",
          count: 2,
          recent: 2,
          flow_runs: 2,
        },
        frames: [{ file: "flows/etl.py", function: "load" }],
        flows: [{ id: first.flow.id, name: "etl", count: 2 }],
        first_run: { kind: "flow-run", id: first.run.id, name: first.run.name },
        last_run: { id: second.run.id },
        counts: [
          { time: "2026-03-01T12:00:00.000000Z", count: 1 },
          { time: "2026-03-01T13:00:00.000000Z", count: 1 },
        ],
      },
      { count: 1, flows: [{ name: "report" }] },
    ]);
    expect(await store.failures.unfiled(10)).toEqual([]);
  });

  test("concurrent filing of the same failures counts them once", async () => {
    const { stateId } = await failedRun(fixture, "a");
    const both = await Promise.all([1, 2].map(() => fixture.store.failures.file([filing(stateId, "city")])));
    expect(both.toSorted()).toEqual([0, 1]);
    expect(await list(fixture)).toMatchObject([{ count: 1 }]);
  });

  test("a task's failure and that of its flow run are one flow run", async () => {
    const { store, clock } = fixture;
    const { run, stateId } = await failedRun(fixture, "a");
    const event = taskEvent({
      taskRunId: newId(clock.now()),
      flowRunId: run.id,
      type: "FAILED",
      occurred: clock.time(),
      key: "load-x",
    });
    await store.ingest([event]);
    await store.failures.file([filing(stateId, "city")]);
    await store.failures.file([filing(event.id, "city")]);
    const [group] = await list(fixture);
    expect(group).toMatchObject({ count: 2, flow_runs: 1, tasks: [{ id: "load-x", count: 1 }] });
    const page = await store.failures.runs(failures.runs.input.parse({ id: group?.id, limit: 1 }));
    expect(page.runs).toHaveLength(1);
    const rest = await store.failures.runs(
      failures.runs.input.parse({ id: group?.id, limit: 1, after: page.next }),
    );
    expect([...page.runs, ...rest.runs].map((each) => each.run.kind).toSorted()).toEqual([
      "flow-run",
      "task-run",
    ]);
    expect([...page.runs, ...rest.runs].find((each) => each.run.kind === "flow-run")).toMatchObject({
      run: { id: run.id, state_type: "FAILED" },
      ...{ flow_id: run.flow_id, state_name: "Failed", message: "a" },
    });
  });
}

function nestedFailures(open: OpenStore): void {
  const fixture = freshStore(open);

  test("one failure at several levels is counted once, and listed for each of them", async () => {
    const { store, clock } = fixture;
    const { run, flow, stateId } = await failedRun(fixture, "a");
    const reported = taskEvent({
      ...{ taskRunId: newId(clock.now()), flowRunId: run.id, type: "FAILED" },
      occurred: clock.time(-1),
    });
    await store.ingest([reported]);
    const unfiled = await store.failures.unfiled(10);
    const none = { group_id: null, error_type: null, message: null };
    expect(unfiled.find(({ state_id }) => state_id === stateId)?.within).toEqual([none]);
    await store.failures.file([filing(reported.id, "city")]);
    const [open] = await store.failures.unfiled(10);
    const { group_id } = open?.within[0] ?? none;
    expect(open?.within).toMatchObject([{ error_type: "ValueError", message: "about city" }]);
    expect(await list(fixture, { fails_flow_runs: true })).toEqual([]);
    await store.failures.file([{ ...filing(stateId, "other"), consequence_of: group_id ?? "" }]);
    const [group, ...others] = await list(fixture, { fails_flow_runs: true });
    expect(others).toEqual([]);
    expect(group).toMatchObject({
      ...{ id: group_id, count: 1, recent: 1, flow_runs: 1 },
      flows: [{ id: flow.id, count: 1 }],
      last_run: { kind: "task-run" },
    });
    const { runs } = await store.failures.runs(failures.runs.input.parse({ id: group_id }));
    expect(runs.map((each) => each.run.kind)).toEqual(["flow-run", "task-run"]);
    const held = await store.failures.groupsOf([run.id, flow.id]);
    expect([...held]).toEqual([[run.id, group_id]]);
    expect(await store.failures.unfiled(10)).toEqual([]);
    expect(await store.failures.cause(run.id)).toMatchObject({
      path: [{ id: run.id }],
      task: { state_name: "Failed" },
    });
  });
}

function failureGroups(open: OpenStore): void {
  const fixture = freshStore(open);

  test("that is resolved reopens when it recurs, an ignored one stays ignored", async () => {
    const { store, clock } = fixture;
    const [one, two] = [await failedRun(fixture, "a"), await failedRun(fixture, "b")];
    await store.failures.file([filing(one.stateId, "city"), filing(two.stateId, "quota")]);
    const idOf = async (text: string) => (await list(fixture, { text }))[0]?.id ?? "";
    await change(fixture, await idOf("city"), { status: "resolved" });
    await change(fixture, await idOf("quota"), { status: "ignored" });
    expect(await list(fixture, { status: ["open"] })).toEqual([]);
    clock.advance(60_000);
    const [again, more] = [await failedRun(fixture, "a"), await failedRun(fixture, "b")];
    await store.failures.file([filing(again.stateId, "city"), filing(more.stateId, "quota")]);
    expect(await list(fixture, { status: ["open"] })).toMatchObject([
      { message: "about city", count: 2, regressed: clock.time() },
    ]);
    expect(await list(fixture, { status: ["ignored"] })).toMatchObject([{ count: 2, regressed: null }]);
    expect(await change(fixture, newId(0), { status: "open" })).toBe(false);
  });

  test("is found by flow, by words and by time", async () => {
    const { store, clock } = fixture;
    const [old, fresh] = [await failedRun(fixture, "a"), await failedRun(fixture, "b", "report")];
    await store.failures.file([filing(old.stateId, "city")]);
    clock.advance(3 * 86_400_000);
    const late = await failedRun(fixture, "c", "report");
    await store.failures.file([filing(fresh.stateId, "quota"), filing(late.stateId, "quota")]);
    const found = async (input: object) => (await list(fixture, input)).map((group) => group.message);
    expect(await found({})).toEqual(["about quota", "about city"]);
    expect(await found({ flow_ids: [old.flow.id] })).toEqual(["about city"]);
    expect(await found({ flows: { name: { like_: "ET" } } })).toEqual(["about city"]);
    expect(await found({ deployments: { name: { any_: ["nightly"] } } })).toEqual([]);
    expect(await found({ text: "valueerror -city" })).toEqual(["about quota"]);
    expect(await found({ after_: clock.time(-60_000) })).toEqual(["about quota"]);
    expect(await found({ before_: clock.time(-86_400_000), sort: "COUNT_DESC" })).toHaveLength(2);
    expect(await store.failures.count(failures.count.input.parse({ flow_ids: [old.flow.id] }))).toBe(1);
    expect(await list(fixture, { counts_by: "day", text: "quota" })).toMatchObject([
      {
        counts: [{ time: "2026-03-01T00:00:00.000000Z", count: 1 }, { time: "2026-03-04T00:00:00.000000Z" }],
      },
    ]);
  });

  test("loses a deleted run from its list, and keeps its count", async () => {
    const { store } = fixture;
    const { run, stateId } = await failedRun(fixture, "a");
    await store.failures.file([filing(stateId, "city")]);
    await store.flowRuns.delete(flowRuns.delete.input.parse({ id: run.id }).id);
    const [group] = await list(fixture);
    expect(group).toMatchObject({ count: 1, first_run: null });
    expect(await store.failures.runs(failures.runs.input.parse({ id: group?.id }))).toEqual({
      runs: [],
      next: null,
    });
  });
}

function changingGroups(open: OpenStore): void {
  const fixture = freshStore(open);

  test("that is ignored until a time is open from then on, and records failures without events before", async () => {
    const { store, clock } = fixture;
    const one = await failedRun(fixture, "a");
    await store.failures.file([filing(one.stateId, "city")]);
    const [group] = await list(fixture);
    const id = group?.id ?? "";
    const until = clock.time(3_600_000);
    await change(fixture, id, { status: "ignored", ignored_until: until });
    const again = await failedRun(fixture, "b");
    await store.failures.file([filing(again.stateId, "city")]);
    expect(await list(fixture, { status: ["ignored"] })).toMatchObject([{ count: 2, ignored_until: until }]);
    clock.advance(3_600_000);
    const open = { status: "open", status_since: until, ignored_until: null, regressed: null };
    expect(await list(fixture, { status: ["open"] })).toMatchObject([open]);
    expect(await store.failures.readMany([id])).toMatchObject([open]);
    expect(await list(fixture, { status: ["ignored"] })).toEqual([]);
    const late = await failedRun(fixture, "c");
    await store.failures.file([filing(late.stateId, "city")]);
    expect(await store.failures.readMany([id])).toMatchObject([{ ...open, count: 3 }]);
    const told = EventFilter.parse({ resource: { id: [failureGroupResource(id)] }, order: "ASC" });
    const { events } = await store.events.filter(told, { limit: 50 });
    expect(events.map(({ event }) => event)).toEqual([failureGroupEvents.created, failureGroupEvents.seen]);
    expect(events[1]?.related).toMatchObject([
      { "prefect.resource.id": `prefect.flow-run.${late.run.id}`, "prefect.resource.role": "flow-run" },
      { "prefect.resource.role": "flow" },
    ]);
    const other = await failedRun(fixture, "d");
    await store.failures.file([filing(other.stateId, "quota")]);
    const both = (await list(fixture)).map((one) => one.id);
    const many = failures.updateMany.input.parse({ ids: [...both, newId(0)], status: "resolved" });
    expect(await store.failures.updateMany(many)).toEqual({ updated: 2 });
    expect(await list(fixture, { status: ["resolved"] })).toHaveLength(2);
  });

  test("tells versions, its newest error, and what failed runs have that completed ones have not", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture, { name: "etl" });
    const run = async (type: "FAILED" | "COMPLETED", region: string) => {
      const state = stateOf(clock, type);
      const { id } = await makeRun(
        fixture,
        flow,
        { parameters: { region, day: 1, nested: {} }, tags: ["prod"], flow_version: "v2" },
        state,
      );
      return { id, stateId: state.id };
    };
    const failed = [await run("FAILED", "eu"), await run("FAILED", "eu")];
    await run("COMPLETED", "us");
    await store.failures.file(failed.map(({ stateId }) => filing(stateId, "city")));
    const [group] = await list(fixture);
    const id = group?.id ?? "";
    expect(group?.versions).toEqual([{ id: "v2", name: "v2", count: 2 }]);
    expect(await store.failures.errors(id)).toHaveLength(2);
    expect(await store.failures.common(id)).toEqual({
      ...{ failed: 2, completed: 1, flow: { id: flow.id, name: "etl" } },
      values: [
        { kind: "parameter", name: "region", value: "eu", failed: 2, completed: 0 },
        { kind: "parameter", name: "day", value: "1", failed: 2, completed: 1 },
        { kind: "tag", name: "", value: "prod", failed: 2, completed: 1 },
        { kind: "version", name: "", value: "v2", failed: 2, completed: 1 },
      ],
    });
    expect(await store.failures.common(newId(0))).toBeUndefined();
  });
}
