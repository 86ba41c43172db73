import { z } from "zod";
import { routes } from "./route.ts";
import { noDetails } from "./run-defaults.ts";
import { AnyJson, byId, optional, Uuid, withDefault } from "./scalars.ts";
import { StateDetails, StateType } from "./state-details.ts";

export { noDetails } from "./run-defaults.ts";
export { defaultStateName, isFinal, stateTypes } from "./state-types.ts";

/** Name of the state in which a run waits for a slot of its deployment. */
export const awaitingSlot = "AwaitingConcurrencySlot";

export { StateDetails, StateType };

export const StateCreate = z.strictObject({
  type: StateType,
  name: optional(z.string()),
  message: optional(z.string()),
  data: AnyJson.optional(),
  state_details: withDefault(StateDetails, () => ({ ...noDetails })),
});
export type StateCreate = z.infer<typeof StateCreate>;

export const State = z.object({
  id: z.string(),
  type: StateType,
  name: z.string(),
  timestamp: z.string(),
  message: z.string().nullable(),
  data: AnyJson,
  state_details: StateDetails,
});
export type State = z.infer<typeof State>;

export const SetStateStatus = z.enum(["ACCEPT", "REJECT", "ABORT", "WAIT"]);
export type SetStateStatus = z.infer<typeof SetStateStatus>;

const reason = z.string().nullable();
export const OrchestrationDetails = z.discriminatedUnion("type", [
  z.object({ type: z.literal("accept_details") }),
  z.object({ type: z.literal("reject_details"), reason }),
  z.object({ type: z.literal("wait_details"), delay_seconds: z.int(), reason }),
  z.object({ type: z.literal("abort_details"), reason }),
]);
export const OrchestrationResult = z.object({
  state: State.nullable(),
  status: SetStateStatus,
  details: OrchestrationDetails,
  /** The rule that gave this answer; Praetor only, for explanations. */
  rule: z.string().optional(),
});
export type OrchestrationResult = z.infer<typeof OrchestrationResult>;

export const setStateShape = {
  id: Uuid,
  state: StateCreate,
  force: withDefault(z.boolean(), () => false),
  /** Id of the state in which the caller saw the run: refused when it is in another. Praetor only; Prefect ignores it. */
  expected_state_id: optional(Uuid),
};

/** The rule that refuses a request with an outdated expected state. */
export const outdatedView = "refuseOutdatedView";

export const flowRunStates = routes("flow-run-states", {
  list: {
    method: "GET",
    path: "/flow_run_states/",
    input: z.object({ flow_run_id: Uuid }),
    output: z.array(State),
  },
  read: { method: "GET", path: "/flow_run_states/:id", input: byId, output: State },
});
export const taskRunStates = routes("task-run-states", {
  list: {
    method: "GET",
    path: "/task_run_states/",
    input: z.object({ task_run_id: Uuid }),
    output: z.array(State),
  },
  read: { method: "GET", path: "/task_run_states/:id", input: byId, output: State },
});
