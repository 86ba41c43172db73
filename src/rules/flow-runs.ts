import type { FlowRunPolicy } from "../schema/flow-runs.ts";
import { awaitingSlot, isFinal, type State, type StateCreate } from "../schema/states.ts";
import {
  claimOnce,
  copyScheduledTime,
  ignoreRepeatedTransition,
  keepResults,
  refuseOutdatedView,
  waitForScheduledTime,
} from "./common-rules.ts";
import { isPersisted, universal } from "./decide.ts";
import type {
  DeploymentLimit,
  FlowRunEffect,
  FlowRunFacts,
  FlowRunRule,
  FlowRunVerdict,
} from "./flow-run-facts.ts";
import { after, isOneOf, scheduled, state, withDetails } from "./proposals.ts";
import { fenceGivenUpAttempts, keepEndsSetByOthers, sayStatesOnce } from "./write-permissions.ts";

const slotSeconds = 300;
const enqueueSeconds = 30;
const awaitingRetry = "AwaitingRetry";

const leaseOf = (from: State | null) => from?.state_details.deployment_concurrency_lease_id ?? null;
const policy = (set: Partial<FlowRunPolicy>): FlowRunEffect[] => [{ kind: "policy", set }];

// Workers send the lease id as null; the slot must not be forgotten with it.
const preserveLease = universal(function preserveLease({
  from,
  to,
}: FlowRunFacts): FlowRunVerdict | undefined {
  const lease = leaseOf(from);
  if (lease === null || to.state_details.deployment_concurrency_lease_id) return undefined;
  return { outcome: "amend", to: withDetails(to, { deployment_concurrency_lease_id: lease }) };
});

const leaveFinalStatesOnPurpose: FlowRunRule = ({ from, to, run }) => {
  if (!from || !isFinal(from.type)) return undefined;
  const already = `Run is already ${from.type}.`;
  if (isOneOf(to.type, ["CANCELLING", "PAUSED", "CRASHED"])) return { outcome: "abort", reason: already };
  if (from.type === "COMPLETED" && isPersisted(from.data)) {
    const losesData = to.type === "COMPLETED" && !isPersisted(to.data);
    if (losesData || !isFinal(to.type)) return { outcome: "reject", reason: already };
  }
  if (isFinal(to.type)) return undefined;
  if (to.type === "SCHEDULED" && run.deployment_id === null) {
    return { outcome: "abort", reason: "Cannot reschedule a run without an associated deployment." };
  }
  const retry_type = to.type === "SCHEDULED" ? "reschedule" : null;
  return { outcome: "amend", effects: policy({ resuming: false, pause_keys: [], retry_type }) };
};

const finishCancelling: FlowRunRule = ({ from, to }) =>
  from?.type === "CANCELLING" && to.type !== "CANCELLED"
    ? { outcome: "reject", reason: "This run is being cancelled and can only become CANCELLED." }
    : undefined;

/** A run that never started has no process to stop, so it ends at once. */
const cancelWithoutInfrastructure: FlowRunRule = ({ from, to, run }) => {
  if (to.type !== "CANCELLING" || !from) return undefined;
  const hasNotStarted =
    from.type === "SCHEDULED" && (run.infrastructure_pid === null || from.name === "Resuming");
  const isSuspended = from.type === "PAUSED" && from.state_details.pause_reschedule;
  if (!hasNotStarted && !isSuspended) return undefined;
  const reason = isSuspended
    ? "The run is suspended, so there is nothing to wait for."
    : "The run has no infrastructure yet, so there is nothing to wait for.";
  return { outcome: "reject", to: state("CANCELLED", "Cancelled", to.message), reason };
};

export const graceSeconds = (deployment: DeploymentLimit) => deployment.grace_period_seconds ?? slotSeconds;

