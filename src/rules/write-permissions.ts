import { isGivenUp } from "../schema/attempt-tokens.ts";
import { isFinal } from "../schema/states.ts";
import { refuseRepeatedState } from "./common-rules.ts";
import { givenUpReason, mayNotClaim } from "./fencing.ts";
import type { FlowRunRule } from "./flow-run-facts.ts";

// Who may write a state of a flow run. Clients that say neither who they are nor what they saw are asked nothing here.

/** A process that was assumed to be gone wakes up: the run is another's by now. */
export const fenceGivenUpAttempts: FlowRunRule = ({ to, token, attempts }) => {
  if (token === null) return undefined;
  // Who claims a run comes to take it: whether it may is for the rules about claims.
  const isRefused = to.type === "PENDING" ? mayNotClaim(attempts, token) : isGivenUp(attempts, token);
  return isRefused ? { outcome: "abort", reason: givenUpReason } : undefined;
};

/** The rule that says so of an attempt that was given up. */
export const fencedBy = fenceGivenUpAttempts.name;

/** Somebody has ended the run while its process still ran: what that process reports does not undo it. */
export const keepEndsSetByOthers: FlowRunRule = ({ from, to, token, attempts }) =>
  from && isFinal(from.type) && token !== null && token === attempts.current && to.type !== "PENDING"
    ? { outcome: "reject", reason: `Run is already ${from.type}.` }
    : undefined;

/** Clients of Prefect may repeat a state, as with Prefect; our own say who they are, or what they saw. */
export const sayStatesOnce: FlowRunRule = (facts) => {
  // That it runs as it did before has to be written.
  if (facts.crashRevoked) return undefined;
  const isOwn = facts.token !== null && facts.token === facts.attempts.current;
  return facts.expected || isOwn ? refuseRepeatedState(facts) : undefined;
};
