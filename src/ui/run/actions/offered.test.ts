import { expect, test } from "vitest";
import type { StateType } from "../../../schema/state-types.ts";
import { type Offered, offeredActions, retryLabel } from "./offered.ts";

const table: [state: StateType | null, deployed: Offered[], script: Offered[]][] = [
  [null, ["cancel"], ["cancel"]],
  ["SCHEDULED", ["cancel"], ["cancel"]],
  ["PENDING", ["cancel"], ["cancel"]],
  ["RUNNING", ["cancel"], ["cancel"]],
  ["PAUSED", ["resume", "cancel"], ["resume", "cancel"]],
  ["CANCELLING", [], []],
  ["COMPLETED", ["run-again"], []],
  ["FAILED", ["retry", "run-again"], []],
  ["CRASHED", ["retry", "run-again"], []],
  ["CANCELLED", ["retry", "run-again"], []],
];

test.each(table)(
  "a run that is %s offers, with a deployment, %j, and of a script %j",
  (type, deployed, script) => {
    const run = { state_type: type, parent_task_run_id: null };
    expect(offeredActions({ ...run, deployment_id: "some" })).toEqual(deployed);
    expect(offeredActions({ ...run, deployment_id: null })).toEqual(script);
  },
);

test("of a failed run a retry says where it begins", () => {
  expect(retryLabel({ state_type: "CRASHED" })).toBe("Retry from failed");
  expect(retryLabel({ state_type: "CANCELLED" })).toBe("Retry");
});
