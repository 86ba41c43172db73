import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type StateType, stateTypes } from "../schema/states.ts";
import { type Decision, type Ending, type Facts, finalState, type StateSummary } from "./final-state.ts";

const unseen = { name: "a-1", observed: false };
const seen = { name: "a-2", observed: true };
const none = { total: 0, failed: [] };
const oneUnseen = { total: 3, failed: [unseen, seen] };
const of = (type: StateType, name = type as string): StateSummary => ({ type, name, message: null });
const states = (...types: StateType[]): Ending => ({ kind: "states", states: types.map((type) => of(type)) });
const quiet: Facts = { subject: "Flow", ending: { kind: "data" }, ledger: none, failOn: "unobserved" };

type Row = [row: number, what: string, facts: Partial<Facts>, decision: Partial<Decision>];
const unseenText = "1/3 task runs failed and nothing looked at them: a-1";
const manual: StateSummary = { type: "COMPLETED", name: "Skipped", message: "nothing new" };

const table: Row[] = [
  [
    1,
    "a throw fails it",
    { ending: { kind: "threw", error: "TypeError: no" } },
    { type: "FAILED", name: "Failed", message: "Flow run encountered an exception: TypeError: no" },
  ],
  [
    2,
    "an exceeded timeout fails it as TimedOut",
    { ending: { kind: "timed-out", seconds: 5 } },
    { type: "FAILED", name: "TimedOut", message: "Flow run exceeded timeout of 5 second(s)" },
  ],
  [
    3,
    "a cancel request ends it as cancelled",
    { ending: { kind: "cancelled", reason: "by hand" } },
    { type: "CANCELLED", name: "Cancelled", message: "by hand" },
  ],
  [
    4,
    "the end of the process crashes it",
    { ending: { kind: "crashed", cause: "SIGTERM" } },
    { type: "CRASHED", name: "Crashed", message: "SIGTERM" },
  ],
  [
    5,
    "a pause pauses it",
    { ending: { kind: "paused", suspended: false } },
    { type: "PAUSED", name: "Paused" },
  ],
  [
    5,
    "a suspension suspends it",
    { ending: { kind: "paused", suspended: true } },
    { type: "PAUSED", name: "Suspended" },
  ],
  [6, "a state made by hand is its state", { ending: { kind: "manual", state: manual } }, manual],
  [
    7,
    "only completed states complete it",
    { ending: states("COMPLETED", "COMPLETED") },
    { type: "COMPLETED", message: "All states completed." },
  ],
  [
    7,
    "one cancelled state cancels it",
    { ending: states("FAILED", "CANCELLED", "COMPLETED") },
    { type: "CANCELLED", message: "1/3 states cancelled." },
  ],
  [
    7,
    "a paused state pauses it",
    { ending: states("FAILED", "PAUSED") },
    { type: "PAUSED", message: "1/2 states paused." },
  ],
  [
    7,
    "a failed state fails it",
    { ending: states("FAILED", "COMPLETED", "CRASHED") },
    { type: "FAILED", message: "1/3 states failed." },
  ],
  [
    7,
    "states that are not final fail it",
    { ending: states("COMPLETED", "PENDING") },
    { type: "FAILED", message: "1/2 states are not final." },
  ],
  [
    7,
    "crashed states fail it",
    { ending: states("COMPLETED", "CRASHED", "CRASHED") },
    { type: "FAILED", message: "Given states: total=3, 'COMPLETED'=1, 'CRASHED'=2" },
  ],
  [
    8,
    "data with futures inside completes it",
    { ending: { kind: "mixed", failed: [] } },
    { type: "COMPLETED", message: null },
  ],
  [
    8,
    "a failed future inside data counts as unobserved",
    { ending: { kind: "mixed", failed: [unseen] }, ledger: oneUnseen },
    { type: "FAILED", message: unseenText },
  ],
  [9, "a quoted value completes it", { ending: { kind: "quoted" } }, { type: "COMPLETED" }],
  [10, "an exhausted generator completes it", { ending: { kind: "exhausted" } }, { type: "COMPLETED" }],
  [
    11,
    "nothing returned completes it",
    { ending: { kind: "nothing" }, ledger: { total: 2, failed: [seen] } },
    { type: "COMPLETED", message: null },
  ],
  [
    11,
    "nothing returned and an unobserved failure fails it",
    { ending: { kind: "nothing" }, ledger: oneUnseen },
    { type: "FAILED", message: unseenText },
  ],
  [
    11,
    "as in Prefect 3, an unobserved failure is only a warning",
    { ending: { kind: "nothing" }, ledger: oneUnseen, failOn: "returned" },
    { type: "COMPLETED", warning: unseenText },
  ],
  [
    11,
    "as in Prefect 2, an observed failure fails it too",
    { ending: { kind: "nothing" }, ledger: { total: 1, failed: [seen] }, failOn: "any" },
    { type: "FAILED", message: "1/1 task runs failed: a-2" },
  ],
  [12, "plain data completes it", { ending: { kind: "data" } }, { type: "COMPLETED", message: null }],
  [
    12,
    "plain data and an unobserved failure completes it with a warning",
    { ending: { kind: "data" }, ledger: oneUnseen },
    { type: "COMPLETED", warning: unseenText },
  ],
  [
    13,
    "an Error returned completes it with a warning",
    { ending: { kind: "error-value" } },
    { type: "COMPLETED", warning: expect.stringContaining("not thrown") },
  ],
];

test.each(table)("row %i: %s", (_, __, facts, decision) => {
  expect(finalState({ ...quiet, ...facts })).toMatchObject(decision);
});

test("the table has all thirteen rows", () => {
  expect([...new Set(table.map(([row]) => row))]).toEqual(
    Array.from({ length: 13 }, (_, index) => index + 1),
  );
});

test("the message for a task names a task", () => {
  const ending: Ending = { kind: "threw", error: "Error: no" };
  expect(finalState({ ...quiet, subject: "Task", ending }).message).toBe(
    "Task run encountered an exception: Error: no",
  );
});

test("the message names at most ten failures", () => {
  const failed = Array.from({ length: 12 }, (_, index) => ({ name: `a-${index}`, observed: false }));
  const { message } = finalState({ ...quiet, ending: { kind: "nothing" }, ledger: { total: 20, failed } });
  expect(message).toContain("12/20");
  expect(message).toContain("a-9 and 2 more");
});

describe("the combined state of many runs", () => {
  const anyStates = fc.array(fc.constantFrom(...stateTypes), { minLength: 1, maxLength: 12 });

  test("does not depend on their order", () => {
    fc.assert(
      fc.property(anyStates, (types) => {
        const forth = finalState({ ...quiet, ending: states(...types) });
        const back = finalState({ ...quiet, ending: states(...types.toReversed()) });
        expect(back.type).toBe(forth.type);
      }),
    );
  });

  test("is completed exactly when all are completed, and is always final", () => {
    fc.assert(
      fc.property(anyStates, (types) => {
        const { type } = finalState({ ...quiet, ending: states(...types) });
        expect(type === "COMPLETED").toBe(types.every((one) => one === "COMPLETED"));
        expect(["COMPLETED", "FAILED", "CANCELLED", "PAUSED"]).toContain(type);
      }),
    );
  });
});
