import { afterAll, beforeAll, expect, test } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { logs } from "../../schema/logs.ts";
import type { Input } from "../../schema/route.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { TaskRun } from "../../schema/task-runs.ts";
import { createWorld, type World } from "../../testing/world.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
let world: World;
let etl: FlowRun;
let task: TaskRun;
let report: FlowRun;
beforeAll(async () => {
  world = await createWorld({ now: () => start });
  const flow = await world.flow();
  const { id } = await world.call(deployments.create, { name: "nightly", flow_id: flow.id });
  etl = await world.flowRun({ name: "etl-1", deployment_id: id });
  task = await world.taskRun({ flowRun: etl, name: "load-1" });
  report = await world.flowRun({ name: "report-1", flow: "report" });
  const lines: [ms: number, level: number, message: string, run: object][] = [
    [0, 20, "Loading Berlin, then berlin again", { flow_run_id: etl.id }],
    [1, 40, "Berlin failed 100%", { flow_run_id: etl.id, task_run_id: task.id }],
    [2, 30, "no city in here", { flow_run_id: report.id }],
    [3, 40, "Berlin is missing", { flow_run_id: report.id }],
    [4, 40, "berlin of nobody", {}],
  ];
  const input = lines.map(([ms, level, message, run]) => ({
    ...{ name: "prefect.flow_runs", level, message, timestamp: timestamp(start + ms) },
    ...run,
  }));
  await world.call(logs.create, { logs: input });
});
afterAll(() => world.close());

const search = (input: Input<typeof logs.search>) => world.call(logs.search, input);
const messages = async (input: Input<typeof logs.search>) =>
  (await search(input)).hits.map((hit) => hit.log.message);

test("logs are found by their words across all runs, newest first, with the runs and where the words are", async () => {
  const { hits, ...far } = await search({ logs: { text: { query: "berlin -nobody" } } });
  expect(far).toEqual({ next: null, searched_back_to: null, searched: 5 });
  expect(hits).toMatchObject([
    {
      log: { message: "Berlin is missing" },
      flow_run: { name: "report-1", flow_name: "report" },
      task_run: null,
    },
    {
      log: { level: 40 },
      flow_run: { id: etl.id },
      task_run: { id: task.id, name: "load-1" },
      ranges: [[0, 6]],
    },
    {
      ...{ log: { flow_run_id: etl.id }, task_run: null },
      ranges: [
        [8, 14],
        [21, 27],
      ],
    },
  ]);
});

test("ranges that touch are one", async () => {
  const [hit] = (await search({ logs: { text: { query: '+"no city" +"city in"' } } })).hits;
  expect(hit?.ranges).toEqual([[0, 10]]);
});

test.each<[string, () => Input<typeof logs.search>, string[]]>([
  [
    "level",
    () => ({ logs: { level: { ge_: 40 }, text: { query: "+berlin +failed" } } }),
    ["Berlin failed 100%"],
  ],
  ["run", () => ({ logs: { flow_run_id: { any_: [report.id] } } }), ["Berlin is missing", "no city in here"]],
  [
    "several runs",
    () => ({ logs: { flow_run_id: { any_: [report.id, etl.id] }, level: { le_: 30 } } }),
    ["no city in here", "Loading Berlin, then berlin again"],
  ],
  [
    "flow",
    () => ({ flow_ids: [report.flow_id], logs: { text: { query: "berlin" } } }),
    ["Berlin is missing"],
  ],
  [
    "flow name",
    () => ({ flows: { name: { like_: "PORT" } }, logs: { text: { query: "berlin" } } }),
    ["Berlin is missing"],
  ],
  ["task", () => ({ task_runs: { name: { like_: "load" } } }), ["Berlin failed 100%"]],
  ["logger", () => ({ logs: { name: { any_: ["console"] }, flow_run_id: { any_: [etl.id] } } }), []],
  [
    "deployment",
    () => ({ deployment_ids: [etl.deployment_id ?? ""], logs: { level: { ge_: 40 } } }),
    ["Berlin failed 100%"],
  ],
  [
    "time",
    () => ({ logs: { timestamp: { before_: timestamp(start) } } }),
    ["Loading Berlin, then berlin again"],
  ],
])("they are found by %s", async (_, input, expected) => {
  expect(await messages(input())).toEqual(expected);
});

test("pages follow one another without a gap or a repetition", async () => {
  const query = { logs: { text: { query: "berlin" } }, limit: 3 };
  const first = await search(query);
  expect(first).toMatchObject({
    ...{ searched: 4, searched_back_to: timestamp(start + 1) },
    next: expect.any(String),
  });
  const second = await search({ ...query, after: first.next });
  expect(second.next).toBeNull();
  expect([...first.hits, ...second.hits].map((hit) => hit.log.message)).toEqual(
    await messages({ ...query, limit: 200 }),
  );
  await expect(search({ after: "nonsense" })).rejects.toThrow("expected the `next` of the answer before");
});

test("each filter of a log says how many lines it hides, and who wrote lines is listed", async () => {
  const flow_run_ids = [etl.id, report.id];
  const filters = [
    { level: { ge_: 40 } },
    { flow_run_id: { any_: [etl.id] } },
    { text: { query: '"berlin"' } },
    { name: { any_: ["prefect.flow_runs"] } },
  ];
  const ofTask = [{ task_run_id: { any_: [task.id] } }];
  expect(await world.call(logs.hidden, { flow_run_ids, filters: ofTask })).toEqual({
    ...{ total: 4, shown: 1, hidden: [3] },
  });
  expect(await world.call(logs.hidden, { flow_run_ids, filters })).toEqual({
    ...{ total: 4, shown: 1 },
    hidden: [1, 1, 0, 0],
  });
  expect(await world.call(logs.hidden, { flow_run_ids, filters: [] })).toEqual({
    ...{ total: 4, shown: 4, hidden: [] },
  });
  expect(await world.call(logs.writers, { flow_run_ids })).toEqual({
    loggers: [{ name: "prefect.flow_runs", count: 4 }],
    tasks: [{ id: task.id, name: "load-1", count: 1 }],
  });
});
