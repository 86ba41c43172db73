import { expect, test } from "vitest";
import { longestValue, mostChanges } from "../schema/run-summary.ts";
import { parameterChanges } from "./parameter-changes.ts";

test.each([
  ["nothing", { a: 1, b: { x: 1, y: [2] } }, { b: { y: [2], x: 1 }, a: 1 }, []],
  ["a value", { a: 1 }, { a: 2 }, [{ name: "a", before: "1", now: "2" }]],
  ["a new parameter", {}, { region: "eu" }, [{ name: "region", before: null, now: '"eu"' }]],
  ["one that is gone", { region: "eu" }, {}, [{ name: "region", before: '"eu"', now: null }]],
  ["null in place of none", {}, { a: null }, [{ name: "a", before: null, now: "null" }]],
  ["the order of a list", { a: [1, 2] }, { a: [2, 1] }, [{ name: "a", before: "[1,2]", now: "[2,1]" }]],
])("parameters that differ by %s", (_, before, now, changes) => {
  expect(parameterChanges(before, now)).toEqual({ changes, change_count: changes.length });
});

test("names and values are shortened, and of many changes only some are named", () => {
  const now = Object.fromEntries(Array.from({ length: 40 }, (_, place) => [`p${place}`, "x".repeat(5_000)]));
  const { changes, change_count } = parameterChanges({}, now);
  expect(change_count).toBe(40);
  expect(changes).toHaveLength(mostChanges);
  expect(changes[0]?.now).toHaveLength(longestValue);
});
