import { assert as check, dictionary, property, string } from "fast-check";
import { expect, test } from "vitest";
import { conditionsOf, privateViews, searchOf, viewOf, withLayout, withoutLayout } from "./saved-view.ts";

const row = { id: "1", created: null, updated: null, name: "Mine" };

test("a view comes back from the conditions that it was saved as", () => {
  check(
    property(dictionary(string({ minLength: 1 }), string()), (keys) => {
      const { list: _, view: __, open: ___, ...kept } = keys;
      const search = searchOf(new URLSearchParams(kept));
      const view = viewOf("runs", { ...row, filters: conditionsOf("runs", search) });
      expect(view && searchOf(new URLSearchParams(view.search))).toBe(search);
      expect(viewOf("flows", { ...row, filters: conditionsOf("runs", search) })).toBeUndefined();
    }),
  );
});

test("columns and grouping are kept apart from the search", () => {
  const search = "cols=state%2Cparam.a&group=tag.team&q=a&sort=name";
  const parts = withoutLayout(search);
  expect(parts).toEqual({
    search: "q=a&sort=name",
    layout: { columns: ["state", "param.a"], group: "tag.team" },
  });
  expect(withLayout(parts.search, parts.layout)).toBe(search);
  expect(withLayout("q=a", { columns: [], group: null })).toBe("q=a");
});

test("searches that other clients have saved, and what is no list, are no views", () => {
  const filters = [
    { object: "flow_run", property: "state", type: "state", operation: "equals", value: ["FAILED"] },
  ];
  expect(viewOf("runs", { ...row, filters })).toBeUndefined();
  expect(privateViews("{}")).toEqual([]);
  expect(privateViews("[")).toEqual([]);
});
