import type { Attempts } from "../../schema/attempt-tokens.ts";
import type { FlowRunPolicy } from "../../schema/flow-runs.ts";
import type { TaskRunPolicy } from "../../schema/task-runs.ts";

/** The columns of a run that may change together with its state. */
export interface RunChanges {
  run_count?: number;
  expected_start_time?: string | null;
  next_scheduled_start_time?: string | null;
  start_time?: string | null;
  end_time?: string | null;
  total_run_time?: number;
}
export interface FlowRunChanges extends RunChanges {
  empirical_policy?: FlowRunPolicy;
  infrastructure_pid?: string | null;
  attempts?: Attempts;
}
export interface TaskRunChanges extends RunChanges {
  empirical_policy?: TaskRunPolicy;
  flow_run_run_count?: number;
  cache_key?: string | null;
  cache_expiration?: string | null;
}
