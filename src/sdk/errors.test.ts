import { expect, test } from "vitest";
import { describeError, errorText, errorTitle } from "./errors.ts";
import { preview } from "./preview.ts";
import { parseStack } from "./stack.ts";

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
])("understands the frame %s", (line, frame) => {
  expect(parseStack(`Error: x\n${line}`)).toMatchObject([frame]);
});

test.each([
  ["    at Array.map (<anonymous>)"],
  ["    at async Promise.all (index 0)"],
  ["a message with at in it"],
  ["    at native"],
])("passes over %s", (line) => {
  expect(parseStack(`Error: x\n${line}`)).toEqual([]);
});

function fails(): never {
  throw new RangeError("too far");
}

test("own frames carry the source around them", () => {
  try {
    fails();
  } catch (error) {
    const [frame] = describeError(error, 2).chain[0]?.frames ?? [];
    expect(frame).toMatchObject({ function: "fails", library: false });
    expect(frame?.source?.lines).toHaveLength(7);
    expect(frame?.source?.lines[frame.line - frame.source.first]).toContain("throw new RangeError");
  }
});

test("a chain of causes has at most five links, and a circle ends", () => {
  let error = new Error("0");
  for (let depth = 1; depth < 9; depth++) error = new Error(String(depth), { cause: error });
  expect(describeError(error, 1).chain.map((link) => link.message)).toEqual(["8", "7", "6", "5", "4"]);
  const ring = new Error("ring");
  ring.cause = ring;
  expect(describeError(ring, 1).chain).toHaveLength(1);
  expect(errorText(new Error("outer", { cause: new TypeError("inner") }))).toMatch(
    /^Error: outer[\s\S]*Caused by: TypeError: inner/,
  );
});

test("what is no Error can be thrown too", () => {
  expect(errorTitle("oops")).toBe("string thrown: 'oops'");
  expect(describeError({ code: 5 }, 1).chain).toEqual([
    { name: "object", message: "object thrown: { code: 5 }", frames: [], properties: {} },
  ]);
});

test("properties of an error come along as JSON", () => {
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
