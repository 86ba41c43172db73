import { expect, test } from "vitest";
import { timestamp } from "../schema/scalars.ts";
import type { StateType } from "../schema/state-types.ts";
import { lifeOf, type PastState } from "./attempts.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const at = (seconds: number) => timestamp(start + seconds * 1000);
const state = (seconds: number, type: StateType, more: Partial<PastState> = {}): PastState => ({
  ...{ type, name: type.charAt(0) + type.slice(1).toLowerCase(), timestamp: at(seconds) },
  ...{ message: null, scheduled_time: null, ...more },
});
const retry = (seconds: number, until: number) =>
  state(seconds, "SCHEDULED", {
    name: "AwaitingRetry",
    scheduled_time: at(until),
    message: "ValueError: no",
  });
const life = (
  states: PastState[],
  now = 1000,
  errors: { attempt: number; type: string; message: string }[] = [],
) => lifeOf({ states, errors, now: at(now) });
/** `RUNNING 10 #1` and what it waits for, if anything. */
const reported = (states: PastState[], now?: number) =>
  life(states, now).segments.map(
    ({ state_type, seconds, attempt, waits_for }) =>
      `${state_type} ${seconds} #${attempt}${waits_for ? ` ${waits_for}` : ""}`,
  );

test.each<[string, PastState[], string[], now?: number]>([
  [
    "a run waits for its scheduled time, then for a worker",
    [
      state(0, "SCHEDULED", { scheduled_time: at(60) }),
      state(75, "PENDING"),
      state(80, "RUNNING"),
      state(90, "COMPLETED"),
    ],
    ["SCHEDULED 60 #0 time", "SCHEDULED 15 #0 worker", "PENDING 5 #0 start", "RUNNING 10 #1"],
  ],
  [
    "a run that was marked late",
    [
      state(0, "SCHEDULED", { scheduled_time: at(0) }),
      state(15, "SCHEDULED", { name: "Late", scheduled_time: at(0) }),
      state(20, "RUNNING"),
    ],
    ["SCHEDULED 15 #0 worker", "SCHEDULED 5 #0 worker", "RUNNING 980 #1"],
  ],
  [
    "a run without a free slot",
    [
      state(0, "PENDING"),
      state(1, "SCHEDULED", { name: "AwaitingConcurrencySlot", scheduled_time: at(5) }),
      state(30, "RUNNING"),
      state(40, "CANCELLING"),
      state(45, "CANCELLED"),
    ],
    ["PENDING 1 #0 start", "SCHEDULED 29 #0 slot", "RUNNING 10 #1", "CANCELLING 5 #1 end"],
  ],
  [
    "a run that waits for its retry",
    [state(0, "RUNNING"), retry(10, 40)],
    ["RUNNING 10 #1", "SCHEDULED 10 #1 retry"],
    20,
  ],
  [
    "a run that is resumed continues its attempt",
    [state(0, "RUNNING"), state(10, "PAUSED"), state(70, "RUNNING"), state(75, "COMPLETED")],
    ["RUNNING 10 #1", "PAUSED 60 #1 resume", "RUNNING 5 #1"],
  ],
  [
    "a run that ended and was scheduled again",
    [
      state(0, "RUNNING"),
      state(5, "FAILED"),
      state(20, "SCHEDULED", { name: "AwaitingRetry", scheduled_time: at(20) }),
      state(25, "RUNNING"),
      state(30, "COMPLETED"),
    ],
    ["RUNNING 5 #1", "FAILED 15 #1", "SCHEDULED 5 #1 worker", "RUNNING 5 #2"],
  ],
])("segments of %s", (_, states, expected, now) => {
  expect(reported(states, now)).toEqual(expected);
});

test("attempts carry their end state, their error and the wait before them", () => {
  const states = [
    state(0, "SCHEDULED", { scheduled_time: at(10) }),
    state(12, "RUNNING"),
    retry(20, 50),
    state(52, "RUNNING", { name: "Retrying" }),
    state(60, "FAILED", { message: "Task run encountered an exception TypeError: worse" }),
  ];
  expect(life(states).attempts).toEqual([
    {
      ...{ number: 1, start: at(12), end: at(20), seconds: 8, waited: 2 },
      ...{ state_type: "SCHEDULED", state_name: "AwaitingRetry", message: "ValueError: no" },
      error: { type: "ValueError", message: "no" },
    },
    {
      ...{ number: 2, start: at(52), end: at(60), seconds: 8, waited: 32 },
      ...{
        state_type: "FAILED",
        state_name: "Failed",
        message: "Task run encountered an exception TypeError: worse",
      },
      error: { type: "TypeError", message: "worse" },
    },
  ]);
});

test("a recorded error takes precedence over the state message, per attempt", () => {
  const states = [state(0, "RUNNING"), state(5, "RUNNING", { name: "Retrying" }), state(9, "COMPLETED")];
  const { attempts } = life(states, 1000, [{ attempt: 1, type: "QuotaError", message: "12 of 10" }]);
  expect(attempts).toMatchObject([
    { number: 1, end: at(5), error: { type: "QuotaError", message: "12 of 10" }, state_name: "Retrying" },
    { number: 2, end: at(9), error: null, state_name: "Completed", waited: 0 },
  ]);
});

test("an unfinished attempt has no end; its duration runs until now, without pauses", () => {
  const states = [state(0, "RUNNING"), state(10, "PAUSED"), state(30, "RUNNING")];
  expect(life(states, 35).attempts).toMatchObject([
    { number: 1, end: null, seconds: 15, error: null, state_type: "RUNNING" },
  ]);
});

test("a run that never started has no attempt", () => {
  expect(life([state(0, "SCHEDULED"), state(5, "CANCELLED")])).toMatchObject({
    attempts: [],
    segments: [{ seconds: 5 }],
  });
  expect(life([])).toEqual({ attempts: [], segments: [] });
});
