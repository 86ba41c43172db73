import { timestamp, toMs } from "../schema/scalars.ts";
import { isFinal, noDetails, type State } from "../schema/states.ts";
import type { TaskRunPolicy } from "../schema/task-runs.ts";
import {
  claimOnce,
  copyScheduledTime,
  refuseOutdatedView,
  refuseRepeatedState,
  waitForScheduledTime,
} from "./common-rules.ts";
import { type Facts, isPersisted, type Rule, universal, type Verdict } from "./decide.ts";

/** Facts about a task run that the rules decide on. */
export interface TaskRunFact {
  run_count: number;
  flow_run_run_count: number;
  flow_run_id: string | null;
  empirical_policy: TaskRunPolicy;
}

/** An active limit on the tag of a task run. */
export interface TagLimitFact {
  name: string;
  limit: number;
  free: number;
  avg_slot_occupancy_seconds: number;
}

export interface TaskRunFacts extends Facts<TaskRunFact> {
  /** The flow run's state and count, where the task run has a flow run. */
  flowRun: { run_count: number; state: State | null } | null;
  tagLimits: readonly TagLimitFact[];
  /** The newest unexpired COMPLETED state stored under the proposal's cache key. */
  cached: State | null;
  /** 0 to 1; spreads the retries of waiting runs. */
  chance: number;
}

export type TaskRunEffect =
  | { kind: "takeSlots"; names: readonly string[] }
  | { kind: "releaseSlots" }
  | { kind: "rememberResult"; cache_key: string; cache_expiration: string | null }
  | { kind: "countFlowRuns"; flow_run_run_count: number };

type TaskRunVerdict = Verdict<TaskRunFact, TaskRunEffect>;
export type TaskRunRule = Rule<TaskRunFacts, TaskRunVerdict>;

const longestWaitSeconds = 10;

const useCachedResult: TaskRunRule = ({ to, cached }) => {
  if (to.type !== "RUNNING" || cached === null || to.state_details.refresh_cache === true) return undefined;
  const { message, data } = cached;
  const state_details = { ...cached.state_details, cache_key: to.state_details.cache_key };
  return {
    outcome: "reject",
    to: { type: "COMPLETED", name: "Cached", message, data, state_details },
    reason: "Retrieved state from cache",
  };
};

const sayStatesOnce: TaskRunRule = (facts) => (facts.expected ? refuseRepeatedState(facts) : undefined);

const leaveFinalStatesOnPurpose: TaskRunRule = ({ from, to, run, flowRun }) => {
  if (!from || !isFinal(from.type)) return undefined;
  const already = `Run is already ${from.type}.`;
  if (to.type === "CANCELLING" || to.type === "PAUSED" || to.type === "CRASHED") {
    return { outcome: "abort", reason: already };
  }
  if (from.type === "COMPLETED" && isPersisted(from.data)) return { outcome: "reject", reason: already };
  if (isFinal(to.type)) return undefined;
  const isFlowRetried = to.type === "RUNNING" && flowRun && flowRun.run_count > run.flow_run_run_count;
  return { outcome: "amend", to: isFlowRetried ? { ...to, name: "Retrying" } : to, set: { run_count: 0 } };
};

/** Of two task workers that propose PENDING for a background run, the second gets an abort. */
const claimDeferredOnce: TaskRunRule = (facts) =>
  facts.from?.state_details.deferred === true ? claimOnce(facts) : undefined;

/** The client stores the parameters of a background run under this id. */
const copyParametersId: TaskRunRule = ({ from, to }) => {
  const task_parameters_id = from?.state_details.task_parameters_id;
  if (!task_parameters_id || to.state_details.task_parameters_id) return undefined;
  return { outcome: "amend", to: { ...to, state_details: { ...to.state_details, task_parameters_id } } };
};

const runWithinRunningFlows: TaskRunRule = ({ to, run, flowRun }) => {
  if (to.type !== "RUNNING" || run.flow_run_id === null) return undefined;
  const flowState = flowRun?.state;
  if (!flowState)
    return { outcome: "abort", reason: "The enclosing flow must be running to begin task execution." };
  if (flowState.type === "RUNNING") return undefined;
  if (flowState.type !== "PAUSED") {
    const reason = `The enclosing flow is ${flowState.type}; it must be running to begin task execution.`;
    return { outcome: "abort", reason };
  }
  const { pause_timeout, pause_reschedule } = flowState.state_details;
  return {
    outcome: "reject",
    to: {
      type: "PAUSED",
      name: "NotReady",
      message: "The flow is paused, new tasks can execute after resuming flow run.",
      state_details: { ...noDetails, pause_timeout, pause_reschedule },
    },
    reason: "The flow is paused.",
  };
};

