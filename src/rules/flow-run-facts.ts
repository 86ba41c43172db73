import type { Attempts } from "../schema/attempt-tokens.ts";
import type { FlowRunPolicy } from "../schema/flow-runs.ts";
import type { Facts, Rule, Verdict } from "./decide.ts";

/** What the rules know of a flow run. */
export interface FlowRunFact {
  run_count: number;
  deployment_id: string | null;
  parent_task_run_id: string | null;
  infrastructure_pid: string | null;
  empirical_policy: FlowRunPolicy;
  /** Its next attempt begins in the process that made the last one, which holds the slot until then. */
  keepsSlot?: boolean;
}

/** The limit on runs of one deployment at a time. */
export interface DeploymentLimit {
  limit: number;
  /** Slots nobody holds. */
  free: number;
  strategy: "ENQUEUE" | "CANCEL_NEW";
  grace_period_seconds: number | null;
  /** Whether the lease named by the run's state still exists. */
  isLeaseAlive: boolean;
}

export interface FlowRunFacts extends Facts<FlowRunFact> {
  /** Null: the run has no deployment, or its deployment no limit. `gone`: the deployment was deleted. */
  deployment: DeploymentLimit | "gone" | null;
  /** Clients that know about leases renew them; older ones must not lose their slot to the clock. */
  renewsLeases: boolean;
  /** The attempt that asks, if it has named itself. */
  token: string | null;
  attempts: Attempts;
  /** The run was considered crashed, and its process reports again. */
  crashRevoked?: boolean;
  /** Whether a crash, told as it is here, is followed by another attempt while there are retries left. */
  retriesCrash: boolean;
}

/** What else happens when the state is written, carried out in the same transaction. */
export type FlowRunEffect =
  | { kind: "policy"; set: Partial<FlowRunPolicy> }
  /** The lease that comes of it goes into the details of the written state. It has the id of the one before, if any. */
  | { kind: "takeSlot"; seconds: number; lease_id: string | null }
  /** A slot without a lease, for a client that renews none. */
  | { kind: "countSlot" }
  | { kind: "renewLease"; lease_id: string; seconds: number }
  | { kind: "dropLease"; lease_id: string }
  /** What was stored for an earlier attempt under the keys of a pause: it must be asked for and answered again. */
  | { kind: "forgetInputs"; keys: readonly string[] }
  | { kind: "releaseSlot"; lease_id: string | null };

export type FlowRunVerdict = Verdict<FlowRunFact, FlowRunEffect>;
export type FlowRunRule = Rule<FlowRunFacts, FlowRunVerdict>;
