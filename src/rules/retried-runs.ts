import type { FlowRunRule } from "./flow-run-facts.ts";

/** What was decided about an earlier attempt does not hold for the next: its pauses are asked for again. */
const beginAnew: FlowRunRule = () => ({
  outcome: "amend",
  effects: [{ kind: "policy", set: { resuming: false, pause_keys: [], retry_type: "reschedule" } }],
});

/** For a person's retry of a run that has ended. */
export const retryFlowRunRules: readonly FlowRunRule[] = [beginAnew];
