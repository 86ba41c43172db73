import { expect, test } from "vitest";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { noDetails, type StateType } from "../../schema/states.ts";
import { searchable } from "./failures.ts";
import { reasonOf } from "./reasons.ts";

test("a group is found again by the longest words that its messages share", () => {
  expect(searchable("could not parse record 1841: expected 12 columns")).toBe("could not parse record");
});

const now = Date.parse("2026-11-22T12:00:00Z");
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
const run = (type: StateType, name: string, details = {}): FlowRun =>
  ({
    state_type: type,
    state_name: name,
    next_scheduled_start_time: null,
    state: {
      id: "s",
      type,
      name,
      timestamp: at(-120),
      message: null,
      data: null,
      state_details: { ...noDetails, ...details },
    },
  }) as unknown as FlowRun;

test.each([
  [
    run("SCHEDULED", "Late", { scheduled_time: at(-300) }),
    "Should have begun 5m ago; nothing has picked it up.",
  ],
  [run("SCHEDULED", "AwaitingRetry", { scheduled_time: at(20) }), "Failed before; tries again in 20s."],
  [
    run("SCHEDULED", "AwaitingConcurrencySlot", { scheduled_time: at(30) }),
    "Every slot of its concurrency limit is taken; asks again in 30s.",
  ],
  [run("PENDING", "Pending"), "Claimed 2m ago, but has not begun."],
  [
    run("PAUSED", "Paused", { pause_timeout: at(3600) }),
    "Paused 2m ago; waits to be resumed, fails in 1h if nobody does.",
  ],
  [run("CANCELLING", "Cancelling"), "Asked to stop 2m ago, still ending."],
])("%j", (waiting, reason) => {
  expect(reasonOf(waiting, now)).toBe(reason);
});
