import { expect, test, vi } from "vitest";
import type { RunGraph, RunNode } from "../../schema/graphs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { noDetails, type StateType } from "../../schema/states.ts";
import type { TaskRun } from "../../schema/task-runs.ts";
import { RunModel } from "./model.ts";

const node = (id: string, segments: RunNode["segments"], parents: number[] = []): RunNode => {
  const last = segments.at(-1);
  return {
    kind: "task-run",
    id,
    task_run_id: id,
    name: id,
    task_key: "load",
    state_type: last?.[0] ?? null,
    state_name: last?.[1] ?? null,
    run_count: 1,
    start: null,
    end: null,
    created: 0,
    parents,
    within: -1,
    segments,
  };
};

const graph = (nodes: RunNode[]): RunGraph => ({
  flow_run_id: "run",
  flow_name: "etl",
  segments: [],
  nodes,
  seq: 1,
});

const row = (id: string, type: StateType, when: number, more: Partial<TaskRun> = {}): TaskRun => ({
  id,
  created: null,
  updated: null,
  name: id,
  tags: [],
  labels: {},
  state_id: "s",
  state_type: type,
  state_name: type,
  run_count: 1,
  expected_start_time: timestamp(when),
  next_scheduled_start_time: null,
  start_time: null,
  end_time: null,
  total_run_time: 0,
  estimated_run_time: 0,
  estimated_start_time_delta: 0,
  state: {
    id: "s",
    type,
    name: type,
    timestamp: timestamp(when),
    message: null,
    data: null,
    state_details: noDetails,
  },
  flow_run_id: "run",
  task_key: "load",
  dynamic_key: "0",
  cache_key: null,
  cache_expiration: null,
  task_version: null,
  empirical_policy: {
    max_retries: 0,
    retry_delay_seconds: 0,
    retries: null,
    retry_delay: null,
    retry_jitter_factor: null,
  },
  task_inputs: {},
  flow_run_run_count: 1,
  ...more,
});

const told = () => new Promise((resolve) => setTimeout(resolve, 80));

test("a change of state reaches only those who watch that node, and keeps the layout's input", async () => {
  const model = new RunModel(
    graph([node("a", [["RUNNING", "Running", 1000]]), node("b", [["RUNNING", "Running", 1000]])]),
  );
  const { input } = model;
  const [a, b] = [vi.fn(), vi.fn()];
  model.onNode(0, a);
  model.onNode(1, b);
  model.apply([row("a", "COMPLETED", 2000)]);
  await told();
  expect(a).toHaveBeenCalledTimes(1);
  expect(b).not.toHaveBeenCalled();
  expect(model.input).toBe(input);
  expect(model.counts).toEqual({ completed: 1, running: 1 });
});

test("a task run that was not there is appended with its parents", async () => {
  const model = new RunModel(graph([node("a", [["COMPLETED", "Completed", 1000]])]));
  model.apply([row("b", "PENDING", 2000, { task_inputs: { x: [{ input_type: "task_run", id: "a" }] } })]);
  await told();
  expect(model.nodes[1]).toMatchObject({ id: "b", parents: [0], state_type: "PENDING" });
  expect(model.indexOf("b")).toBe(1);
});

test("a change that is older than what is known is left out", async () => {
  const model = new RunModel(graph([node("a", [["COMPLETED", "Completed", 5000]])]));
  model.apply([row("a", "RUNNING", 4000)]);
  await told();
  expect(model.nodes[0]?.state_type).toBe("COMPLETED");
});

test("a quick run whose RUNNING nobody saw still has a stretch of work", async () => {
  const model = new RunModel(graph([node("a", [["PENDING", "Pending", 1000]])]));
  model.apply([row("a", "COMPLETED", 3000, { start_time: timestamp(2000), end_time: timestamp(3000) })]);
  await told();
  expect(model.nodes[0]?.segments).toEqual([
    ["PENDING", "Pending", 1000],
    ["RUNNING", "Running", 2000],
    ["COMPLETED", "COMPLETED", 3000],
  ]);
});

test("the shares of a family are counted anew only when one of its members changed", async () => {
  const model = new RunModel(graph(["a", "b", "c"].map((id) => node(id, [["RUNNING", "Running", 1]]))));
  model.setFamilies(Int32Array.of(0, 0, -1));
  const before = model.histogram(0);
  model.apply([row("c", "FAILED", 9)]);
  await told();
  expect(model.histogram(0)).toBe(before);
  model.apply([row("b", "FAILED", 9)]);
  await told();
  expect(model.histogram(0)).toEqual({ running: 1, failed: 1 });
});

const subflow = (id: string, taskRunId: string): RunNode => ({
  ...node(id, [["RUNNING", "Running", 1000]]),
  kind: "flow-run",
  task_run_id: taskRunId,
});

test("the tasks of a subflow are appended, and follow it from then on", async () => {
  const model = new RunModel(graph([node("a", [["COMPLETED", "Completed", 1]]), subflow("child", "b")]));
  const within = [node("x", [["COMPLETED", "Completed", 1]]), node("y", [["RUNNING", "Running", 1]], [0])];
  model.take({ ...graph(within), flow_run_id: "child" });
  expect(model.holds("child")).toBe(true);
  expect(model.nodes.map(({ id, container, parents }) => [id, container, parents])).toEqual([
    ["a", -1, []],
    ["child", -1, []],
    ["x", 1, []],
    ["y", 1, [2]],
  ]);
  expect(Array.from(model.input.container)).toEqual([-1, -1, 1, 1]);
  // `load` of the run and `load` of the subflow are no siblings.
  expect(model.input.key[0]).not.toBe(model.input.key[2]);
  model.apply([row("y", "FAILED", 5000, { flow_run_id: "child" })]);
  model.apply([row("z", "PENDING", 6000, { flow_run_id: "child" })]);
  model.apply([row("?", "PENDING", 6000, { flow_run_id: "one that was never opened" })]);
  await told();
  expect(model.nodes[3]).toMatchObject({ state_type: "FAILED", container: 1, flow_run_id: "child" });
  expect(model.nodes[4]).toMatchObject({ id: "z", container: 1 });
  expect(model.nodes).toHaveLength(5);
  expect(model.taskCount).toBe(2);
  expect(model.counts).toEqual({ completed: 1, running: 1 });
});

test("a graph that is read anew keeps the numbers of nodes, also of opened subflows", async () => {
  const model = new RunModel(graph([subflow("child", "b")]));
  model.take({ ...graph([node("x", [])]), flow_run_id: "child" });
  model.take(graph([subflow("child", "b"), node("c", [["FAILED", "Failed", 1]], [0])]));
  model.take({
    ...graph([node("y", []), node("x", [["RUNNING", "Running", 1]], [0])]),
    flow_run_id: "child",
  });
  model.take({ ...graph([node("n", [])]), flow_run_id: "elsewhere" });
  await told();
  expect(model.nodes.map(({ id, container, parents }) => [id, container, parents])).toEqual([
    ["child", -1, []],
    ["x", 0, [3]],
    ["c", -1, [0]],
    ["y", 0, []],
  ]);
  expect(model.counts).toEqual({ failed: 1, running: 1 });
});

test("task runs that were deleted leave when the graph is read anew", async () => {
  const model = new RunModel(graph([node("a", []), node("b", [], [0])]));
  model.take(graph([node("b", [])]));
  await told();
  expect(model.nodes).toMatchObject([{ id: "b", parents: [] }]);
  expect(model.indexOf("a")).toBeUndefined();
  expect(model.input.count).toBe(1);
});
