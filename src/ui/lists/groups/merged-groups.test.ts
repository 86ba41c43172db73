import { expect, test } from "vitest";
import type { RunGroup, RunGroups } from "../../../schema/run-groups.ts";
import { type GroupRows, itemsOf, mergeGroups } from "./merged-groups.ts";

const group = (value: string | null, count: number): RunGroup => ({
  ...{ value, label: value, state_type: null, count },
});
const page = (groups: RunGroup[], others = 0): RunGroups => ({ groups, others, searched: 10, next: null });

test("counts of requests one after the other are added up, the largest group first", () => {
  const pages = [page([group("a", 1), group("b", 5)]), page([group("a", 9), group(null, 2)], 3)];
  const { groups, others, total } = mergeGroups(pages);
  expect(groups.map(({ value, count }) => [value, count])).toEqual([
    ["a", 10],
    ["b", 5],
    [null, 2],
  ]);
  expect({ others, total }).toEqual({ others: 3, total: 20 });
  expect(mergeGroups([])).toEqual({ groups: [], others: 0, total: 0 });
});

test("rows stand below their open group, and a line says what is not shown of them", () => {
  const rows: GroupRows<{ id: string }> = {
    ...{ rows: [{ id: "1" }], isPending: false, error: null, hasMore: false, searched: undefined },
    ...{ loadMore: () => undefined, refetch: () => undefined },
  };
  const ids = (more: Partial<GroupRows<{ id: string }>>) =>
    itemsOf([group("a", 1), group(null, 1)], new Map([["", { ...rows, ...more }]])).map(({ id }) => id);
  expect(ids({})).toEqual(["group a", "group ", " 1"]);
  expect(ids({ hasMore: true })).toEqual(["group a", "group ", " 1", "more "]);
  expect(ids({ rows: [], isPending: true })).toEqual(["group a", "group ", "more "]);
  expect(itemsOf([group("a", 1)], new Map())).toHaveLength(1);
});
