import { expect, test } from "vitest";
import { type Column, table, widthOf } from "./table.ts";

interface Row {
  name: string;
  note: string;
  id: string;
}
const rows: Row[] = [
  { name: "short", note: "a", id: "0192-aaaa" },
  { name: "a-much-longer-name-of-a-run", note: "bb", id: "0192-bbbb" },
];
const columns: Column<Row>[] = [
  { title: "NAME", text: ({ name }) => name, shrinksTo: 10 },
  { title: "NOTE", text: ({ note }) => note },
  { title: "ID", text: ({ id }) => id, dropped: 1 },
];

test("columns are aligned under their titles, and a line has no trailing space", () => {
  expect(table(columns, rows).split("\n")).toEqual([
    "NAME                         NOTE  ID",
    "short                        a     0192-aaaa",
    "a-much-longer-name-of-a-run  bb    0192-bbbb",
  ]);
});

test("a shrinkable text is cut with an ellipsis before a column is dropped", () => {
  const lines = table(columns, rows, 36).split("\n");
  expect(lines[2]).toBe("a-much-longer-name…  bb    0192-bbbb");
  expect(lines.every((line) => widthOf(line) <= 36)).toBe(true);
});

test("when cutting is not enough, the least important column is dropped", () => {
  const lines = table(columns, rows, 24).split("\n");
  expect(lines[0]).toMatch(/^NAME +NOTE$/);
  expect(lines.every((line) => widthOf(line) <= 24)).toBe(true);
});

test("colours have no width, wide characters two cells", () => {
  expect(widthOf("\u001b[32m✓ Completed\u001b[39m")).toBe(11);
  expect(widthOf("日本")).toBe(4);
  const [, first, second] = table(
    [
      { title: "A", text: (text: string) => text },
      { title: "B", text: () => "|" },
    ],
    ["日本", "\u001b[31mred\u001b[39m"],
  ).split("\n");
  expect(widthOf(first ?? "")).toBe(widthOf(second ?? ""));
});
