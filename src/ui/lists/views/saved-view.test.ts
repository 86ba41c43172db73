import { assert as check, dictionary, property, string } from "fast-check";
import { expect, test } from "vitest";
import { conditionsOf, privateViews, searchOf, viewOf } from "./saved-view.ts";

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

test("searches that other clients have saved, and what is no list, are no views", () => {
  const filters = [
    { object: "flow_run", property: "state", type: "state", operation: "equals", value: ["FAILED"] },
  ];
  expect(viewOf("runs", { ...row, filters })).toBeUndefined();
  expect(privateViews("{}")).toEqual([]);
  expect(privateViews("[")).toEqual([]);
});