/** The slot was taken at PENDING; a lease that expired since is replaced if a slot is free. */
const keepDeploymentSlot: FlowRunRule = ({ from, to, deployment, renewsLeases }) => {
  if (from?.type !== "PENDING" || to.type !== "RUNNING" || !renewsLeases) return undefined;
  if (deployment === null || deployment === "gone") return undefined;
  const lease_id = leaseOf(from);
  const seconds = graceSeconds(deployment);
  if (lease_id && deployment.isLeaseAlive) {
    return { outcome: "amend", effects: [{ kind: "renewLease", lease_id, seconds }] };
  }
  if (hasFreeSlot(deployment)) return take(deployment, lease_id);
  const reason = "The deployment's concurrency limit was reached before the run could start.";
  return { outcome: "reject", to: state("CANCELLED", "Cancelled", reason), reason };
};

/** Reuses the id of the lost lease, which the run's process continues to renew. */
const take = (deployment: DeploymentLimit, lease_id: string | null): FlowRunVerdict => ({
  outcome: "amend",
  effects: [{ kind: "takeSlot", seconds: graceSeconds(deployment), lease_id }],
});

/** Also used to explain why a run waits. */
export const hasFreeSlot = ({ free }: Pick<DeploymentLimit, "free">): boolean => free > 0;

const limitReached = ({ limit }: DeploymentLimit) =>
  `The deployment's concurrency limit of ${limit} is reached.`;

/** Between two attempts in one process. */
const isBetweenAttempts = ({ from, run }: Pick<FlowRunFacts, "from" | "run">): boolean =>
  from?.type === "SCHEDULED" &&
  from.name === awaitingRetry &&
  run.empirical_policy.retry_type === "in_process";

const secureDeploymentSlot: FlowRunRule = ({ from, to, run, deployment, now }) => {
  if (to.type !== "PENDING" || deployment === null) return undefined;
  if (isOneOf(from?.type, ["PENDING", "RUNNING", "CANCELLING"])) return undefined;
  if (deployment !== "gone" && deployment.isLeaseAlive && isBetweenAttempts({ from, run })) return undefined;
  if (deployment === "gone") return { outcome: "abort", reason: "The run's deployment no longer exists." };
  if (deployment.limit === 0) {
    return { outcome: "abort", reason: "The deployment's concurrency limit is 0." };
  }
  if (hasFreeSlot(deployment)) return take(deployment, null);
  const reason = limitReached(deployment);
  const replacement =
    deployment.strategy === "CANCEL_NEW"
      ? state("CANCELLED", "Cancelled", reason)
      : scheduled(awaitingSlot, after(now, enqueueSeconds), reason);
  return { outcome: "reject", to: replacement, reason };
};

/** An old client never renews its lease: without the record its slot cannot be repossessed under it. */
const dropLeaseOfOldClients: FlowRunRule = ({ from, to, renewsLeases }) => {
  const lease_id = leaseOf(from);
  if (renewsLeases || lease_id === null || from?.type !== "PENDING") return undefined;
  if (!isOneOf(to.type, ["RUNNING", "CANCELLING"])) return undefined;
  return { outcome: "amend", effects: [{ kind: "dropLease", lease_id }] };
};

const callLateOnlyOnce: FlowRunRule = ({ from, to }) => {
  if (to.type !== "SCHEDULED" || to.name !== "Late") return undefined;
  if (from?.type === "SCHEDULED" && from.name !== "Late") return undefined;
  return { outcome: "reject", reason: "Only a scheduled run that is not yet late can become late." };
};

const pauseRunningRunsOnce: FlowRunRule = ({ from, to, run, freshId }) => {
  if (to.type !== "PAUSED") return undefined;
  if (!from) return { outcome: "abort", reason: "A run without a state cannot be paused." };
  // Prefect clients match these reasons word for word.
  const verb = to.name === "Suspended" || to.state_details.pause_reschedule ? "suspend" : "pause";
  if (from.type !== "RUNNING") {
    return { outcome: "reject", reason: `Cannot ${verb} flows that are not currently running.` };
  }
  const pause_key = to.state_details.pause_key ?? freshId;
  if (run.empirical_policy.pause_keys.includes(pause_key)) {
    return { outcome: "reject", reason: `This ${verb} has already fired.` };
  }
  if (to.state_details.pause_reschedule) {
    if (run.parent_task_run_id !== null) return { outcome: "abort", reason: "Cannot suspend subflows." };
    if (run.deployment_id === null) {
      return { outcome: "abort", reason: "Cannot suspend flows without a deployment." };
    }
  }
  const pause_keys = [...run.empirical_policy.pause_keys, pause_key];
  return {
    outcome: "amend",
    to: withDetails(to, { pause_key }),
    effects: [...policy({ pause_keys }), ...forgetInputs(to)],
  };
};

