import { expect, test } from "vitest";
import { parseTraceback, tracebackText } from "./tracebacks.ts";

const nodeWithCause = `RangeError: row is bad: {x
second line
    at load (file:///srv/app/a.mjs:3:73)
    at file:///srv/app/a.mjs:4:19
    ... 4 lines matching cause stack trace ...
    at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5) {
  [cause]: SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)
      at JSON.parse (<anonymous>)
      at parseRow (file:///srv/app/a.mjs:2:35)
      at load (/srv/app/node_modules/rows/load.js:3:34)
      at Array.map (<anonymous>)
      at async node:internal/modules/esm/loader:647:26
}`;

const fetchFailed = `Task run encountered an exception
TypeError: fetch failed
    at node:internal/deps/undici/undici:13510:13
    at async fetchPage (/srv/app/flow.ts:12:20) {
  [cause]: Error: connect ECONNREFUSED 127.0.0.1:1
      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16) {
    errno: -111,
    code: 'ECONNREFUSED',
    syscall: 'connect',
    port: 1
  }
}`;

const ownError = `HttpError: 503 for /rows
    at new Client (C:\\app\\client.ts:7:31)
    at async Promise.all (index 0)
    at async C:\\app\\flow.ts:7:69 {
  status: 503,
  url: 'http://x/y'
}`;

const pythonChain = `Task run failed with exception: RuntimeError("record 'oops' is malformed")
Traceback (most recent call last):
  File "/srv/flows.py", line 18, in parse
    try: return int(x)
                ^^^^^^
ValueError: invalid literal for int() with base 10: 'oops'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/venv/lib/python3.11/site-packages/prefect/task_engine.py", line 1027, in run_context
    yield self
  File "/srv/flows.py", line 19, in parse
    except ValueError as e: raise RuntimeError(f"record {x!r} is malformed") from e
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
RuntimeError: record 'oops' is malformed`;

const pythonDuring = `Traceback (most recent call last):
  File "/tmp/err/b.py", line 14, in <module>
    try: f(12)
         ^^^^^
  File "/tmp/err/b.py", line 12, in f
    return f(n-1) if n else 1/0
           ^^^^^^
  [Previous line repeated 10 more times]
ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/tmp/err/b.py", line 15, in <module>
    except ZeroDivisionError: {}["k"]
                              ~~^^^^^
KeyError: 'k'`;

const pythonModule = `Traceback (most recent call last):
  File "/usr/lib/python3.11/json/decoder.py", line 353, in raw_decode
    obj, end = self.scan_once(s, idx)
               ^^^^^^^^^^^^^^^^^^^^^^
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)`;

const pythonSyntax = `Traceback (most recent call last):
  File "/tmp/err/b.py", line 18, in <module>
    try: compile("a = = 1","x.py","exec")
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "x.py", line 1
    a = = 1
        ^
SyntaxError: invalid syntax`;

const pythonGroup = `  + Exception Group Traceback (most recent call last):
  |   File "/tmp/err/b.py", line 26, in <module>
  |     try: raise ExceptionGroup("two failed",[ValueError("a"),TypeError("b")])
  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  | ExceptionGroup: two failed (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: a
    +---------------- 2 ----------------
    | TypeError: b
    +------------------------------------`;

test.each([
  [
    "a Node.js error with a cause",
    nodeWithCause,
    [
      "RangeError: row is bad: {x\nsecond line",
      "SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)",
    ],
  ],
  ["a failed fetch", fetchFailed, ["TypeError: fetch failed", "Error: connect ECONNREFUSED 127.0.0.1:1"]],
  ["an own class of error", ownError, ["HttpError: 503 for /rows"]],
  [
    "a Python exception raised from another",
    pythonChain,
    [
      "RuntimeError: record 'oops' is malformed",
      "ValueError: invalid literal for int() with base 10: 'oops'",
    ],
  ],
  [
    "a Python exception during another",
    pythonDuring,
    ["KeyError: 'k'", "ZeroDivisionError: division by zero"],
  ],
  [
    "a Python exception of a module",
    pythonModule,
    ["JSONDecodeError: Expecting value: line 1 column 1 (char 0)"],
  ],
  ["a Python syntax error", pythonSyntax, ["SyntaxError: invalid syntax"]],
])("%s is read from the thrown error to its cause", (_, text, expected) => {
  expect(parseTraceback(text)?.chain.map(({ name, message }) => `${name}: ${message}`)).toEqual(expected);
});

test.each([
  ["a Node.js error with a cause", nodeWithCause, ["/srv/app/a.mjs:3 load", "/srv/app/a.mjs:4 null"]],
  ["a failed fetch", fetchFailed, ["/srv/app/flow.ts:12 async fetchPage"]],
  ["an own class on Windows", ownError, ["C:\\app\\client.ts:7 new Client", "C:\\app\\flow.ts:7 null"]],
  ["a Python chain", pythonChain, ["/srv/flows.py:19 parse"]],
  ["a recursive Python function", pythonDuring, ["/tmp/err/b.py:15 null"]],
  ["Python's own library", pythonModule, []],
])("%s has frames of the user's code and of libraries", (_, text, own) => {
  const frames = parseTraceback(text)?.chain[0]?.frames ?? [];
  expect(
    frames.filter((frame) => !frame.library).map((frame) => `${frame.file}:${frame.line} ${frame.function}`),
  ).toEqual(own);
  expect(frames.length).toBeGreaterThan(0);
});

test("the innermost Python frame comes first, with its source and column", () => {
  const cause = parseTraceback(pythonChain)?.chain[1];
  expect(cause?.frames[0]).toMatchObject({
    line: 18,
    column: 13,
    source: { first: 18, lines: ["try: return int(x)"] },
  });
});

test("text before the error is kept apart", () => {
  expect(parseTraceback(pythonChain)?.lead).toContain("Task run failed");
  expect(parseTraceback(fetchFailed)?.lead).toBe("Task run encountered an exception");
});

test("what Node.js prints beside the stack is read as properties", () => {
  expect(parseTraceback(fetchFailed)?.chain[1]?.properties).toMatchObject({
    code: "ECONNREFUSED",
    errno: -111,
  });
  expect(parseTraceback(ownError)?.chain[0]?.properties).toEqual({ status: 503, url: "http://x/y" });
});

test("an exception group is read as its own exception", () => {
  expect(parseTraceback(pythonGroup)?.chain.at(-1)).toMatchObject({ name: "ExceptionGroup" });
});

test.each(["Finished in state Failed()", "look at this: nothing", "", "at noon (12:30:00) the job began"])(
  "plain text is no error: %s",
  (text) => {
    expect(parseTraceback(text)).toBeUndefined();
  },
);

test("the copied text can be read again", () => {
  const chain = parseTraceback(nodeWithCause)?.chain ?? [];
  const again = parseTraceback(tracebackText(chain))?.chain ?? [];
  expect(again.map((link) => link.name)).toEqual(["RangeError", "SyntaxError"]);
  expect(again[0]?.frames.length).toBe(chain[0]?.frames.length);
});
