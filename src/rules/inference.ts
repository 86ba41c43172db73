import type { Attempts } from "../schema/attempt-tokens.ts";
import { defaultStateName, isFinal, type State, type StateCreate } from "../schema/states.ts";
import type { DeploymentLimit, FlowRunEffect } from "./flow-run-facts.ts";
import { graceSeconds, hasFreeSlot } from "./flow-runs.ts";

// The server infers a crash when a process sends no heartbeats. It may be wrong: a network partition looks the same.

/** The proposal, marked as inferred by the server for a run in state `from`. */
export const inferred = (to: StateCreate, from: State | null): StateCreate =>
  from ? { ...to, state_details: { ...to.state_details, ...leaseOf(from), inferred_after: from.type } } : to;

/** The process renews it if it returns. */
const leaseOf = ({ state_details: { deployment_concurrency_lease_id } }: State) => ({
  deployment_concurrency_lease_id,
});

/** The proposal without the details that only the server may set. */
export function asProposed(to: StateCreate): StateCreate {
  if (to.state_details.inferred_after === undefined) return to;
  const { inferred_after: _, ...state_details } = to.state_details;
  return { ...to, state_details };
}

export const isInferred = (state: State | null): state is State =>
  state?.type === "CRASHED" && state.state_details.inferred_after !== undefined;

/** Whether the run's process reports that it never stopped. Once rescheduled, the run belongs to another attempt. */
export const comesBack = (from: State | null, token: string | null, attempts: Attempts): from is State =>
  isInferred(from) && token !== null && token === attempts.current;

/** The state as the run's process knows it: the one before the inferred crash. */
export function asReported(from: State): State {
  const { inferred_after: type = from.type, ...state_details } = from.state_details;
  return { ...from, type, name: defaultStateName(type), state_details };
}

interface Coming {
  from: State;
  to: StateCreate;
  limit: DeploymentLimit | null;
}

/** The slot was released at the inferred crash. The run takes it again if one is free. */
export function effectsOfComingBack(
  effects: readonly FlowRunEffect[],
  { from, to, limit }: Coming,
): readonly FlowRunEffect[] {
  const others = effects.filter(({ kind }) => kind !== "releaseSlot");
  const lease_id = from.state_details.deployment_concurrency_lease_id;
  if (!limit || !lease_id || !hasFreeSlot(limit) || isFinal(to.type)) return others;
  return [...others, { kind: "takeSlot", seconds: graceSeconds(limit), lease_id }];
}
