import { expect, test } from "vitest";
import type { LooseNode, RunGraphPage } from "../../schema/graphs.ts";
import { graphOf } from "./read-graph.ts";

const node = (id: string, more: Partial<LooseNode> = {}): LooseNode => ({
  ...{ kind: "task-run", id, task_run_id: id, name: id, task_key: "load", run_count: 1 },
  ...{ state_type: "COMPLETED", state_name: "Completed", start: 10, end: 20, created: 5 },
  ...{ parents: [], within: null, segments: [["COMPLETED", "Completed", 20]] },
  ...more,
});
const page = (nodes: LooseNode[], more: Partial<RunGraphPage> = {}): RunGraphPage => ({
  ...{ flow_run_id: "run", flow_name: "etl", segments: [["RUNNING", "Running", 1]] },
  ...{ count: 4, next: null, seq: 7, nodes },
  ...more,
});

test("pages become one graph in the order in which the runs were made, with edges across pages", () => {
  const graph = graphOf([
    page([node("d", { parents: ["b", "child", "gone", "b"] }), node("b", { within: "a" })]),
    page([node("child", { kind: "flow-run", task_run_id: "c" }), node("a")], { seq: 9 }),
  ]);
  expect(graph.nodes.map(({ task_run_id, parents, within }) => [task_run_id, parents, within])).toEqual([
    ["a", [], -1],
    ["b", [], 0],
    ["c", [], -1],
    ["d", [1, 2], -1],
  ]);
  // What changed after the first page was read is heard again.
  expect(graph).toMatchObject({ flow_run_id: "run", flow_name: "etl", seq: 7 });
  expect("omitted" in graph).toBe(false);
});

test("without their states, start and end stand for them; and what was left out is counted", () => {
  const graph = graphOf([
    page(
      [
        node("a", { segments: [] }),
        node("b", { segments: [], end: null, state_type: "RUNNING", state_name: "Retrying" }),
        node("c", { segments: [], start: null, end: null, state_type: "PENDING", state_name: "Pending" }),
      ],
      { count: 10 },
    ),
  ]);
  expect(graph.nodes.map(({ segments }) => segments)).toEqual([
    [
      ["RUNNING", "Running", 10],
      ["COMPLETED", "Completed", 20],
    ],
    [["RUNNING", "Retrying", 10]],
    [],
  ]);
  expect(graph.omitted).toBe(7);
});
