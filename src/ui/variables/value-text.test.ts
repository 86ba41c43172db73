import { expect, test } from "vitest";
import { parseExact } from "../../schema/exact-json.ts";
import {
  changesOf,
  copied,
  draftOf,
  inNotation,
  looksLikeJson,
  nameProblem,
  readDraft,
  typeOf,
} from "./value-text.ts";

const row = { id: "1", created: null, updated: null, name: "region", tags: ["eu"] };
const draft = (notation: "text" | "json", text: string) => ({ name: "region", notation, text, tags: [] });

test.each([
  ["eu", "text"],
  [1.5, "number"],
  [parseExact("1.0"), "number"],
  [true, "boolean"],
  [null, "null"],
  [[1], "list of 1"],
  [{ a: 1, b: 2 }, "object, 2 keys"],
])("the type of %j is %s", (value, type) => {
  expect(typeOf(value)).toBe(type);
});

test.each([
  [draft("text", "42"), { value: "42" }],
  [draft("json", "42"), { value: 42 }],
  [draft("json", '{"a": [1, 2'), { problem: "Line 1, column 12: expected a comma or ], got the end" }],
  [draft("text", "x".repeat(4999)), { problem: "expected at most 5,000 characters as JSON, got 5,001" }],
])("%j is read", (typed, read) => {
  expect(readDraft(typed)).toEqual(read);
});

test("a number keeps the way it was written", () => {
  const { text } = draftOf({ ...row, value: parseExact("1.0") });
  expect(text).toBe("1.0");
  expect(JSON.stringify(readDraft(draft("json", text)))).toBe('{"value":1.0}');
});

test.each([
  ["text", "eu", "json", '"eu"'],
  ["text", '{"a": 1}', "json", '{"a": 1}'],
  ["text", "", "json", '""'],
  ["json", '"eu"', "text", "eu"],
  ["json", "[1]", "text", "[1]"],
] as const)("%s %s is in %s %s", (from, text, to, expected) => {
  expect(inNotation(draft(from, text), to)).toBe(expected);
});

test("text that reads as JSON is noticed", () => {
  expect(["42", "[1]", '"eu"', "eu", ""].map((text) => looksLikeJson(draft("text", text)))).toEqual([
    ...[true, true, false, false, false],
  ]);
});

test.each([
  ["region-1_a", undefined],
  ["", "expected a name"],
  ["Region", "expected lower-case letters, digits, dashes and underscores"],
  ["a".repeat(256), "expected at most 255 characters"],
])("the name %s has the problem %s", (name, problem) => {
  expect(nameProblem(name)).toBe(problem);
});

test("only what changed is sent, and text is copied without quotes", () => {
  const before = draftOf({ ...row, value: "eu" });
  expect(changesOf(before, { ...before, tags: [] }, "eu")).toEqual({ tags: [] });
  expect(changesOf(before, { ...before, name: "zone", text: "us" }, "us")).toEqual({
    name: "zone",
    value: "us",
  });
  expect(["eu", [1]].map(copied)).toEqual(["eu", "[1]"]);
});
