import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { parseTraceback } from "../rules/tracebacks.ts";
import type { RunError } from "../schema/events.ts";
import { describeError, errorText, errorTitle } from "./errors.ts";
import { preview } from "./preview.ts";
import { parseStack } from "./stack-frames.ts";

test.each([
  [
    "    at load (file:///srv/app/flow.ts:12:7)",
    { file: "/srv/app/flow.ts", line: 12, column: 7, function: "load", library: false },
  ],
  [
    "    at async Loader.run [as go] (/srv/app/a.ts:3:1)",
    { file: "/srv/app/a.ts", function: "Loader.run", line: 3 },
  ],
  ["    at /srv/app/a.ts:3:1", { file: "/srv/app/a.ts", function: null }],
  ["    at async file:///srv/my%20app/a.ts:3:1", { file: "/srv/my app/a.ts", function: null }],
  ["    at new Thing (/srv/app/a.ts:3:1)", { function: "new Thing" }],
  ["    at Object.parse (/srv/node_modules/zod/v4/parse.js:9:2)", { library: true, source: null }],
  [
    "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    { library: true, file: "node:internal/process/task_queues", line: 95 },
  ],
  ["    at eval (eval at run (/srv/app/a.ts:5:2), <anonymous>:1:1)", { file: "/srv/app/a.ts", line: 5 }],
])("parses the frame %s", (line, frame) => {
  expect(parseStack(`Error: x\n${line}`)).toMatchObject([frame]);
});

test.each([
  ["    at Array.map (<anonymous>)"],
  ["    at async Promise.all (index 0)"],
  ["a message with at in it"],
  ["    at native"],
])("ignores %s", (line) => {
  expect(parseStack(`Error: x\n${line}`)).toEqual([]);
});

function fails(): never {
  throw new RangeError("too far");
}

test("frames of user code include the surrounding source", () => {
  try {
    fails();
  } catch (error) {
    const [frame] = describeError(error, 2).chain[0]?.frames ?? [];
    expect(frame).toMatchObject({ function: "fails", library: false });
    expect(frame?.source?.lines).toHaveLength(7);
    expect(frame?.source?.lines[frame.line - frame.source.first]).toContain("throw new RangeError");
  }
});

/** Messages of an error and its causes; those of a group's members in a list after the group's message. */
const outline = (chain: RunError["chain"]): unknown[] =>
  chain.flatMap(({ message, members }) => [message, ...(members ? [members.map(outline)] : [])]);
const outlineOf = (error: unknown) => outline(describeError(error, 1).chain);

test("a long chain of causes keeps its root, and says how many causes were omitted", () => {
  let error = new Error("root");
  for (let depth = 1; depth < 9; depth++) error = new Error(String(depth), { cause: error });
  const { chain } = describeError(error, 1);
  expect(outline(chain)).toEqual(["8", "7", "6", "5", "root"]);
  expect(chain.map((link) => link.omitted_causes)).toEqual([undefined, undefined, undefined, 4, undefined]);
  expect(errorText(error)).toMatch(
    /Caused by: Error: 5\n[\s\S]* {4}\.\.\. 4 causes left out\nCaused by: Error: root/,
  );
  expect(errorText(new Error("outer", { cause: new TypeError("inner") }))).toMatch(
    /^Error: outer[\s\S]*Caused by: TypeError: inner/,
  );
});

test("a cycle of causes and members ends", () => {
  const ring = new Error("ring");
  ring.cause = ring;
  expect(outlineOf(ring)).toEqual(["ring"]);
  const group = new AggregateError([new Error("a")], "group");
  group.errors.push(group, new Error("b", { cause: group }));
  expect(outlineOf(group)).toEqual(["group", [["a"], ["b"]]]);
});

test("an AggregateError keeps all its members and its own cause", () => {
  const inner = new AggregateError([new Error("b1"), new Error("b2", { cause: "text" })], "inner");
  const error = new AggregateError([new Error("a"), inner, 5], "outer", { cause: new Error("why") });
  expect(outlineOf(error)).toEqual([
    "outer",
    [["a"], ["inner", [["b1"], ["b2", "string thrown: 'text'"]]], ["number thrown: 5"]],
    "why",
  ]);
});

test("a SuppressedError keeps the disposal's error and the one it suppressed", () => {
  const suppressed = new SuppressedError(new Error("close failed"), new Error("load failed"), "both");
  expect(outlineOf(suppressed)).toEqual(["both", [["close failed"], ["load failed"]]]);
  expect(describeError(suppressed, 1).chain[0]?.properties).toEqual({});
});

