import { expect, test } from "vitest";
import type { RunGraph, RunNode } from "../../../schema/graphs.ts";
import { familiesOf } from "../layout/families.ts";
import { layersOf, linksOf } from "../layout/layers.ts";
import { RunModel } from "../model.ts";
import { shownExtent } from "./extent.ts";
import { laneRows } from "./lane-rows.ts";
import { beside } from "./lanes.tsx";
import { groupedRows, type Row, rowsOfNodes } from "./rows.ts";
import { allTies, tiesOf } from "./ties.ts";

const ran = (name: string, from: number, to: number, more: Partial<RunNode> = {}): RunNode => ({
  ...{ kind: "task-run", id: name, task_run_id: name, name, task_key: name },
  ...{ state_type: "COMPLETED", state_name: "Completed", run_count: 1, start: from, end: to, created: from },
  ...{ parents: [], within: -1 },
  segments: [
    ["RUNNING", "Running", from],
    ["COMPLETED", "Completed", to],
  ],
  ...more,
});
const subflow = (name: string, from: number, to: number, parents: number[] = []): RunNode =>
  ran(name, from, to, { kind: "flow-run", task_run_id: `call of ${name}`, parents });
const graph = (id: string, nodes: RunNode[]): RunGraph => ({
  ...{ flow_run_id: id, flow_name: id, segments: [["RUNNING", "Running", 0]], seq: 1 },
  nodes,
});

/** a, then the subflow `inner` with x and the subflow `innermost`, in which y failed; then b. */
function nested(): RunModel {
  const model = new RunModel(
    graph("run", [ran("a", 0, 10), subflow("inner", 10, 60, [0]), ran("b", 60, 70, { parents: [1] })]),
  );
  model.take(graph("inner", [ran("x", 11, 20), subflow("innermost", 20, 55, [0])]));
  model.take(graph("innermost", [ran("y", 25, 50)]));
  return model;
}
const named = (model: RunModel, rows: readonly Row[]) =>
  rows.map(({ kind, node, depth, bars }) =>
    kind === "lane"
      ? `${"  ".repeat(depth)}${bars.map((bar) => model.nodes[bar]?.name).join(" ")}`
      : `${"  ".repeat(depth)}${model.nodes[node]?.name}${bars.length > 1 ? ` ×${bars.length}` : ""}`,
  );

test.each<[string, string[], string[]]>([
  ["none", [], ["a", "inner", "b"]],
  ["one", ["inner"], ["a", "inner", "  x", "  innermost", "b"]],
  ["two, one inside the other", ["inner", "innermost"], ["a", "inner", "  x", "  innermost", "    y", "b"]],
  ["one inside a closed one", ["innermost"], ["a", "inner", "b"]],
])("the tasks of opened subflows stand below their line: %s", (_, open, expected) => {
  const model = nested();
  expect(named(model, groupedRows({ model, opened: new Set(), subflows: new Set(open) }))).toEqual(expected);
});

test("an opened family lists its members, each with its own subflow", () => {
  const calls = Array.from({ length: 9 }, (_, index) => ({
    ...subflow(`part ${index}`, index, 90),
    task_key: "part",
  }));
  const model = new RunModel(graph("run", calls));
  model.take(graph("part 1", [ran("x", 2, 3)]));
  const links = linksOf(model.input);
  model.setFamilies(familiesOf(model.input, links, layersOf(links, model.input.count)));
  const rows = (opened: number[]) =>
    named(model, groupedRows({ model, opened: new Set(opened), subflows: new Set(["part 1"]) }));
  expect(rows([])).toEqual(["part 0 ×9"]);
  expect(rows([0]).slice(0, 5)).toEqual(["part 0 ×9", "  part 0", "  part 1", "    x", "  part 2"]);
});

test("on the axis of time a chain is one lane, and an opened subflow has lanes of its own below", () => {
  const model = nested();
  const lanes = (open: string[], label = 0) =>
    named(model, laneRows({ model, subflows: new Set(open), now: 100, labelOf: () => label }));
  expect(lanes([])).toEqual(["a inner b"]);
  expect(lanes(["inner", "innermost"])).toEqual(["a inner b", "  x innermost", "    y"]);
  // Where names are longer than bars, the next bar gives way.
  expect(lanes([], 15)).toEqual(["a", "inner b"]);
});

test("what a task waited for and what waited for it are tied to it, and all are where all are asked for", () => {
  const model = nested();
  const open = new Set(["inner"]);
  const rowOf = rowsOfNodes(groupedRows({ model, opened: new Set(), subflows: open }));
  expect(tiesOf(model, 1, rowOf)).toEqual([
    { from: 0, to: 1, side: "before" },
    { from: 1, to: 2, side: "after" },
  ]);
  expect(tiesOf(model, 5, rowOf)).toEqual([]);
  expect(allTies(model, rowOf).map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [3, 4],
    [1, 2],
  ]);
});

test("of a closed group the task that ended last is what was waited for", () => {
  const model = new RunModel(
    graph("run", [
      ran("a", 0, 10),
      ran("b", 0, 30),
      ran("c", 0, 20),
      ran("d", 30, 40, { parents: [0, 1, 2] }),
    ]),
  );
  const rowOf = new Map([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 1],
  ]);
  expect(tiesOf(model, 3, rowOf)).toEqual([{ from: 1, to: 3, side: "before" }]);
});

test("the axis reaches over what is shown", () => {
  const model = new RunModel(graph("run", [subflow("inner", 10, 60)]));
  model.take(graph("inner", [ran("x", 5, 80)]));
  const extent = (open: string[]) => shownExtent({ model, version: 0, subflows: new Set(open) });
  expect(extent([])).toEqual({ from: 0, to: 60 });
  expect(extent(["inner"])).toEqual({ from: 0, to: 80 });
});

test("the keyboard goes along a lane and to what ran at about the same time in the next", () => {
  const model = nested();
  const rows = laneRows({ model, subflows: new Set(["inner"]), now: 100, labelOf: () => 0 });
  const at = { model, rows, rowOf: rowsOfNodes(rows) };
  expect(beside(at, 0, [1, 0])).toBe(1);
  expect(beside(at, 2, [1, 0])).toBe(2);
  expect(beside(at, 2, [0, 1])).toBe(4);
  expect(beside(at, 3, [0, -1])).toBe(1);
  expect(beside(at, 0, [0, -1])).toBe(0);
});
