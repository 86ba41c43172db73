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
  [run("SCHEDULED", "Late", { scheduled_time: at(-300) }), "Should have started 5m ago; not picked up yet."],
  [run("SCHEDULED", "AwaitingRetry", { scheduled_time: at(20) }), "Failed; retries in 20s."],
  [
    run("SCHEDULED", "AwaitingConcurrencySlot", { scheduled_time: at(30) }),
    "Concurrency limit reached; checks again in 30s.",
  ],
  [run("PENDING", "Pending"), "Claimed 2m ago, not started yet."],
  [
    run("PAUSED", "Paused", { pause_timeout: at(3600) }),
    "Paused 2m ago, until it is resumed, fails in 1h unless resumed.",
  ],
  [run("CANCELLING", "Cancelling"), "Cancellation requested 2m ago, still stopping."],
])("%j", (waiting, reason) => {
  expect(reasonOf(waiting, now)).toBe(reason);
});
