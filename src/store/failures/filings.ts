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
  /** Failures of the runs within: of a flow run its tasks', of the task run that stands for a subflow the subflow's. */
  within: InnerFailure[];
}

/** The group is null while it has none yet. */
export interface InnerFailure {
  group_id: string | null;
  error_type: string | null;
  message: string | null;
}

/** To which group a failure belongs, by what it has in common with the others. */
export interface Filing {
  state_id: string;
  /** It is the same failure as one that is in this group already, one level further out. */
  consequence_of?: string | undefined;
  /** Equal texts are one group. */
  text: string;
  error_type: string;
  message: string;
  frames: FailureFrame[];
}
