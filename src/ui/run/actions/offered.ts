import { objectionsToRuns, objectionToRunAgain } from "../../../rules/bulk-verbs.ts";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import { isFailed } from "../../../schema/state-types.ts";

type Facts = Pick<FlowRun, "state_type" | "deployment_id" | "parent_task_run_id">;

/** What has a button of its own in the header of a run; everything else is in the menu. */
export type Offered = "resume" | "cancel" | "retry" | "run-again";

/** The most probable wish first: what has failed is retried, what is done is run again, what is going on is ended. */
export function offeredActions(run: Facts): Offered[] {
  const can = {
    resume: objectionsToRuns.resume(run) === undefined,
    cancel: objectionsToRuns.cancel(run) === undefined,
    retry: objectionsToRuns.retry(run) === undefined && run.state_type !== "COMPLETED",
    "run-again": objectionsToRuns.retry(run) === undefined && objectionToRunAgain(run) === undefined,
  };
  const order = ["resume", "cancel", "retry", "run-again"] as const;
  return order.filter((one) => can[one]);
}

/** A retry keeps what has succeeded, so of a failed run it says where it begins. */
export const retryLabel = ({ state_type }: Pick<FlowRun, "state_type">): string =>
  state_type !== null && isFailed(state_type) ? "Retry from failed" : "Retry";
