import type { Attempts } from "../schema/attempt-tokens.ts";
import type { FlowRunPolicy } from "../schema/flow-runs.ts";
import type { Facts, Rule, Verdict } from "./decide.ts";

/** Facts about a flow run that the rules decide on. */
export interface FlowRunFact {
  run_count: number;
  deployment_id: string | null;
  parent_task_run_id: string | null;
  infrastructure_pid: string | null;
  empirical_policy: FlowRunPolicy;
  /** Its next attempt begins in the process that made the last one, which holds the slot until then. */
  keepsSlot?: boolean;
}

/** The limit on concurrent runs of a deployment. */
export interface DeploymentLimit {
  limit: number;
  /** Free slots. */
  free: number;
  strategy: "ENQUEUE" | "CANCEL_NEW";
  grace_period_seconds: number | null;
  /** Whether the lease named by the run's state still exists. */
  isLeaseAlive: boolean;
}

export interface FlowRunFacts extends Facts<FlowRunFact> {
  /** Null: the run has no deployment, or its deployment no limit. `gone`: the deployment was deleted. */
  deployment: DeploymentLimit | "gone" | null;
  /** Clients that know about leases renew them; slots of older clients must not expire. */
  renewsLeases: boolean;
  /** The proposing attempt, if it named itself. */
  token: string | null;
  attempts: Attempts;
  /** The run was considered crashed, and its process reports again. */
  crashRevoked?: boolean;
  /** Whether this crash is followed by another attempt while retries are left. */
  retriesCrash: boolean;
}

/** Side effects of writing the state, in the same transaction. */
export type FlowRunEffect =
  | { kind: "policy"; set: Partial<FlowRunPolicy> }
  /** The new lease is stored in the details of the written state. It reuses the id of the previous lease, if any. */
  | { kind: "takeSlot"; seconds: number; lease_id: string | null }
  /** A slot without a lease, for a client that renews none. */
  | { kind: "countSlot" }
  | { kind: "renewLease"; lease_id: string; seconds: number }
  | { kind: "dropLease"; lease_id: string }
  /** Input stored under the keys of a pause for an earlier attempt: it must be requested and given again. */
  | { kind: "forgetInputs"; keys: readonly string[] }
  | { kind: "releaseSlot"; lease_id: string | null };

export type FlowRunVerdict = Verdict<FlowRunFact, FlowRunEffect>;
export type FlowRunRule = Rule<FlowRunFacts, FlowRunVerdict>;
