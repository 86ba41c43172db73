import { type Decision, decide } from "../rules/decide.ts";
import { attemptsAfter } from "../rules/fencing.ts";
import type { DeploymentLimit, FlowRunEffect, FlowRunFact, FlowRunRule } from "../rules/flow-run-facts.ts";
import { flowRunRules, forcedFlowRunRules } from "../rules/flow-runs.ts";
import { asProposed, asReported, comesBack, effectsOfComingBack, inferred } from "../rules/inference.ts";
import { timesAfter, writtenState } from "../rules/state-writes.ts";
import {
  forcedTaskRunRules,
  type TagLimitFact,
  type TaskRunEffect,
  type TaskRunFact,
  taskRunRules,
} from "../rules/task-runs.ts";
import type { Attempts, AttemptToken } from "../schema/attempt-tokens.ts";
import type { FlowRun } from "../schema/flow-runs.ts";
import { newId } from "../schema/ids.ts";
import { toMs } from "../schema/scalars.ts";
import type { Settings } from "../schema/settings.ts";
import { isFinal, type OrchestrationResult, type State, type StateCreate } from "../schema/states.ts";
import type { TaskRun } from "../schema/task-runs.ts";
import type { Tx } from "../store/store.ts";
import { traceparentLabel, traceTransition, withinSpan } from "./execution-context.ts";
import { emitForcedState, type Requester } from "./forced-states.ts";
import { readTraceparent } from "./tracing/trace-context.ts";

// Reads the facts under the run's lock, applies the rules, writes: all in the caller's transaction.

/** The outcome of a transition, and whether it wrote a state. */
export interface Transition<Run> {
  run: Run;
  isWritten: boolean;
  result: OrchestrationResult;
}

export interface Proposal {
  to: StateCreate;
  force?: boolean;
  /** Overrides the rules for requests. */
  rules?: readonly FlowRunRule[];
  /** The caller; recorded with `force`. */
  by?: Requester;
  /** The client's name for itself. */
  userAgent?: string | null;
  /** The proposing attempt, if it named itself. */
  attempt?: AttemptToken | null;
  /** Inferred by the server from missing heartbeats: reports of the same attempt override it. */
  isInferred?: boolean;
  /** Id of the state in which the caller saw the run. */
  expected?: string | null;
  /** Which crashes are followed by another attempt while retries are left; none when absent. */
  crashRetries?: Settings["retryCrashedRuns"];
}

type Limited = DeploymentLimit & { name: string };

/** Proposes a state for a flow run that `tx` holds the lock of. */
export const transitionFlowRun = (tx: Tx, run: FlowRun, proposal: Proposal): Promise<Transition<FlowRun>> =>
  withinSpan("transition of a flow run", async (span) => {
    const transition = await decideFlowRun(tx, run, proposal);
    const origin = readTraceparent(run.labels[traceparentLabel]?.toString());
    if (origin) span?.link(origin);
    traceTransition(span, { flow_run_id: run.id, ...spanAttributes(run, proposal, transition) });
    return transition;
  });

const spanAttributes = ({ state }: FlowRun | TaskRun, { to }: Proposal, { result }: Transition<unknown>) => ({
  ...{ from: state?.type, proposed: to.type, to: result.state?.type, outcome: result.status },
  rule: result.rule,
});

