import { expect, test } from "vitest";
import { type ErrorLink, parseTraceback, tracebackText } from "./tracebacks.ts";

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

// As Python 3.11 prints them: a group with a group in it, a cause, a repeated line and a member that was never raised.
const pythonGroup = `  + Exception Group Traceback (most recent call last):
  |   File "/srv/flows.py", line 24, in show
  |     try: f()
  |          ^^^
  |   File "/srv/flows.py", line 22, in outer
  |     raise ExceptionGroup("3 of 5 loads failed", errs)
  | ExceptionGroup: 3 of 5 loads failed (3 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/srv/flows.py", line 17, in outer
    |     try: load(1)
    |          ^^^^^^^
    |   File "/srv/flows.py", line 5, in load
    |     raise ValueError(f"bad row {i}")
    | ValueError: bad row 1
    +---------------- 2 ----------------
    | Exception Group Traceback (most recent call last):
    |   File "/srv/flows.py", line 19, in outer
    |     try: nested()
    |          ^^^^^^^^
    |   File "/srv/flows.py", line 14, in nested
    |     raise ExceptionGroup("inner failed", inner)
    | ExceptionGroup: inner failed (2 sub-exceptions)
    +-+---------------- 1 ----------------
      | Traceback (most recent call last):
      |   File "/srv/flows.py", line 8, in nested
      |     try: load(3)
      |          ^^^^^^^
      |   File "/srv/flows.py", line 5, in load
      |     raise ValueError(f"bad row {i}")
      | ValueError: bad row 3
      | 
      | The above exception was the direct cause of the following exception:
      | 
      | Traceback (most recent call last):
      |   File "/srv/flows.py", line 10, in nested
      |     try: raise KeyError("city") from e
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      | KeyError: 'city'
      +---------------- 2 ----------------
      | Traceback (most recent call last):
      |   File "/srv/flows.py", line 12, in nested
      |     try: depth(12)
      |          ^^^^^^^^^
      |   File "/srv/flows.py", line 3, in depth
      |     return depth(n-1) if n else 1/0
      |            ^^^^^^^^^^
      |   File "/srv/flows.py", line 3, in depth
      |     return depth(n-1) if n else 1/0
      |            ^^^^^^^^^^
      |   File "/srv/flows.py", line 3, in depth
      |     return depth(n-1) if n else 1/0
      |            ^^^^^^^^^^
      |   [Previous line repeated 10 more times]
      | ZeroDivisionError: division by zero
      +------------------------------------
    +---------------- 3 ----------------
    | TypeError: never raised
    | second line
    +------------------------------------`;

const pythonGroupFrom = `Traceback (most recent call last):
  File "/srv/flows.py", line 34, in groupfrom
    try: load(9)
         ^^^^^^^
  File "/srv/flows.py", line 5, in load
    raise ValueError(f"bad row {i}")
ValueError: bad row 9

The above exception was the direct cause of the following exception:

  + Exception Group Traceback (most recent call last):
  |   File "/srv/flows.py", line 24, in show
  |     try: f()
  |          ^^^
  |   File "/srv/flows.py", line 35, in groupfrom
  |     except ValueError as e: raise ExceptionGroup("after", [TypeError("x")]) from e
  |                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  | ExceptionGroup: after (1 sub-exception)
  +-+---------------- 1 ----------------
    | TypeError: x
    +------------------------------------`;

/** Of 18 members, shortened. */
const pythonManyMembers = `  + Exception Group Traceback (most recent call last):
  |   File "/srv/flows.py", line 24, in show
  |     try: f()
  |          ^^^
  |   File "/srv/flows.py", line 37, in <lambda>
  |     show(lambda: (_ for _ in ()).throw(ExceptionGroup("many", [ValueError(str(i)) for i in range(18)])))
  |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |   File "/srv/flows.py", line 37, in <genexpr>
  |     show(lambda: (_ for _ in ()).throw(ExceptionGroup("many", [ValueError(str(i)) for i in range(18)])))
  | ExceptionGroup: many (18 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: 0
    +---------------- 2 ----------------
    | ValueError: 1
    +---------------- ... ----------------
    | and 3 more exceptions
    +------------------------------------`;

const pythonDeepGroups = `  + Exception Group Traceback (most recent call last):
  |   File "/srv/flows.py", line 24, in show
  |     try: f()
  |          ^^^
  |   File "/srv/flows.py", line 41, in deep
  |     raise e
  | ExceptionGroup: level 11 (1 sub-exception)
  +-+---------------- 1 ----------------
    | ExceptionGroup: level 10 (1 sub-exception)
    +-+---------------- 1 ----------------
      | ... (max_group_depth is 2)
      +------------------------------------`;

const pythonNeverRaised = `ValueError: never raised

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/flows.py", line 24, in show
    try: f()
         ^^^
  File "/srv/flows.py", line 44, in unr
    raise RuntimeError("outer") from ValueError("never raised")
RuntimeError: outer`;

// As Node.js 24 prints them.
const nodeAggregate = `AggregateError: outer
    at file:///srv/app/a.mjs:3:11
    at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5) {
  [errors]: [
    Error: a
    second
        at file:///srv/app/a.mjs:3:31
        at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5),
    AggregateError: inner two
        at file:///srv/app/a.mjs:2:15
        at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5) {
      [errors]: [
        RangeError: x
            at file:///srv/app/a.mjs:2:35
            at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5),
        Error: y
            at file:///srv/app/a.mjs:2:70
            at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5) {
          code: 5,
          [cause]: TypeError: root
              at file:///srv/app/a.mjs:2:91
              at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5)
        }
      ]
    }
  ]
}`;

