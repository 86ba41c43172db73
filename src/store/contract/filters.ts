import { expect, test } from "vitest";
import { flowRuns } from "../../schema/flow-runs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { type Fixture, freshStore, type OpenStore, sharedStore } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf, taskEvent } from "../../testing/store-writer.ts";

const start = "2026-03-01T12:00:00.000000Z";
const hour = (n: number) => `2026-03-01T${12 + n}:00:00.000000Z`;
const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, "0")}`;

/** Four runs an hour apart, named after their state; the last one is scheduled and has not started. */
async function fourRuns(fixture: Fixture): Promise<void> {
  const { clock } = fixture;
  const etl = await makeFlow(fixture, { name: "etl", tags: ["nightly"] });
  const report = await makeFlow(fixture, { name: "Report", tags: [] });
  const state = (type: Parameters<typeof stateOf>[1], n: number) =>
    stateOf(clock, type, { timestamp: hour(n) });
  await makeRun(fixture, etl, { name: "done_100%", tags: ["a", "b"] }, state("COMPLETED", 0), {
    start_time: hour(0),
    end_time: hour(1),
  });
  await makeRun(fixture, etl, { name: "FAILED_run", tags: ["a"], flow_version: "2" }, state("FAILED", 1), {
    start_time: hour(1),
    end_time: hour(2),
  });
  await makeRun(fixture, report, { name: "running" }, state("RUNNING", 2), { start_time: hour(2) });
  await makeRun(
    fixture,
    report,
    { name: "later", tags: ["c"] },
    stateOf(clock, "SCHEDULED", { name: "Late", timestamp: hour(2) }),
    { expected_start_time: hour(3), next_scheduled_start_time: hour(3) },
  );
}

const all = ["done_100%", "FAILED_run", "running", "later"];
const flowRunTable: [string, object, string[]][] = [
  ["no filter", {}, all],
  ["an empty filter", { flow_runs: {} }, all],
  ["nulls", { flow_runs: { name: null, tags: { all_: null } }, flows: null }, all],
  ["any_ of nothing", { flow_runs: { id: { any_: [] } } }, []],
  ["not_any_ of nothing", { flow_runs: { id: { not_any_: [] } } }, all],
  ["name any_", { flow_runs: { name: { any_: ["running", "later"] } } }, ["running", "later"]],
  ["name like_ without regard to case", { flow_runs: { name: { like_: "failed" } } }, ["FAILED_run"]],
  ["like_ has % for any text", { flow_runs: { name: { like_: "d%0" } } }, ["done_100%"]],
  ["like_ has _ for any character", { flow_runs: { name: { like_: "D_R" } } }, ["FAILED_run"]],
  ["like_ of wildcards alone", { flow_runs: { name: { like_: "%_" } } }, all],
  ["like_ with a backslash before %", { flow_runs: { name: { like_: "\\%" } } }, ["done_100%"]],
  ["like_ with a backslash before _", { flow_runs: { name: { like_: "e\\_" } } }, ["done_100%"]],
  ["like_ of nothing asks for nothing", { flow_runs: { name: { like_: "" } } }, all],
  ["tags all_", { flow_runs: { tags: { all_: ["a", "b"] } } }, ["done_100%"]],
  ["many tags that are there", { flow_runs: { tags: { all_: ["a", "b", "b", "a"] } } }, ["done_100%"]],
  [
    "many tags of which one is not there",
    { flow_runs: { tags: { all_: ["a", "b", "c", "d", "e", "f", "g"] } } },
    [],
  ],
  [
    "many tags that need not all be there",
    { flow_runs: { tags: { any_: ["c", "d", "e", "f"] } } },
    ["later"],
  ],
  ["one tag", { flow_runs: { tags: { all_: ["a"] } } }, ["done_100%", "FAILED_run"]],
  [
    "one tag and a state",
    { flow_runs: { tags: { any_: ["a"] }, state: { type: { any_: ["FAILED"] } } } },
    ["FAILED_run"],
  ],
  ["tags that contradict each other", { flow_runs: { tags: { all_: ["a"], is_null_: true } } }, []],
  ["a tag and any_ of nothing", { flow_runs: { tags: { all_: ["a"], any_: [] } } }, []],
  ["tags all_ of nothing", { flow_runs: { tags: { all_: [] } } }, all],
  ["tags any_", { flow_runs: { tags: { any_: ["b", "c"] } } }, ["done_100%", "later"]],
  ["tags any_ of nothing", { flow_runs: { tags: { any_: [] } } }, []],
  ["tags is_null_", { flow_runs: { tags: { is_null_: true } } }, ["running"]],
  ["tags not is_null_", { flow_runs: { tags: { is_null_: false } } }, ["done_100%", "FAILED_run", "later"]],
  [
    "tags with or_",
    { flow_runs: { tags: { operator: "or_", all_: ["a", "b"], is_null_: true } } },
    ["done_100%", "running"],
  ],
  [
    "state type any_",
    { flow_runs: { state: { type: { any_: ["FAILED", "RUNNING"] } } } },
    ["FAILED_run", "running"],
  ],
  [
    "state type not_any_",
    { flow_runs: { state: { type: { not_any_: ["FAILED"] } } } },
    ["done_100%", "running", "later"],
  ],
  ["state name any_", { flow_runs: { state: { name: { any_: ["Late"] } } } }, ["later"]],
  [
    "state type or name",
    { flow_runs: { state: { operator: "or_", type: { any_: ["FAILED"] }, name: { any_: ["Late"] } } } },
    ["FAILED_run", "later"],
  ],
  [
    "start_time counts the expected one",
    { flow_runs: { start_time: { after_: hour(2) } } },
    ["running", "later"],
  ],
  [
    "bounds are inclusive",
    { flow_runs: { start_time: { after_: hour(1), before_: hour(1) } } },
    ["FAILED_run"],
  ],
  ["start_time is_null_ asks for the real one", { flow_runs: { start_time: { is_null_: true } } }, ["later"]],
  ["end_time", { flow_runs: { end_time: { after_: hour(2) } } }, ["FAILED_run"]],
  [
    "next_scheduled_start_time",
    { flow_runs: { next_scheduled_start_time: { before_: hour(3) } } },
    ["later"],
  ],
  ["flow_version", { flow_runs: { flow_version: { any_: ["2"] } } }, ["FAILED_run"]],
  ["not_any_ leaves out nulls", { flow_runs: { idempotency_key: { not_any_: ["x"] } } }, []],
  ["deployment_id is_null_", { flow_runs: { deployment_id: { is_null_: true } } }, all],
  ["created_by is_null_", { flow_runs: { created_by: { is_null_: false } } }, []],
  [
    "operator or_",
    { flow_runs: { operator: "or_", name: { any_: ["running"] }, tags: { all_: ["b"] } } },
    ["done_100%", "running"],
  ],
  ["flows by name", { flows: { name: { like_: "REP" } } }, ["running", "later"]],
  ["flows by tag", { flows: { tags: { all_: ["nightly"] } } }, ["done_100%", "FAILED_run"]],
  [
    "flows by any of several tags",
    { flows: { tags: { any_: ["nightly", "x"] } } },
    ["done_100%", "FAILED_run"],
  ],
  ["flows without tags", { flows: { tags: { is_null_: true } } }, ["running", "later"]],
  [
    "filters of several nouns",
    { flows: { name: { any_: ["etl"] } }, flow_runs: { tags: { all_: ["b"] } } },
    ["done_100%"],
  ],
  ["runs with any task run", { task_runs: {} }, ["running"]],
  ["runs with a failed task run", { task_runs: { state: { type: { any_: ["FAILED"] } } } }, []],
  ["runs of any deployment", { deployments: {} }, []],
  ["runs of a work pool", { work_pools: { name: { any_: ["p"] } } }, []],
  ["runs of a queue", { work_pool_queues: { name: { startswith_: ["d"] } } }, []],
];

/** The run named `running` has a task run; another one has no flow run. Returns the id of that flow run. */
async function withTask(fixture: Fixture): Promise<string> {
  const { store } = fixture;
  await fourRuns(fixture);
  const input = flowRuns.filter.input.parse({ flow_runs: { name: { any_: ["running"] } } });
  const flowRunId = (await store.flowRuns.filter(input))[0]?.id ?? "";
  const run = { start_time: hour(2), tags: ["x"], expected_start_time: start };
  await store.ingest([
    taskEvent({ taskRunId: id(1), flowRunId, type: "COMPLETED", occurred: hour(2), name: "load-1", run }),
    taskEvent({ taskRunId: id(2), type: "RUNNING", occurred: hour(2), name: "alone", run: { tags: [] } }),
  ]);
  return flowRunId;
}

export function filterContract(open: OpenStore): void {
  const fixture = sharedStore(open, withTask);

  test.each(flowRunTable)("%s", async (_, filters, expected) => {
    const input = flowRuns.filter.input.parse({ ...filters, sort: "START_TIME_ASC" });
    const found = await fixture.store.flowRuns.filter(input);
    expect(found.map((run) => run.name)).toEqual(expected);
    expect(await fixture.store.flowRuns.count(flowRuns.count.input.parse(filters))).toBe(expected.length);
  });

  test.each([
    ["START_TIME_DESC", ["later", "running", "FAILED_run", "done_100%"]],
    ["EXPECTED_START_TIME_ASC", all],
    ["NAME_ASC", ["FAILED_run", "done_100%", "later", "running"]],
    ["END_TIME_DESC", ["FAILED_run", "done_100%"]],
    ["NEXT_SCHEDULED_START_TIME_ASC", ["later"]],
  ])("sorted by %s, with missing keys last", async (sort, expected) => {
    const found = await fixture.store.flowRuns.filter(flowRuns.filter.input.parse({ sort }));
    expect(found.map((run) => run.name).slice(0, expected.length)).toEqual(expected);
    expect(found).toHaveLength(4);
  });
}

const taskTable: [string, object, string[]][] = [
  ["no filter", {}, ["alone", "load-1"]],
  ["name like_", { task_runs: { name: { like_: "LOAD" } } }, ["load-1"]],
  ["tags all_", { task_runs: { tags: { all_: ["x"] } } }, ["load-1"]],
  ["tags any_", { task_runs: { tags: { any_: ["x", "y"] } } }, ["load-1"]],
  ["tags is_null_", { task_runs: { tags: { is_null_: true } } }, ["alone"]],
  ["state", { task_runs: { state: { type: { any_: ["COMPLETED"] } } } }, ["load-1"]],
  ["start_time is the real one", { task_runs: { start_time: { after_: hour(2) } } }, ["alone", "load-1"]],
  ["an empty flow_run_id means having one", { task_runs: { flow_run_id: {} } }, ["load-1"]],
  ["flow_run_id is_null_", { task_runs: { flow_run_id: { is_null_: true } } }, ["alone"]],
  ["flow_run_id any_ of nothing", { task_runs: { flow_run_id: { any_: [] } } }, []],
  ["flow runs by state", { flow_runs: { state: { type: { any_: ["RUNNING"] } } } }, ["load-1"]],
  ["flows by name", { flows: { name: { any_: ["Report"] } } }, ["load-1"]],
  ["other flows", { flows: { name: { any_: ["etl"] } } }, []],
  ["any deployment", { deployments: {} }, []],
];

const durations = ["idle", "short", "running", "long"];

/** Three that ran for 0, 30 and 7200 seconds, and one that has been running for an hour. */
async function withDurations({ store, clock }: Fixture): Promise<void> {
  const ended = (at: number, name: string, total: number) =>
    taskEvent({
      ...{ taskRunId: id(at), type: "COMPLETED", occurred: hour(1), name },
      run: { total_run_time: total, start_time: hour(0), tags: [], expected_start_time: start },
    });
  await store.ingest([
    ended(1, "long", 7200),
    ended(2, "short", 30),
    ended(3, "idle", 0),
    taskEvent({ taskRunId: id(4), type: "RUNNING", occurred: hour(2), name: "running", run: { tags: [] } }),
  ]);
  clock.advance(3 * 3_600_000);
}

export function durationContract(open: OpenStore): void {
  const fixture = sharedStore(open, withDurations);

  test.each([
    ["DURATION_ASC", durations],
    ["DURATION_DESC", durations.toReversed()],
  ])("task runs by %s, page by page; one that runs counts until now", async (sort, expected) => {
    const { store } = fixture;
    const page = (cut: object) => store.taskRuns.filter(taskRuns.filter.input.parse({ sort, ...cut }));
    expect((await page({})).map(({ name }) => name)).toEqual(expected);
    const second = await page({ limit: 2, offset: 2 });
    expect(second.map(({ name }) => name)).toEqual(expected.slice(2));
  });
}

export function taskFilterContract(open: OpenStore): void {
  const fixture = sharedStore(open, withTask);

  test.each(taskTable)("%s", async (_, filters, expected) => {
    const { store } = fixture;
    const found = await store.taskRuns.filter(taskRuns.filter.input.parse({ ...filters, sort: "NAME_ASC" }));
    expect(found.map((run) => run.name)).toEqual(expected);
    expect(await store.taskRuns.count(taskRuns.count.input.parse(filters))).toBe(expected.length);
  });

  test("the task runs of one flow run", async () => {
    const running = flowRuns.filter.input.parse({ task_runs: {} });
    const ofRun = (await fixture.store.flowRuns.filter(running)).map((run) => run.id);
    const filters = { task_runs: { flow_run_id: { any_: ofRun } } };
    const page = await fixture.store.taskRuns.paginateJson(taskRuns.paginate.input.parse(filters));
    expect(JSON.parse(Buffer.from(page).toString())).toMatchObject({
      count: 1,
      pages: 1,
      results: [{ id: id(1) }],
    });
  });
}

export function subflowFilterContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("a new state name is found as soon as a run has it", async () => {
    const { store, clock } = fixture;
    const failed = flowRuns.filter.input.parse({ flow_runs: { state: { type: { any_: ["FAILED"] } } } });
    const named = async () => (await store.flowRuns.filter(failed)).map((run) => run.state_name).toSorted();
    const flow = await makeFlow(fixture);
    const before = await named();
    await makeRun(fixture, flow, {}, stateOf(clock, "FAILED", { name: "Burnt" }));
    expect(await named()).toEqual([...before, "Burnt"].toSorted());
    await makeRun(fixture, flow, {}, stateOf(clock, "FAILED", { name: "Adrift" }));
    expect(await named()).toEqual([...before, "Adrift", "Burnt"].toSorted());
  });

  test("children are found by their parent run and by the task run that represents them", async () => {
    const { store } = fixture;
    const parent = await withTask(fixture);
    const flow = await makeFlow(fixture, { name: "child" });
    const child = await makeRun(fixture, flow, { parent_task_run_id: id(1) });
    const found = async (filter: object) =>
      (await store.flowRuns.filter(flowRuns.filter.input.parse({ flow_runs: filter }))).map((run) => run.id);
    expect(await found({ parent_flow_run_id: { any_: [parent] } })).toEqual([child.id]);
    expect(await found({ parent_task_run_id: { any_: [id(1)] } })).toEqual([child.id]);
    expect(await found({ parent_task_run_id: { is_null_: true } })).toHaveLength(4);
    const subflows = (exists_: boolean) =>
      store.taskRuns.count(taskRuns.count.input.parse({ task_runs: { subflow_runs: { exists_ } } }));
    expect([await subflows(true), await subflows(false)]).toEqual([1, 1]);
  });
}