async function decideFlowRun(tx: Tx, run: FlowRun, proposal: Proposal): Promise<Transition<FlowRun>> {
  const attempts = await tx.flowRuns.attempts(run.id);
  const token = proposal.attempt?.flowRunId === run.id ? proposal.attempt.token : null;
  // For its process the run never stopped.
  const back = comesBack(run.state, token, attempts) ? asReported(run.state) : undefined;
  const from = back ?? run.state;
  const rules = proposal.rules ?? (proposal.force ? forcedFlowRunRules : flowRunRules);
  const deployment = await deploymentLimit(tx, run);
  const decision = decide<FlowRunFact, FlowRunEffect, Parameters<FlowRunRule>[0]>(rules, {
    from,
    to: proposal.isInferred ? inferred(proposal.to, from) : asProposed(proposal.to),
    run,
    now: tx.now,
    expected: proposal.expected ?? null,
    freshId: newId(toMs(tx.now)),
    deployment,
    renewsLeases: renewsLeases(proposal.userAgent),
    token,
    attempts,
    crashRevoked: back !== undefined,
    retriesCrash: retriesCrash(proposal, token !== null && token === attempts.current),
  });
  const { to } = decision;
  if (to === null) return { run, isWritten: false, result: answer(decision, run.state) };
  const limit = typeof deployment === "object" ? deployment : null;
  const effects = back ? effectsOfComingBack(decision.effects, { from: back, to, limit }) : decision.effects;
  const limits = limit ? [limit.name] : [];
  const change = { token, from: from?.type ?? null, proposed: proposal.to.type, to: to.type };
  const after = attemptsAfter(attempts, change);
  const written = await writeFlowRunState(tx, run, {
    from,
    to,
    effects,
    limits,
    attempts: after,
    crashRevoked: back !== undefined,
  });
  if (back) await revokeCrash(tx, run);
  if (proposal.force && proposal.by)
    emitForcedState(tx, { kind: "flow-run", run, from, to: written.state, by: proposal.by });
  return { run: written, isWritten: true, result: answer(decision, written.state) };
}

/** The crash is revoked, and that of its tasks too. */
async function revokeCrash(tx: Tx, run: FlowRun): Promise<void> {
  await tx.taskRuns.withdrawInferred({ flow_run_id: run.id });
  if (run.state_id) await tx.failures.withdraw(run.state_id);
}

/** Reported by the attempt or its runner, or inferred; not set by a user. */
function retriesCrash(
  { crashRetries = "none", isInferred = false, userAgent }: Proposal,
  isOwn: boolean,
): boolean {
  if (crashRetries === "none") return false;
  return isOwn || isInferred || (crashRetries === "all" && (userAgent ?? "").startsWith("prefect/"));
}

async function deploymentLimit(tx: Tx, run: FlowRun): Promise<Limited | "gone" | null> {
  if (run.deployment_id === null) return null;
  const found = await tx.deployments.runLimit(run.deployment_id);
  if (found === undefined) return "gone";
  if (found === null) return null;
  const lease = run.state?.state_details.deployment_concurrency_lease_id;
  return {
    name: found.name,
    limit: found.limit,
    free: found.free,
    strategy: found.options?.collision_strategy ?? "ENQUEUE",
    grace_period_seconds: found.options?.grace_period_seconds ?? null,
    isLeaseAlive: lease ? (await tx.concurrencyLimits.readLease(lease)) !== undefined : false,
  };
}

const firstWithLeases = [3, 4, 11] as const;

/** Python clients since 3.4.11 renew the lease of their run; so does every client of our own. */
function renewsLeases(userAgent: string | null | undefined): boolean {
  const match = /^prefect\/(\d+)\.(\d+)\.(\d+)/.exec(userAgent ?? "");
  if (!match) return userAgent?.startsWith("praetor/") ?? false;
  const difference = firstWithLeases
    .map((part, index) => Number(match[index + 1]) - part)
    .find((part) => part !== 0);
  return (difference ?? 0) >= 0;
}

interface Decided {
  /** The state as the run's process knows it. */
  from: State | null;
  to: StateCreate;
  effects: readonly FlowRunEffect[];
  /** Names of the limits whose slots are taken. */
  limits: readonly string[];
  attempts: Attempts;
  /** An inferred crash was revoked. */
  crashRevoked: boolean;
}