const nodeWithoutFrames = `[AggregateError: All promises were rejected] {
  [errors]: [
    Error: a
        at file:///srv/app/a.mjs:5:41
        at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5),
    Error: b
        at file:///srv/app/a.mjs:5:73
        at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5)
  ]
}
function function`;

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

test("text before the error is returned separately", () => {
  expect(parseTraceback(pythonChain)?.lead).toContain("Task run failed");
  expect(parseTraceback(fetchFailed)?.lead).toBe("Task run encountered an exception");
});

test("what Node.js prints after the stack is parsed as properties", () => {
  expect(parseTraceback(fetchFailed)?.chain[1]?.properties).toMatchObject({
    code: "ECONNREFUSED",
    errno: -111,
  });
  expect(parseTraceback(ownError)?.chain[0]?.properties).toEqual({ status: 503, url: "http://x/y" });
});

/** An error with its causes, as a list, and the members of a group below it. */
const outline = (chain: readonly ErrorLink[]): unknown[] =>
  chain.flatMap(({ name, message, members }) => [
    `${name}: ${message}`,
    ...(members ? [members.map((member) => outline(member))] : []),
  ]);
const outlineOf = (text: string) => outline(parseTraceback(text)?.chain ?? []);

test.each([
  [
    "a Python exception group",
    pythonGroup,
    [
      "ExceptionGroup: 3 of 5 loads failed (3 sub-exceptions)",
      [
        ["ValueError: bad row 1"],
        [
          "ExceptionGroup: inner failed (2 sub-exceptions)",
          [["KeyError: 'city'", "ValueError: bad row 3"], ["ZeroDivisionError: division by zero"]],
        ],
        ["TypeError: never raised\nsecond line"],
      ],
    ],
  ],
  [
    "a group that another exception caused",
    pythonGroupFrom,
    ["ExceptionGroup: after (1 sub-exception)", [["TypeError: x"]], "ValueError: bad row 9"],
  ],
  [
    "a group with an exception after it",
    `${pythonGroup}\n\nDuring handling of the above exception, another exception occurred:\n\n${pythonModule}`,
    [
      "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
      "ExceptionGroup: 3 of 5 loads failed (3 sub-exceptions)",
      expect.anything(),
    ],
  ],
  ["a cause that was never raised", pythonNeverRaised, ["RuntimeError: outer", "ValueError: never raised"]],
  [
    "an AggregateError",
    nodeAggregate,
    [
      "AggregateError: outer",
      [
        ["Error: a\nsecond"],
        ["AggregateError: inner two", [["RangeError: x"], ["Error: y", "TypeError: root"]]],
      ],
    ],
  ],
  [
    "an AggregateError without frames",
    nodeWithoutFrames,
    ["AggregateError: All promises were rejected", [["Error: a"], ["Error: b"]]],
  ],
])("%s is read as a tree", (_, text, expected) => {
  expect(outlineOf(text)).toEqual(expected);
});

test("members of a group keep their frames, and repeated lines their count", () => {
  const [first, inner] = parseTraceback(pythonGroup)?.chain[0]?.members ?? [];
  expect(first?.[0]?.frames).toMatchObject([
    { function: "load", line: 5, source: { lines: ['raise ValueError(f"bad row {i}")'] } },
    { function: "outer", line: 17 },
  ]);
  const [repeated] = inner?.[0]?.members?.[1]?.[0]?.frames ?? [];
  expect(repeated).toMatchObject({ function: "depth", line: 3, repeated: 10 });
});

test("members omitted by Python are counted", () => {
  const [many] = parseTraceback(pythonManyMembers)?.chain ?? [];
  expect([many?.members?.length, many?.omitted_members]).toEqual([2, 3]);
  const [deep] = parseTraceback(pythonDeepGroups)?.chain ?? [];
  expect(deep?.members?.[0]?.[0]).toMatchObject({
    message: "level 10 (1 sub-exception)",
    omitted_members: 1,
  });
});

test("excessive nesting of groups is refused", () => {
  const levels = Array.from(
    { length: 2000 },
    (_, depth) => `${"  ".repeat(depth + 2)}+---------------- 1 ----------------`,
  );
  const text = [
    "  + Exception Group Traceback (most recent call last):",
    "  | ExceptionGroup: x",
    ...levels,
  ].join("\n");
  expect(outlineOf(text)[0]).toMatch(/^ExceptionGroup: x/);
});

test.each(["Finished in state Failed()", "look at this: nothing", "", "at noon (12:30:00) the job began"])(
  "plain text is no error: %s",
  (text) => {
    expect(parseTraceback(text)).toBeUndefined();
  },
);

test.each([
  ["a Python exception group", pythonGroupFrom],
  ["an AggregateError", nodeAggregate],
])("the copied text of %s is read as the same tree", (_, text) => {
  const { chain = [] } = parseTraceback(text) ?? {};
  expect(outlineOf(tracebackText(chain))).toEqual(outline(chain));
});

test("the copied text can be parsed again", () => {
  const chain = parseTraceback(nodeWithCause)?.chain ?? [];
  const again = parseTraceback(tracebackText(chain))?.chain ?? [];
  expect(again.map((link) => link.name)).toEqual(["RangeError", "SyntaxError"]);
  expect(again[0]?.frames.length).toBe(chain[0]?.frames.length);
});