test("of very many members the first hundred errors are reported, and how many were omitted", () => {
  const error = new AggregateError(Array.from({ length: 5000 }, (_, place) => new Error(String(place))));
  const [link] = describeError(error, 1).chain;
  expect([link?.members?.length, link?.omitted_members]).toEqual([99, 4901]);
});

test("the dashboard parses the logged group into the same tree", () => {
  const inner = new AggregateError(
    [new Error("b1"), new RangeError("b2", { cause: new Error("c") })],
    "inner",
  );
  const error = new AggregateError([new Error("a"), inner], "outer", { cause: new Error("why") });
  const parsed = parseTraceback(
    `Flow run encountered an exception: AggregateError: outer\n${errorText(error)}`,
  );
  expect(outline(parsed?.chain ?? [])).toEqual(outlineOf(error));
});

test("errors of another realm are recognised", () => {
  const foreign: unknown = runInNewContext(`new RangeError("too far", { cause: new TypeError("why") })`);
  expect(foreign instanceof Error).toBe(false);
  expect(errorTitle(foreign)).toBe("RangeError: too far");
  expect(describeError(foreign, 1).chain).toMatchObject([
    { name: "RangeError", message: "too far" },
    { name: "TypeError", message: "why" },
  ]);
  expect(errorText(foreign)).toContain("Caused by: TypeError: why");
});

test("an error whose getters throw is still reported", () => {
  const error = Object.defineProperty(new Error("x"), "message", {
    get: () => {
      throw new Error("no message");
    },
  });
  expect(describeError(error, 1).chain).toMatchObject([{ name: "Error", message: "" }]);
});

test("a message of 3 MB is cut in the report, and whole in the log", () => {
  const message = "at x:1:1\n".repeat(300_000);
  const [link] = describeError(new Error(message), 1).chain;
  expect(link?.message).toMatch(/ \(2,696,000 more characters\)$/);
  expect(link?.message.length).toBeLessThan(4100);
  expect(link?.frames[0]?.function).not.toBe("x");
  expect(errorText(new Error(message)).length).toBeGreaterThan(message.length);
  const tail = "\u{1f600}".repeat(3000);
  expect(describeError(new Error(`x${tail}`), 1).chain[0]?.message.isWellFormed()).toBe(true);
});

test("values that are not Errors can be thrown", () => {
  expect(errorTitle("oops")).toBe("string thrown: 'oops'");
  expect(describeError({ code: 5 }, 1).chain).toEqual([
    { name: "object", message: "object thrown: { code: 5 }", frames: [], properties: {} },
  ]);
});

test("properties of an error are reported as JSON", () => {
  const error = Object.assign(new Error("x"), {
    code: "E1",
    status: 5,
    size: 10n,
    request: { url: "/a" },
    retry: () => 1,
  });
  expect(describeError(error, 1).chain[0]?.properties).toEqual({
    code: "E1",
    status: 5,
    size: "10",
    request: '{"url":"/a"}',
  });
});

const ring: { self?: unknown } = {};
ring.self = ring;
test.each([
  ["a number", 1, "1"],
  ["a record", { a: 1, b: [true, null] }, '{"a":1,"b":[true,null]}'],
  ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ["a map", new Map([["a", 1]]), '[["a",1]]'],
  ["what JSON does not know", [undefined, 1n, Number.NaN, () => 1], '["undefined","1n",null,"[function]"]'],
  ["bytes", new Uint8Array(3), '"[Uint8Array, 3 bytes]"'],
  ["a circle", ring, '{"self":"[circular]"}'],
])("a preview of %s is JSON", (_, value, json) => {
  expect(preview(value)).toEqual({ json, truncated: false });
});

test.each([
  ["a long text", "x".repeat(100_000)],
  ["a long list", Array.from({ length: 100_000 }, (_, index) => index)],
  ["a wide record", Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key-${index}`, index]))],
  ["a deep record", Array.from({ length: 50 }).reduce<unknown>((inner) => ({ inner }), 1)],
])("a preview of %s is short and still JSON", (_, value) => {
  const { json, truncated } = preview(value);
  expect(truncated).toBe(true);
  expect(json.length).toBeLessThan(2600);
  expect(() => JSON.parse(json)).not.toThrow();
});