/** Writes a state and all that follows from it: times, policy, slots, and the task run that stands for a subflow. */
async function writeFlowRunState(tx: Tx, run: FlowRun, decided: Decided) {
  const { from, to, effects, attempts, crashRevoked: isBack } = decided;
  const lease = await moveSlots(tx, run, decided);
  for (const effect of effects)
    if (effect.kind === "forgetInputs")
      for (const key of effect.keys) await tx.flowRunInputs.delete(run.id, key);
  const ids = { flow_run_id: run.id, task_run_id: run.parent_task_run_id };
  const state = writtenState({ from, to, id: newId(toMs(tx.now)), now: tx.now, ids });
  if (lease !== undefined) state.state_details.deployment_concurrency_lease_id = lease;
  const empirical_policy = policyAfter(run, state, effects);
  const goesOn = isBack && from?.type === "RUNNING";
  const times = timesAfter(
    isBack ? { ...run, end_time: null } : run,
    from,
    state,
    !goesOn && !run.empirical_policy.resuming,
  );
  const written = await tx.flowRuns.writeState(
    run,
    { ...changedTimes(times), empirical_policy, attempts },
    state,
  );
  if (run.parent_task_run_id !== null) {
    if (isBack) await tx.taskRuns.withdrawInferred({ id: run.parent_task_run_id });
    if (!goesOn || state.type !== "RUNNING")
      await mirrorOntoParent(tx, run.parent_task_run_id, written, state);
  }
  return written;
}

function policyAfter(run: FlowRun, state: State, effects: readonly FlowRunEffect[]) {
  const isSettled = state.type === "RUNNING" || isFinal(state.type);
  let policy = isSettled ? { ...run.empirical_policy, resuming: false } : run.empirical_policy;
  for (const effect of effects) if (effect.kind === "policy") policy = { ...policy, ...effect.set };
  return policy;
}

const changedTimes = (run: FlowRun | TaskRun) => ({
  run_count: run.run_count,
  expected_start_time: run.expected_start_time,
  next_scheduled_start_time: run.next_scheduled_start_time,
  start_time: run.start_time,
  end_time: run.end_time,
  total_run_time: run.total_run_time,
});

/** Takes and releases the deployment's slots; returns the lease that the run holds from now on, if it is another. */
async function moveSlots(
  tx: Tx,
  run: FlowRun,
  { effects, limits: named }: Decided,
): Promise<string | null | undefined> {
  let taken: string | null | undefined;
  const limits = tx.concurrencyLimits;
  const names = [...named];
  const request = { names, slots: 1, mode: "concurrency" } as const;
  const take = async (lease_duration: number, id: string | null) => {
    const holder = { type: "flow_run", id: run.id } as const;
    // The lease has expired but was not released yet: the run may still keep the slot.
    if (id !== null) await limits.releaseLease(id);
    const acquired = await limits.acquireLease({ ...request, lease_duration, holder, ...(id && { id }) });
    if (acquired.kind === "acquired") taken = acquired.lease_id;
  };
  for (const effect of effects) {
    if (effect.kind === "renewLease" && !(await limits.renewLease(effect.lease_id, effect.seconds))) {
      await take(effect.seconds, effect.lease_id);
    }
    if (effect.kind === "countSlot") await limits.acquire(request);
    if (effect.kind === "dropLease") {
      await limits.forgetLease(effect.lease_id);
      taken = null;
    }
    if (effect.kind === "releaseSlot") {
      // An expired lease has released its slots; only a slot without a lease is decremented.
      if (effect.lease_id === null) await limits.release({ names, slots: 1 });
      else await limits.releaseLease(effect.lease_id);
    }
    if (effect.kind === "takeSlot") await take(effect.seconds, effect.lease_id);
  }
  return taken;
}

/** A subflow is seen by its parent as a task run, which goes through the same states. */
async function mirrorOntoParent(tx: Tx, taskRunId: string, child: FlowRun, state: State): Promise<void> {
  const parent = await tx.taskRuns.lock(taskRunId);
  if (!parent) return;
  const details = { ...state.state_details, child_flow_run_id: child.id };
  const to = {
    ...state,
    state_details: { ...details, flow_run_id: parent.flow_run_id, task_run_id: parent.id },
  };
  await writeTaskRunState(tx, parent, to, []);
}

/** Proposes a state for a task run that `tx` holds the lock of. */
export const transitionTaskRun = (tx: Tx, run: TaskRun, proposal: Proposal): Promise<Transition<TaskRun>> =>
  withinSpan("transition of a task run", async (span) => {
    const transition = await decideTaskRun(tx, run, proposal);
    traceTransition(span, { task_run_id: run.id, ...spanAttributes(run, proposal, transition) });
    return transition;
  });

