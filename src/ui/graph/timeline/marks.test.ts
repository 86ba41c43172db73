import { expect, test } from "vitest";
import { groupsOf, type Mark } from "./marks.ts";

const mark = (time: number): Mark => ({ id: String(time), kind: "event", time, label: "e" });

test("marks that would lie upon each other are one, and those out of view are left out", () => {
  const marks = [-5, 0, 4, 9, 30, 47, 200].map(mark);
  const groups = groupsOf(marks, (time) => time, { width: 100, apart: 18 });
  expect(groups.map(({ x, marks }) => [x, marks.length])).toEqual([
    [0, 3],
    [30, 2],
  ]);
});
