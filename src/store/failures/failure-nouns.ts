import type { FailureCause, FailureFrame, FailureGroup, failures } from "../../schema/failures.ts";
import type { Output, Parsed } from "../../schema/route.ts";

/** A failure that is in no group yet, with all that may tell its cause. */
export interface Unfiled {
  kind: "flow-run" | "task-run";
  state_id: string;
  /** When the server heard of it. */
  recorded: string;
  state_name: string;
  message: string | null;
  /** Payload of the newest `praetor.error` about the run. */
  error: unknown;
  /** What the run logged as errors at that time, newest first; read only where nobody told of the error. */
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

export interface Failures {
  filter(input: Parsed<typeof failures.filter>): Promise<FailureGroup[]>;
  count(input: Parsed<typeof failures.count>): Promise<number>;
  read(input: Parsed<typeof failures.read>): Promise<FailureGroup | undefined>;
  readMany(ids: readonly string[]): Promise<FailureGroup[]>;
  /** Undefined when there is no such flow run. */
  cause(id: string): Promise<FailureCause | undefined>;
  runs(input: Parsed<typeof failures.runs>): Promise<Output<typeof failures.runs>>;
  /** False when there is no such group. */
  update(input: Parsed<typeof failures.update>): Promise<boolean>;
  /** Oldest first. */
  unfiled(limit: number): Promise<Unfiled[]>;
  /** Counts each failure once, however often and by whomever it is filed; answers how many were new. */
  file(filings: readonly Filing[]): Promise<number>;
  /** What a state told was no failure after all: it is counted nowhere. */
  withdraw(stateId: string): Promise<void>;
}