async function decideTaskRun(tx: Tx, run: TaskRun, proposal: Proposal): Promise<Transition<TaskRun>> {
  const from = run.state;
  const isRunning = proposal.to.type === "RUNNING" && !proposal.force;
  const flowRun = isRunning && run.flow_run_id ? await tx.flowRuns.read(run.flow_run_id) : undefined;
  const cacheKey = proposal.to.state_details.cache_key;
  const decision = decide<TaskRunFact, TaskRunEffect, Parameters<(typeof taskRunRules)[number]>[0]>(
    proposal.force ? forcedTaskRunRules : taskRunRules,
    {
      from,
      to: proposal.isInferred ? inferred(proposal.to, from) : asProposed(proposal.to),
      run,
      now: tx.now,
      expected: proposal.expected ?? null,
      freshId: newId(toMs(tx.now)),
      flowRun: flowRun ? { run_count: flowRun.run_count, state: flowRun.state } : null,
      tagLimits: isRunning ? await tagLimits(tx, run) : [],
      cached: isRunning && cacheKey ? ((await tx.taskRuns.readCached(cacheKey)) ?? null) : null,
      chance: Math.random(),
    },
  );
  if (decision.to === null) return { run, isWritten: false, result: answer(decision, from) };
  const counted = { ...run, run_count: decision.run.run_count };
  const written = await writeTaskRunState(tx, counted, decision.to, decision.effects);
  if (proposal.force && proposal.by)
    emitForcedState(tx, { kind: "task-run", run, from, to: written.state, by: proposal.by });
  return { run: written, isWritten: true, result: answer(decision, written.state) };
}

async function tagLimits(tx: Tx, run: TaskRun): Promise<TagLimitFact[]> {
  const found = await Promise.all(
    [...new Set(run.tags)].map((tag) => tx.concurrencyLimits.read(`tag:${tag}`)),
  );
  return found.flatMap((limit) =>
    limit?.active ? [{ ...limit, free: limit.limit - limit.active_slots }] : [],
  );
}

async function writeTaskRunState(tx: Tx, run: TaskRun, to: StateCreate, effects: readonly TaskRunEffect[]) {
  const from = run.state;
  const ids = { flow_run_id: run.flow_run_id, task_run_id: run.id };
  const state = writtenState({ from, to, id: newId(toMs(tx.now)), now: tx.now, ids });
  const counted = effects.find((effect) => effect.kind === "countFlowRuns");
  const changes = {
    ...changedTimes(timesAfter(run, from, state)),
    ...(counted ? { flow_run_run_count: counted.flow_run_run_count } : {}),
  };
  const written = await tx.taskRuns.writeState(run, changes, state);
  for (const effect of effects) await applyToTaskRun(tx, run, state, effect);
  return written;
}

async function applyToTaskRun(tx: Tx, run: TaskRun, state: State, effect: TaskRunEffect): Promise<void> {
  const holder = { type: "task_run", id: run.id } as const;
  const limits = tx.concurrencyLimits;
  if (effect.kind === "takeSlots") {
    const names = [...effect.names];
    await limits.acquireLease({ names, slots: 1, mode: "concurrency", lease_duration: null, holder });
  }
  if (effect.kind === "releaseSlots") {
    for (const lease of await limits.leasesOf(holder)) await limits.releaseLease(lease.id);
  }
  if (effect.kind === "rememberResult") {
    const { cache_key, cache_expiration } = effect;
    await tx.taskRuns.writeCached({ cache_key, cache_expiration, state_id: state.id });
  }
}

/** A decision on the wire: the state written, or the one kept. */
function answer(decision: Decision<unknown, unknown>, state: State | null): OrchestrationResult {
  const { rule, reason } = decision;
  switch (decision.outcome) {
    case "accept":
      return { state, status: "ACCEPT", details: { type: "accept_details" }, rule };
    case "reject":
      return { state, status: "REJECT", details: { type: "reject_details", reason }, rule };
    case "wait": {
      const details = { type: "wait_details", delay_seconds: decision.seconds, reason } as const;
      return { state, status: "WAIT", details, rule };
    }
    case "abort":
      return { state, status: "ABORT", details: { type: "abort_details", reason }, rule };
  }
}
