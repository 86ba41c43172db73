import { describe, expect, test } from "vitest";
import { fingerprintOf, normalised } from "./failures.ts";
import { parseTraceback } from "./tracebacks.ts";

test.each([
  ["timed out after 5.0s", "timed out after 12s"],
  ["no record 'a'", "no record 'b or c'"],
  ["run 01a202c9-9323-7893-bb27-c2c9c6e6f179 lost", "run 706fdbb3-e20a-4f6d-9d47-0bab873d24ab lost"],
  ["bad pointer 0x7ffe", "bad pointer 0x12ab"],
  ["commit 9f86d081884c is gone", "commit 60303ae22b99 is gone"],
  ["cannot open /data/in/a.csv", "cannot open /tmp/b.csv"],
  ["cannot open C:\\data\\a.csv", "cannot open D:\\b.csv"],
  ["GET https://one.test/a?x=1 failed", "GET http://two.test:8080/b failed"],
  ["1/3 states failed.", "20/31 states failed."],
])("%j and %j say the same", (one, other) => {
  expect(normalised(one)).toBe(normalised(other));
});

test.each([
  ["no such table", "no such column"],
  ["can't open, won't read", "can't open, won't write"],
  ["read and/or write failed", "read and/or delete failed"],
])("%j and %j say something else", (one, other) => {
  expect(normalised(one)).not.toBe(normalised(other));
});

const python = (
  file: string,
  line: number,
  value: string,
) => `Encountered exception during execution: ValueError('bad')
Traceback (most recent call last):
  File "${file}/site-packages/prefect/task_engine.py", line 863, in run_context
    yield self
  File "${file}/flows/etl.py", line ${line}, in load
    raise ValueError(f"no city {name!r}")
ValueError: no city '${value}'
`;
const javaScript = (folder: string, line: number, value: string) => `TypeError: no city "${value}"
    at load (file://${folder}/flows/etl.ts:${line}:9)
    at run (file://${folder}/node_modules/praetor/sdk/engine.js:12:3)`;

describe("an error with its traceback", () => {
  const of = (text: string) =>
    fingerprintOf({ state_name: "Failed", message: null, chain: parseTraceback(text)?.chain });

  test.each([
    ["Python", python("/srv/a", 12, "Rome"), python("/home/b", 14, "Bern"), "ValueError"],
    ["JavaScript", javaScript("/srv/a", 12, "Rome"), javaScript("/home/b", 14, "Bern"), "TypeError"],
  ])("of %s is the same wherever the code lies and whatever it met", (_, one, other, type) => {
    expect(of(one).text).toBe(of(other).text);
    expect(of(one)).toMatchObject({
      error_type: type,
      frames: [{ file: expect.stringMatching(/^flows\/etl\.(py|ts)$/), function: "load" }],
    });
  });

  test("differs when it was thrown elsewhere", () => {
    expect(of(python("/srv", 1, "Rome")).text).not.toBe(
      of(python("/srv/other", 1, "x").replace("in load", "in save")).text,
    );
  });
});

test.each([
  ["Task run encountered an exception ValueError: no city 'Rome'", "ValueError", "no city 'Rome'"],
  ["Flow run encountered an exception: app.errors.QuotaError: 12 of 10", "QuotaError", "12 of 10"],
  ["2/5 states failed.", "Failed", "2/5 states failed."],
  ["Note: this is no type", "Failed", "Note: this is no type"],
  [null, "Failed", ""],
])("of the message %j alone, the type is %s", (message, error_type, rest) => {
  expect(fingerprintOf({ state_name: "Failed", message, chain: undefined })).toMatchObject({
    error_type,
    message: rest,
    frames: [],
  });
});

describe("a group of errors", () => {
  const link = (name: string, message: string) => ({ name, message, frames: [], properties: {} });
  const groupOf = (...members: (readonly [string, string])[]) => {
    const head = link("ExceptionGroup", `unhandled errors in a TaskGroup (${members.length} sub-exceptions)`);
    const chain = [{ ...head, members: members.map(([name, message]) => [link(name, message)]) }];
    return fingerprintOf({ state_name: "Failed", message: null, chain }).text;
  };

  test("does not depend on the order and number of errors of one kind", () => {
    expect(groupOf(["ValueError", "row 1"], ["KeyError", "'a'"])).toBe(
      groupOf(["KeyError", "'b'"], ["ValueError", "row 2"], ["ValueError", "row 3"]),
    );
  });

  test("differs when it holds other errors", () => {
    expect(groupOf(["ValueError", "row 1"])).not.toBe(groupOf(["TimeoutError", "no answer"]));
  });
});

test("a very long message takes little time", () => {
  const hostile = `${"'".repeat(50_000)}${"/a".repeat(50_000)}${"deadbeef".repeat(10_000)}`;
  const began = performance.now();
  fingerprintOf({ state_name: "Failed", message: hostile, chain: undefined });
  expect(performance.now() - began).toBeLessThan(100);
});
