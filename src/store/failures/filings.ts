import type { FailureFrame } from "../../schema/failures.ts";

/** A failure without a group, with the data to determine its cause. */
export interface Unfiled {
  kind: "flow-run" | "task-run";
  state_id: string;
  /** When the server recorded it. */
  recorded: string;
  state_name: string;
  message: string | null;
  /** Payload of the newest `praetor.error` about the run. */
  error: unknown;
  /** What the run logged as errors at that time, newest first; read only if there is no error event. */
  logs: string[];
  /** Failures of child runs: of a flow run its tasks', of a task run that represents a subflow the subflow's. */
  within: InnerFailure[];
}

/** The group is null before filing. */
export interface InnerFailure {
  group_id: string | null;
  error_type: string | null;
  message: string | null;
}

/** The group of a failure, by its fingerprint. */
export interface Filing {
  state_id: string;
  /** The failure propagated from one that is already in this group. */
  consequence_of?: string | undefined;
  /** Failures with equal texts form one group. */
  text: string;
  error_type: string;
  message: string;
  frames: FailureFrame[];
}

/** A failure that is in no group yet, with what it happened in. */
export interface OpenFailure {
  kind: "flow-run" | "task-run";
  state_id: string;
  run_id: string;
  flow_run_id: string | null;
  occurred: string;
  flow_id: string | null;
  deployment_id: string | null;
  flow_version: string | null;
  task_key: string | null;
}

/** The additions of one batch to a group. */
export interface Addition {
  id: string;
  filing: Filing;
  failures: OpenFailure[];
  /** Flow runs new to the group. */
  flowRuns: Set<string>;
}
