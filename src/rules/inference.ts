import type { Attempts } from "../schema/attempt-tokens.ts";
import { defaultStateName, isFinal, type State, type StateCreate } from "../schema/states.ts";
import type { DeploymentLimit, FlowRunEffect } from "./flow-run-facts.ts";
import { graceSeconds, hasFreeSlot } from "./flow-runs.ts";

// The server takes a run whose process is silent for crashed. It may be wrong: a network that was cut looks the same.

/** The proposal, as one that the server infers for a run that is in the state `from`. */
export const inferred = (to: StateCreate, from: State | null): StateCreate =>
  from ? { ...to, state_details: { ...to.state_details, ...leaseOf(from), inferred_after: from.type } } : to;

/** Renewed by the process, should it come back. */
const leaseOf = ({ state_details: { deployment_concurrency_lease_id } }: State) => ({
  deployment_concurrency_lease_id,
});

/** The proposal without what only the server may say of a state. */
export function asProposed(to: StateCreate): StateCreate {
  if (to.state_details.inferred_after === undefined) return to;
  const { inferred_after: _, ...state_details } = to.state_details;
  return { ...to, state_details };
}

export const isInferred = (state: State | null): state is State =>
  state?.type === "CRASHED" && state.state_details.inferred_after !== undefined;

/** Whether the run's process tells that it was never gone. Once the run was scheduled again, it is another's. */
export const comesBack = (from: State | null, token: string | null, attempts: Attempts): from is State =>
  isInferred(from) && token !== null && token === attempts.current;

/** The state as the process of the run knows it: the one before, up to now. */
export function asReported(from: State): State {
  const { inferred_after: type = from.type, ...state_details } = from.state_details;
  return { ...from, type, name: defaultStateName(type), state_details };
}

interface Coming {
  from: State;
  to: StateCreate;
  limit: DeploymentLimit | null;
}

/** Its slot was released when the run was considered crashed. If there is room, the run has it again. */
export function effectsOfComingBack(
  effects: readonly FlowRunEffect[],
  { from, to, limit }: Coming,
): readonly FlowRunEffect[] {
  const others = effects.filter(({ kind }) => kind !== "releaseSlot");
  const lease_id = from.state_details.deployment_concurrency_lease_id;
  if (!limit || !lease_id || !hasFreeSlot(limit) || isFinal(to.type)) return others;
  return [...others, { kind: "takeSlot", seconds: graceSeconds(limit), lease_id }];
}
