import { expect, test } from "vitest";
import { type Facts, stateSentence } from "./sentence.ts";

const now = Date.parse("2026-03-01T10:00:00Z");
const quiet: Facts = {
  state_type: "RUNNING",
  state_name: null,
  message: null,
  run_count: 1,
  start_time: "2026-03-01T09:58:36.000000Z",
  end_time: null,
  total_run_time: 84,
  expected_start_time: "2026-03-01T09:58:30.000000Z",
  next_scheduled_start_time: null,
  since: "2026-03-01T09:59:48.000000Z",
  tasks: undefined,
  failure: undefined,
  waiting: undefined,
  toFailed: "?view=tasks&state=failed",
  now,
};
const queue = { text: "etl", to: "/capacity" };
const over = { end_time: "2026-03-01T10:00:00.000000Z" };
const timeout = { task: "load-3", attempts: 3, error: "TimeoutError: upstream did not answer\nat line 3" };

test.each<[string, Partial<Facts>, string]>([
  [
    "a failure in a task",
    { state_type: "FAILED", failure: timeout },
    "Failed after 3 attempts in `load-3`: TimeoutError: upstream did not answer",
  ],
  [
    "a failure at the first attempt",
    { state_type: "FAILED", failure: { ...timeout, attempts: 1 } },
    "Failed in `load-3`: TimeoutError: upstream did not answer",
  ],
  [
    "a failure of the flow's own code",
    { state_type: "FAILED", failure: { ...timeout, task: undefined, attempts: 1 } },
    "Failed: TimeoutError: upstream did not answer",
  ],
  [
    "a failure of which only the message is known",
    { state_type: "FAILED", message: "Flow run encountered an exception: ValueError: bad row" },
    "Failed: ValueError: bad row",
  ],
  ["a failure without a word", { state_type: "FAILED" }, "Failed"],
  [
    "a timeout",
    { state_type: "FAILED", state_name: "TimedOut", message: "Flow run exceeded timeout of 5 seconds" },
    "Timed out: Flow run exceeded timeout of 5 seconds",
  ],
  [
    "a crash",
    { state_type: "CRASHED", message: "Process was killed (SIGKILL)" },
    "Crashed: Process was killed (SIGKILL)",
  ],
  [
    "running with tasks",
    { tasks: { completed: 14, running: 24, failed: 2 } },
    "Running, 14 of 40 tasks done, 2 failed",
  ],
  [
    "running with a retry ahead",
    { tasks: { completed: 1, retrying: 1 } },
    "Running, 1 of 2 tasks done, 1 awaiting retry",
  ],
  ["running without tasks", {}, "Running, no tasks yet"],
  ["running again", { run_count: 3, tasks: { running: 1 } }, "Running for the 3rd time, 0 of 1 task done"],
  [
    "completed",
    { state_type: "COMPLETED", ...over, tasks: { completed: 1200 } },
    "Completed 1,200 tasks in 1m 24s",
  ],
  [
    "completed after waiting for a retry",
    { state_type: "COMPLETED", ...over, total_run_time: 12, tasks: { completed: 1 } },
    "Completed 1 task in 12s",
  ],
  ["completed without tasks", { state_type: "COMPLETED", ...over }, "Completed in 1m 24s"],
  [
    "completed with failures",
    { state_type: "COMPLETED", ...over, tasks: { completed: 3, failed: 1 } },
    "Completed in 1m 24s, 3 of 4 tasks done, 1 failed",
  ],
  [
    "cancelled",
    { state_type: "CANCELLED", ...over, tasks: { completed: 2, cancelled: 3 } },
    "Cancelled after 1m 24s, 2 of 5 tasks done",
  ],
  ["cancelling", { state_type: "CANCELLING", tasks: { running: 3 } }, "Cancelling, 3 tasks still running"],
  ["pending", { state_type: "PENDING" }, "Pending for 12s: accepted, but its code has not started"],
  [
    "scheduled",
    { state_type: "SCHEDULED", next_scheduled_start_time: "2026-03-01T10:04:00.000000Z" },
    "Scheduled to start in 4m",
  ],
  [
    "late",
    { state_type: "SCHEDULED", state_name: "Late", next_scheduled_start_time: "2026-03-01T09:00:00.000000Z" },
    "Late by 1h: not picked up yet",
  ],
  [
    "awaiting retry",
    {
      state_type: "SCHEDULED",
      state_name: "AwaitingRetry",
      next_scheduled_start_time: "2026-03-01T10:00:30.000000Z",
    },
    "Waiting to retry in 30s",
  ],
  [
    "awaiting a slot",
    { state_type: "SCHEDULED", state_name: "AwaitingConcurrencySlot" },
    "Waiting 12s for a concurrency slot",
  ],
  [
    "late, and the server tells why",
    { state_type: "SCHEDULED", state_name: "Late", waiting: ["Late by 4m: queue ", queue, " is paused"] },
    "Late by 4m: queue etl is paused",
  ],
  [
    "running again, though it waited a moment ago",
    { waiting: ["Late by 4m: queue ", queue, " is paused"] },
    "Running, no tasks yet",
  ],
  ["paused", { state_type: "PAUSED" }, "Paused until it is resumed"],
  [
    "suspended",
    { state_type: "PAUSED", state_name: "Suspended" },
    "Suspended: its process has ended and starts again when the run is resumed",
  ],
])("%s", (_, facts, expected) => {
  const words = stateSentence({ ...quiet, ...facts }).map((part) =>
    typeof part === "string" ? part : "code" in part ? `\`${part.code}\`` : part.text,
  );
  expect(words.join("")).toBe(expected);
});