const respectTagLimits: TaskRunRule = ({ to, tagLimits, chance }) => {
  if (to.type !== "RUNNING" || tagLimits.length === 0) return undefined;
  const closed = tagLimits.find((limit) => limit.limit === 0);
  if (closed) {
    return {
      outcome: "abort",
      reason: `The concurrency limit ${closed.name} is 0 and will deadlock if the task tries to run again.`,
    };
  }
  const full = tagLimits.find((limit) => limit.free < 1);
  if (full) {
    const mean = Math.min(full.avg_slot_occupancy_seconds, longestWaitSeconds);
    const seconds = Math.max(1, Math.round(jittered(mean, chance)));
    return { outcome: "wait", seconds, reason: `The concurrency limit ${full.name} is reached.` };
  }
  const names = tagLimits.map((limit) => limit.name);
  return { outcome: "amend", effects: [{ kind: "takeSlots", names }] };
};

/** An exponential delay around `mean`, kept between half and twice of it. */
export const jittered = (mean: number, chance: number): number =>
  Math.min(2 * mean, Math.max(mean / 2, -mean * Math.log(1 - Math.min(chance, 0.9999))));

const retryFailures: TaskRunRule = ({ from, to, run, now, chance }) => {
  if (from?.type !== "RUNNING" || to.type !== "FAILED") return undefined;
  const { retries } = run.empirical_policy;
  if (to.state_details.retriable === false || retries === null || run.run_count > retries) return undefined;
  const delay = retryDelay(run, chance);
  const scheduled_time = timestamp(Math.round(toMs(now) + delay * 1000));
  return {
    outcome: "reject",
    to: {
      type: "SCHEDULED",
      name: "AwaitingRetry",
      message: to.message,
      data: to.data,
      state_details: { ...noDetails, scheduled_time },
    },
    reason: "Retrying",
  };
};

function retryDelay({ run_count, empirical_policy }: TaskRunFact, chance: number): number {
  const { retry_delay, retry_jitter_factor } = empirical_policy;
  const delay = Array.isArray(retry_delay)
    ? (retry_delay[Math.min(run_count - 1, retry_delay.length - 1)] ?? 0)
    : (retry_delay ?? 0);
  if (!retry_jitter_factor) return delay;
  const most = delay * (1 + retry_jitter_factor);
  return Math.min(most, Math.max(delay, jittered(delay, chance)));
}

const nameAnotherAttempt: TaskRunRule = ({ from, to, run }) => {
  if (to.type !== "RUNNING" || run.run_count === 0) return undefined;
  const name = from?.name === "AwaitingRetry" ? "Retrying" : "Rerunning";
  return { outcome: "amend", to: { ...to, name } };
};

const noteFlowRunCount: TaskRunRule = ({ to, flowRun }) =>
  to.type === "RUNNING" && flowRun
    ? {
        outcome: "amend",
        effects: [{ kind: "countFlowRuns", flow_run_run_count: flowRun.run_count }],
      }
    : undefined;

const rememberResult: TaskRunRule = ({ to }) => {
  const { cache_key, cache_expiration } = to.state_details;
  if (to.type !== "COMPLETED" || !cache_key) return undefined;
  return { outcome: "amend", effects: [{ kind: "rememberResult", cache_key, cache_expiration }] };
};

const releaseTagSlots = universal(function releaseTagSlots({
  from,
  to,
}: TaskRunFacts): TaskRunVerdict | undefined {
  if (from?.type !== "RUNNING" || to.type === "RUNNING") return undefined;
  return { outcome: "amend", effects: [{ kind: "releaseSlots" }] };
});

/** Read top to bottom: the first rule that stops the transition wins. */
export const taskRunRules: readonly TaskRunRule[] = [
  refuseOutdatedView,
  sayStatesOnce,
  useCachedResult,
  leaveFinalStatesOnPurpose,
  claimDeferredOnce,
  runWithinRunningFlows,
  respectTagLimits,
  copyScheduledTime,
  copyParametersId,
  waitForScheduledTime,
  retryFailures,
  nameAnotherAttempt,
  noteFlowRunCount,
  rememberResult,
  releaseTagSlots,
];

export const forcedTaskRunRules: readonly TaskRunRule[] = [
  refuseOutdatedView,
  sayStatesOnce,
  rememberResult,
  releaseTagSlots,
];
