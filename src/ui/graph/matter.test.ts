import { expect, test } from "vitest";
import type { RunNode } from "../../schema/graphs.ts";
import type { StateType } from "../../schema/states.ts";
import { argumentsFrom } from "./canvas/edge-tip.tsx";
import { runningFrontier, whatMatters } from "./matter.ts";

const node = (
  state: StateType | null,
  start: number | null,
  end: number | null,
  parents: number[] = [],
): RunNode => ({
  kind: "task-run",
  id: "task",
  task_run_id: "task",
  name: "task",
  task_key: "task",
  state_type: state,
  state_name: null,
  run_count: 1,
  start,
  end,
  created: start ?? 0,
  parents,
  within: -1,
  segments: [],
});

test.each<[string, RunNode[], number[]]>([
  [
    "the earliest failure comes first",
    [
      node("COMPLETED", 1, 2),
      node("FAILED", 2, 9, [0]),
      node("CRASHED", 2, 4, [0]),
      node("RUNNING", 3, null),
    ],
    [2, 1],
  ],
  [
    "without a failure what is running, the newest first",
    [
      node("COMPLETED", 1, 2),
      node("RUNNING", 2, null, [0]),
      node("RUNNING", 5, null, [0]),
      node(null, null, null, [1]),
    ],
    [2, 1],
  ],
  [
    "of a run that went well its roots",
    [node("COMPLETED", 1, 2), node("COMPLETED", 3, 4, [0]), node("COMPLETED", 0, 1)],
    [2, 0],
  ],
])("a graph opens at what matters: %s", (_, nodes, expected) => {
  expect(whatMatters(nodes)).toEqual(expected);
});

test("nothing is followed once all tasks have ended", () => {
  expect(runningFrontier([node("COMPLETED", 1, 2), node("FAILED", 2, 3)])).toEqual([]);
});

test("an edge is named by the arguments that were results of the parent, be it a task or a subflow", () => {
  const task_inputs = {
    orders: [{ input_type: "task_run" as const, id: "b" }],
    scores: [{ input_type: "flow_run" as const, id: "child" }],
    __parents__: [{ input_type: "task_run" as const, id: "b" }],
  };
  expect(argumentsFrom({ task_inputs }, { id: "b", task_run_id: "b" })).toEqual(["orders"]);
  expect(argumentsFrom({ task_inputs }, { id: "child", task_run_id: "c" })).toEqual(["scores"]);
  expect(argumentsFrom({ task_inputs }, { id: "x", task_run_id: "x" })).toEqual([]);
});
