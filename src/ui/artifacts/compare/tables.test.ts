import { expect, test } from "vitest";
import { compareTables } from "./tables.ts";

const table = (head: string[], ...rows: string[][]) => ({ head, rows });

test("rows are the same by their first cell; cells that changed keep what they were", () => {
  const before = table(["region", "sales"], ["eu", "3"], ["us", "5"], ["uk", "1"]);
  const after = table(["region", "sales"], ["us", "5"], ["eu", "4"], ["asia", "9"]);
  const { rows, counts } = compareTables(before, after);
  expect(counts).toEqual({ same: 1, changed: 1, removed: 1, added: 1 });
  expect(rows.find(({ kind }) => kind === "changed")?.cells).toEqual([
    { text: "eu" },
    { text: "4", was: "3" },
  ]);
});

test("columns that came and went are told by their names", () => {
  const { head, rows } = compareTables(table(["a", "b"], ["1", "2"]), table(["a", "c"], ["1", "3"]));
  expect(head).toEqual([
    { name: "a", kind: "same" },
    { name: "c", kind: "added" },
    { name: "b", kind: "removed" },
  ]);
  expect(rows[0]?.cells).toEqual([{ text: "1" }, { text: "3", was: "" }, { text: "", was: "2" }]);
});

test("rows that share their first cell are compared whole", () => {
  const { counts } = compareTables(
    table(["a", "b"], ["x", "1"], ["x", "2"]),
    table(["a", "b"], ["x", "1"], ["x", "3"]),
  );
  expect(counts).toEqual({ same: 1, changed: 0, removed: 1, added: 1 });
});