const forgetInputs = ({ state_details: { run_input_keyset: keys } }: StateCreate): FlowRunEffect[] =>
  keys ? [{ kind: "forgetInputs", keys: Object.values(keys) }] : [];

const resumePausedRuns: FlowRunRule = ({ from, to, run, now }) => {
  if (from?.type !== "PAUSED") return undefined;
  const { pause_reschedule: isSuspended } = from.state_details;
  // Its process is waiting and must learn of the cancellation, also after the timeout.
  if (to.type === "CANCELLING" && !isSuspended) return undefined;
  if (!isOneOf(to.type, ["RUNNING", "SCHEDULED"]) && !isFinal(to.type)) {
    return {
      outcome: "reject",
      reason: `This run is paused and can only be resumed or ended, not become ${to.type}.`,
    };
  }
  if (isSuspended && run.deployment_id === null) {
    return { outcome: "reject", reason: "Cannot reschedule a suspended run without a deployment." };
  }
  const timeout = from.state_details.pause_timeout;
  if (timeout && timeout < now) {
    const reason = "The flow was paused and never resumed.";
    return { outcome: "reject", to: state("FAILED", null, reason), reason };
  }
  // A paused run continues in its process. A rescheduled one lost its process and starts over: its pauses apply again.
  const isNewAttempt = !from.state_details.pause_reschedule && to.type === "SCHEDULED";
  return {
    outcome: "amend",
    effects: policy(
      isNewAttempt ? { resuming: false, pause_keys: [], retry_type: "reschedule" } : { resuming: true },
    ),
  };
};

/** The next attempt in the same process keeps the slot of the last one; a lost lease is replaced. */
const keepSlotBetweenAttempts: FlowRunRule = ({ from, to, run, deployment, renewsLeases }) => {
  if (to.type !== "RUNNING" || deployment === null || deployment === "gone") return undefined;
  if (!renewsLeases || !isBetweenAttempts({ from, run })) return undefined;
  const lease_id = leaseOf(from);
  if (lease_id && deployment.isLeaseAlive) {
    return {
      outcome: "amend",
      effects: [{ kind: "renewLease", lease_id, seconds: graceSeconds(deployment) }],
    };
  }
  if (hasFreeSlot(deployment)) return take(deployment, lease_id);
  return { outcome: "wait", seconds: enqueueSeconds, reason: limitReached(deployment) };
};

/**
 * A paused run released its slot and takes one again before it continues. Without a free slot its process waits:
 * the service that hands out free slots continues it.
 */
const retakeSlotAfterPause: FlowRunRule = ({ from, to, run, deployment, now }) => {
  if (to.type !== "RUNNING" || deployment === null || deployment === "gone") return undefined;
  const isPaused = from?.type === "PAUSED" && !from.state_details.pause_reschedule;
  const isNext = from?.name === awaitingSlot && run.empirical_policy.retry_type === "in_process";
  if (!isPaused && !isNext) return undefined;
  const lease_id = leaseOf(from);
  if (hasFreeSlot(deployment)) {
    // A slot without a lease belongs to a client that renews no leases.
    return lease_id ? take(deployment, lease_id) : { outcome: "amend", effects: [{ kind: "countSlot" }] };
  }
  const reason = limitReached(deployment);
  if (isNext) return { outcome: "wait", seconds: enqueueSeconds, reason };
  return {
    outcome: "amend",
    to: withDetails(scheduled(awaitingSlot, after(now, enqueueSeconds), reason), {
      deployment_concurrency_lease_id: lease_id,
    }),
    effects: policy({ retry_type: "in_process" }),
  };
};

