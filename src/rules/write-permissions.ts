import { isGivenUp } from "../schema/attempt-tokens.ts";
import { isFinal } from "../schema/states.ts";
import { refuseRepeatedState } from "./common-rules.ts";
import { givenUpReason, mayNotClaim } from "./fencing.ts";
import type { FlowRunRule } from "./flow-run-facts.ts";

// Who may write a state of a flow run. Clients that send neither a token nor an expected state are not checked here.

/** For processes that were assumed to be gone and continue: the run now belongs to another attempt. */
export const fenceGivenUpAttempts: FlowRunRule = ({ to, token, attempts }) => {
  if (token === null) return undefined;
  // A claim takes the run over; whether it may is decided by the rules about claims.
  const isRefused = to.type === "PENDING" ? mayNotClaim(attempts, token) : isGivenUp(attempts, token);
  return isRefused ? { outcome: "abort", reason: givenUpReason } : undefined;
};

/** Name of the rule that fences given-up attempts. */
export const fencedBy = fenceGivenUpAttempts.name;

/** A run ended by another client while its process ran: reports of that process do not undo the end. */
export const keepEndsSetByOthers: FlowRunRule = ({ from, to, token, attempts }) =>
  from && isFinal(from.type) && token !== null && token === attempts.current && to.type !== "PENDING"
    ? { outcome: "reject", reason: `Run is already ${from.type}.` }
    : undefined;

/** Prefect clients may repeat a state, as in Prefect; ours send a token or the expected state. */
export const sayStatesOnce: FlowRunRule = (facts) => {
  // The return from an inferred crash has to be written.
  if (facts.crashRevoked) return undefined;
  const isOwn = facts.token !== null && facts.token === facts.attempts.current;
  return facts.expected || isOwn ? refuseRepeatedState(facts) : undefined;
};
