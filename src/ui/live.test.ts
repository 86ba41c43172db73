import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import type { Change } from "../schema/live.ts";
import { applyEvent } from "./live.ts";

const older = "2026-11-22T12:00:00.000000Z";
const newer = "2026-11-22T12:00:01.000000Z";
const row = (id: string, state: string, updated = older) => ({ id, state, updated });
const change = (patch: Partial<Change> = {}): Change => ({
  seq: 1,
  noun: "flow-runs",
  kind: "updated",
  id: "b",
  row: row("b", "new", newer),
  ...patch,
});
const [a, b] = [row("a", "old"), row("b", "old")];
const patched = row("b", "new", newer);

test.each([
  ["a single row", ["flow-runs", "read", { id: "b" }], b, change(), patched],
  ["another row stays", ["flow-runs", "read", { id: "a" }], a, change(), a],
  ["a list", ["flow-runs", "filter", {}], [a, b], change(), [a, patched]],
  [
    "a page",
    ["flow-runs", "paginate", {}],
    { results: [a, b], count: 2 },
    change(),
    { results: [a, patched], count: 2 },
  ],
  [
    "pages of an infinite list",
    ["flow-runs", "filter", {}, "pages"],
    {
      pages: [
        { results: [a], next: 1 },
        { results: [b], next: null },
      ],
      pageParams: [0, 1],
    },
    change(),
    {
      pages: [
        { results: [a], next: 1 },
        { results: [patched], next: null },
      ],
      pageParams: [0, 1],
    },
  ],
  [
    "fields that only the cache has are kept",
    ["flow-runs", "read", { id: "b" }],
    { ...b, flow_name: "etl" },
    change(),
    { ...patched, flow_name: "etl" },
  ],
  ["an older change is ignored", ["flow-runs", "read", { id: "b" }], patched, change({ row: b }), patched],
  ["another noun is not touched", ["task-runs", "filter", {}], [b], change(), [b]],
  [
    "a deleted row leaves lists",
    ["flow-runs", "filter", {}],
    [a, b],
    change({ kind: "deleted", row: null }),
    [a],
  ],
  [
    "a created row does not enter lists by itself",
    ["flow-runs", "filter", {}],
    [a],
    change({ kind: "created" }),
    [a],
  ],
  ["figures stay", ["flow-runs", "count", {}], 2, change(), 2],
])("%s", (_, key, before, event, after) => {
  const queries = new QueryClient();
  queries.setQueryData(key, before);
  applyEvent(queries, event);
  expect(queries.getQueryData(key)).toEqual(after);
  if (before === after) expect(queries.getQueryData(key)).toBe(before);
});

test("patching does not make data look freshly read", () => {
  const queries = new QueryClient();
  queries.setQueryData(["flow-runs", "filter", {}], [b], { updatedAt: 1000 });
  applyEvent(queries, change());
  expect(queries.getQueryState(["flow-runs", "filter", {}])?.dataUpdatedAt).toBe(1000);
});
