import { expect, test } from "vitest";
import type { RunNode } from "../../schema/graphs.ts";
import { collapsed, earliestFailure, type Report } from "./failure.ts";

const report = (runId: string, when: number, text: string, isTask = true): Report => ({
  runId,
  isTask,
  when,
  chain: [{ name: "Error", message: text, frames: [], properties: {} }],
});
const node = (id: string, type: RunNode["state_type"], end: number, runCount = 1): RunNode => ({
  kind: "task-run",
  id,
  task_run_id: id,
  name: `${id}-0`,
  task_key: id,
  state_type: type,
  state_name: null,
  run_count: runCount,
  start: 0,
  end,
  created: 0,
  parents: [],
  within: -1,
  segments: [],
});

const nodes = [
  node("overcame", "COMPLETED", 9, 2),
  node("second", "FAILED", 8),
  node("first", "FAILED", 5, 3),
];
const reports = [
  report("overcame", 1, "once"),
  report("first", 2, "no route 1"),
  report("first", 3, "no route 1"),
  report("first", 5, "no route 1"),
  report("second", 8, "upstream failed"),
  report("run", 9, "gave up", false),
];

test("the first task that failed for good is the cause, not one that a retry saved", () => {
  expect(earliestFailure({ reports, nodes, message: "gave up" })).toMatchObject({
    task: "first-0",
    attempts: 3,
    same: 3,
    title: "Error: no route 1",
  });
});

test("before the graph is there the earliest last error of a task is taken", () => {
  expect(earliestFailure({ reports: reports.slice(1), nodes: undefined, message: null })?.taskRunId).toBe(
    "first",
  );
});

test("a flow that failed in its own code has no task", () => {
  const failure = earliestFailure({
    reports: [report("run", 9, "gave up", false)],
    nodes: [],
    message: null,
  });
  expect(failure).toMatchObject({ taskRunId: undefined, title: "Error: gave up" });
});

test("an error of a task that a retry saved does not explain why the flow failed", () => {
  const saved = [report("overcame", 1, "once"), report("run", 9, "gave up", false)];
  expect(
    earliestFailure({ reports: saved, nodes: [node("overcame", "COMPLETED", 2)], message: null })?.title,
  ).toBe("Error: gave up");
});

test("where no error is known the message of the state says why", () => {
  expect(earliestFailure({ reports: [], nodes: [], message: "killed" })?.title).toBe("killed");
  expect(earliestFailure({ reports: [], nodes: undefined, message: null })).toBeUndefined();
});

test("errors that differ only in numbers are one with a count", () => {
  const list = [
    report("a", 1, "timeout after 12 ms"),
    report("a", 2, "timeout after 14 ms"),
    report("a", 3, "other"),
  ];
  expect(collapsed(list).map(({ count }) => count)).toEqual([2, 1]);
});
