import { expect, test } from "vitest";
import type { RunNode } from "../../../schema/graphs.ts";
import { attemptsOf, extentOf, spansOf } from "./segments.ts";

const retried: RunNode["segments"] = [
  ["PENDING", "Pending", 0],
  ["RUNNING", "Running", 10],
  ["SCHEDULED", "AwaitingRetry", 20],
  ["RUNNING", "Retrying", 50],
  ["COMPLETED", "Completed", 70],
];

test("each state lasts until the next one; a final one ends the run", () => {
  expect(spansOf(retried).map(({ name, from, to }) => [name, from, to])).toEqual([
    ["Pending", 0, 10],
    ["Running", 10, 20],
    ["AwaitingRetry", 20, 50],
    ["Retrying", 50, 70],
  ]);
});

test("an attempt that is tried again has failed, and the last one is what the run is", () => {
  const work = spansOf(retried).filter((span) => span.isWork);
  expect(work.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, "failed"],
    [2, "completed"],
  ]);
});

test.each<[string, RunNode["segments"], string[]]>([
  ["waiting for a slot", [["SCHEDULED", "AwaitingConcurrencySlot", 0]], ["late"]],
  ["paused", [["PAUSED", "Paused", 0]], ["paused"]],
  ["late", [["SCHEDULED", "Late", 0]], ["late"]],
  ["cached", [["COMPLETED", "Cached", 0]], []],
])("%s has a tone of its own", (_, segments, expected) => {
  expect(spansOf(segments).map((span) => span.tone)).toEqual(expected);
});

test("a state that lasts has no end", () => {
  expect(spansOf([["RUNNING", "Running", 5]])).toMatchObject([
    { from: 5, to: undefined, isWork: true, outcome: "running" },
  ]);
});

test("attempts are told with what ended them", () => {
  expect(attemptsOf(retried)).toEqual([
    { number: 1, from: 10, to: 20, outcome: { type: "SCHEDULED", name: "AwaitingRetry" } },
    { number: 2, from: 50, to: 70, outcome: { type: "COMPLETED", name: "Completed" } },
  ]);
});

test("a run reaches from its first state to its last, and has no end before that", () => {
  const times = { start: null, end: null, created: 3 };
  expect(extentOf({ ...times, segments: retried })).toEqual({ from: 0, to: 70 });
  expect(extentOf({ ...times, segments: retried.slice(0, 2) })).toEqual({ from: 0, to: undefined });
  expect(extentOf({ ...times, segments: [] })).toEqual({ from: 3, to: undefined });
});
