import type { FlowRunPolicy, TaskRunPolicy } from "./run-policies.ts";
import type { StateDetails } from "./state-details.ts";

// Defaults of a run and its state, without zod, for threads that parse no requests.

export const noDetails: StateDetails = {
  flow_run_id: null,
  task_run_id: null,
  child_flow_run_id: null,
  scheduled_time: null,
  cache_key: null,
  cache_expiration: null,
  deferred: false,
  untrackable_result: false,
  pause_timeout: null,
  pause_reschedule: false,
  pause_key: null,
  run_input_keyset: null,
  refresh_cache: null,
  retriable: null,
  transition_id: null,
  task_parameters_id: null,
  traceparent: null,
  deployment_concurrency_lease_id: null,
};

const noRetries = { max_retries: 0, retry_delay_seconds: 0, retries: null, retry_delay: null };
export const noFlowRunPolicy: FlowRunPolicy = {
  ...noRetries,
  pause_keys: [],
  resuming: false,
  retry_type: null,
};
export const noTaskRunPolicy: TaskRunPolicy = { ...noRetries, retry_jitter_factor: null };