const retryFailures: FlowRunRule = ({ from, to, run, now }) => {
  if (from?.type !== "RUNNING" || to.type !== "FAILED") return undefined;
  const { retries, retry_delay } = run.empirical_policy;
  if (retries === null || run.run_count > retries) {
    return { outcome: "amend", effects: policy({ retry_type: null }) };
  }
  const again = scheduled(awaitingRetry, after(now, retry_delay ?? 0), to.message);
  return {
    outcome: "reject",
    to: withDetails({ ...again, data: to.data }, { deployment_concurrency_lease_id: leaseOf(from) }),
    reason: "Retrying",
    set: { keepsSlot: true },
    effects: policy({ resuming: false, pause_keys: [], retry_type: "in_process" }),
  };
};

/** A crash ends the attempt with its process; the next attempt runs in a new process. */
const retryCrashes: FlowRunRule = ({ from, to, run, now, retriesCrash }) => {
  if (to.type !== "CRASHED" || !retriesCrash || run.deployment_id === null) return undefined;
  const { retries, retry_delay, retry_type } = run.empirical_policy;
  const isWaiting = from?.type === "SCHEDULED" && retry_type === "in_process";
  if (!isOneOf(from?.type, ["RUNNING", "PAUSED"]) && !isWaiting) return undefined;
  if (run.run_count > (retries ?? 0)) return undefined;
  return {
    outcome: "reject",
    to: scheduled(awaitingRetry, after(now, retry_delay ?? 0), to.message),
    reason: "Retrying",
    effects: policy({ resuming: false, pause_keys: [], retry_type: "reschedule" }),
  };
};

const occupying = ["RUNNING", "CANCELLING", "PENDING"] as const;
const releaseDeploymentSlot = universal(function releaseDeploymentSlot({
  from,
  to,
  run,
  deployment,
}: FlowRunFacts): FlowRunVerdict | undefined {
  const hasSlot = isOneOf(from?.type, occupying) || isBetweenAttempts({ from, run });
  if (!hasSlot || isOneOf(to.type, occupying) || run.keepsSlot) return undefined;
  const lease_id = leaseOf(from);
  // The lease may belong to the limit that the deployment had when the run began.
  if (lease_id === null && (deployment === null || deployment === "gone")) return undefined;
  return { outcome: "amend", effects: [{ kind: "releaseSlot", lease_id }] };
});

const cancelLateRunsWithoutRoom: FlowRunRule = ({ deployment }) => {
  if (deployment === null || deployment === "gone") return undefined;
  if (deployment.strategy !== "CANCEL_NEW" || hasFreeSlot(deployment)) return undefined;
  const reason = limitReached(deployment);
  return { outcome: "reject", to: state("CANCELLED", "Cancelled", reason), reason };
};

/** Read top to bottom: the first rule that stops the transition wins. */
export const flowRunRules: readonly FlowRunRule[] = [
  fenceGivenUpAttempts,
  preserveLease,
  ignoreRepeatedTransition,
  refuseOutdatedView,
  sayStatesOnce,
  keepEndsSetByOthers,
  leaveFinalStatesOnPurpose,
  finishCancelling,
  cancelWithoutInfrastructure,
  claimOnce,
  keepDeploymentSlot,
  secureDeploymentSlot,
  dropLeaseOfOldClients,
  callLateOnlyOnce,
  pauseRunningRunsOnce,
  resumePausedRuns,
  retakeSlotAfterPause,
  copyScheduledTime,
  waitForScheduledTime,
  keepSlotBetweenAttempts,
  retryFailures,
  retryCrashes,
  releaseDeploymentSlot,
];

/** For `force: true` and for the state that a run is created with. */
export const forcedFlowRunRules: readonly FlowRunRule[] = [
  fenceGivenUpAttempts,
  refuseOutdatedView,
  sayStatesOnce,
  keepEndsSetByOthers,
  keepResults,
  cancelWithoutInfrastructure,
  retryCrashes,
  releaseDeploymentSlot,
];

/** For a run whose process waits for a slot, once one is free. */
export const nextFlowRunRules: readonly FlowRunRule[] = [preserveLease, retakeSlotAfterPause];

export const lateFlowRunRules: readonly FlowRunRule[] = [callLateOnlyOnce, cancelLateRunsWithoutRoom];
