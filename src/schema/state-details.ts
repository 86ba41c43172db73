import { z } from "zod";
import { optional, Time, Uuid, withDefault } from "./scalars.ts";
import { stateTypes } from "./state-types.ts";

export const StateType = z.enum(stateTypes);
export type StateType = z.infer<typeof StateType>;

export const StateDetails = z.object({
  flow_run_id: optional(Uuid),
  task_run_id: optional(Uuid),
  child_flow_run_id: optional(Uuid),
  scheduled_time: optional(Time),
  cache_key: optional(z.string().max(2000)),
  cache_expiration: optional(Time),
  deferred: z
    .boolean()
    .nullish()
    .transform((value): boolean | null => (value === undefined ? false : value)),
  untrackable_result: withDefault(z.boolean(), () => false),
  pause_timeout: optional(Time),
  pause_reschedule: withDefault(z.boolean(), () => false),
  pause_key: optional(z.string()),
  run_input_keyset: optional(z.record(z.string(), z.string())),
  refresh_cache: optional(z.boolean()),
  retriable: optional(z.boolean()),
  transition_id: optional(Uuid),
  task_parameters_id: optional(Uuid),
  traceparent: optional(z.string()),
  deployment_concurrency_lease_id: optional(Uuid),
  /**
   * Ours, in states that the server inferred because a process sent no heartbeat: the type of the state that the run
   * was in. Such a state yields to what the same attempt reports.
   */
  inferred_after: StateType.optional(),
});
export type StateDetails = z.infer<typeof StateDetails>;
