import type { FlowRunRule } from "./flow-run-facts.ts";

/** Decisions of an earlier attempt do not carry over to the next: its pauses apply again. */
const beginAnew: FlowRunRule = () => ({
  outcome: "amend",
  effects: [{ kind: "policy", set: { resuming: false, pause_keys: [], retry_type: "reschedule" } }],
});

/** For a user's retry of a run that has ended. */
export const retryFlowRunRules: readonly FlowRunRule[] = [beginAnew];
