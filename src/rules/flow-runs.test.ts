import { describe, expect, test } from "vitest";
import { attemptsIn } from "../schema/attempt-tokens.ts";
import { FlowRunPolicy } from "../schema/flow-runs.ts";
import { timestamp } from "../schema/scalars.ts";
import {
  defaultStateName,
  type State,
  type StateCreate,
  StateDetails,
  type StateType,
} from "../schema/states.ts";
import { decide } from "./decide.ts";
import type { DeploymentLimit, FlowRunFact, FlowRunFacts } from "./flow-run-facts.ts";
import { flowRunRules, forcedFlowRunRules, lateFlowRunRules } from "./flow-runs.ts";

const now = timestamp(Date.parse("2026-03-01T12:00:00Z"));
const minute = (minutes: number) => timestamp(Date.parse(now) + minutes * 60_000);
const lease = "11111111-1111-4111-8111-111111111111";
const fresh = "22222222-2222-4222-8222-222222222222";
const deployment_id = "33333333-3333-4333-8333-333333333333";
const transition_id = "44444444-4444-4444-8444-444444444444";

type Details = Partial<StateDetails>;
const details = (input: Details = {}): StateDetails => StateDetails.parse(input);
const was = (type: StateType, input: Details & { name?: string; data?: unknown } = {}): State => {
  const { name = defaultStateName(type), data = null, ...rest } = input;
  return { id: fresh, type, name, timestamp: minute(-5), message: null, data, state_details: details(rest) };
};
const wants = (
  type: StateType,
  input: Details & { name?: string; data?: unknown; message?: string } = {},
): StateCreate => {
  const { name = null, data = null, message = null, ...rest } = input;
  return { type, name, message, data, state_details: details(rest) };
};
const run = (input: Partial<FlowRunFact> & { policy?: Partial<FlowRunPolicy> } = {}): FlowRunFact => {
  const { policy, ...rest } = input;
  return {
    run_count: 1,
    deployment_id: null,
    parent_task_run_id: null,
    infrastructure_pid: null,
    empirical_policy: FlowRunPolicy.parse(policy ?? {}),
    ...rest,
  };
};
const deployed = (input: Partial<FlowRunFact> = {}) => run({ deployment_id, ...input });
const limit = (input: Partial<DeploymentLimit> = {}): DeploymentLimit => ({
  limit: 2,
  free: 1,
  strategy: "ENQUEUE",
  grace_period_seconds: null,
  isLeaseAlive: true,
  ...input,
});
const stored = { type: "reference", storage_key: "k" };

/** Facts that every rule accepts. */
const quiet: FlowRunFacts = {
  from: was("PENDING"),
  to: wants("RUNNING"),
  run: run(),
  now,
  freshId: fresh,
  deployment: null,
  renewsLeases: true,
  retriesCrash: false,
  token: null,
  attempts: attemptsIn(null),
};

type Row = [name: string, facts: Partial<FlowRunFacts>, outcome: string, rule: string, written: unknown];

const rows: Row[] = [
  ["what no rule objects to is accepted", {}, "accept", "none", { type: "RUNNING" }],
  ["a first state is accepted", { from: null, to: wants("PENDING") }, "accept", "none", { type: "PENDING" }],

  // refuseOutdatedView
  [
    "a client that saw the run in another state is refused",
    { from: was("RUNNING"), to: wants("COMPLETED"), expected: "another" },
    "reject",
    "refuseOutdatedView",
    null,
  ],
  [
    "a client that saw the current state is accepted",
    { from: was("RUNNING"), to: wants("COMPLETED"), expected: was("RUNNING").id },
    "accept",
    "none",
    { type: "COMPLETED" },
  ],
  [
    "a repeated lost request is rejected as a repetition, though the state has changed since",
    {
      from: was("RUNNING", { transition_id }),
      to: wants("RUNNING", { transition_id }),
      expected: "another",
    },
    "reject",
    "ignoreRepeatedTransition",
    null,
  ],

  // sayStatesOnce
  [
    "an attempt does not report RUNNING twice",
    { from: was("RUNNING"), to: wants("RUNNING"), token: "a", attempts: attemptsIn("a") },
    "reject",
    "sayStatesOnce",
    null,
  ],
  [
    "a client that has seen the failure does not fail the run again",
    { from: was("FAILED"), to: wants("FAILED"), expected: was("FAILED").id },
    "reject",
    "sayStatesOnce",
    null,
  ],
  [
    "a different name makes a different state",
    {
      from: was("RUNNING"),
      to: { ...wants("RUNNING"), name: "Retrying" },
      token: "a",
      attempts: attemptsIn("a"),
    },
    "accept",
    "none",
    { type: "RUNNING", name: "Retrying" },
  ],
  [
    "Prefect clients may repeat a state",
    { from: was("RUNNING"), to: wants("RUNNING") },
    "accept",
    "none",
    { type: "RUNNING" },
  ],

  // fenceGivenUpAttempts
  [
    "a given-up attempt reports nothing",
    { from: was("SCHEDULED"), to: wants("COMPLETED"), token: "a", attempts: attemptsIn("- a") },
    "abort",
    "fenceGivenUpAttempts",
    null,
  ],
  [
    "an attempt does not write into the run of another",
    { from: was("RUNNING"), to: wants("FAILED"), token: "a", attempts: attemptsIn("b a") },
    "abort",
    "fenceGivenUpAttempts",
    null,
  ],
  [
    "the current attempt may write",
    { token: "b", attempts: attemptsIn("b a") },
    "accept",
    "none",
    { type: "RUNNING" },
  ],
  [
    "a given-up attempt does not claim the run again",
    { from: was("SCHEDULED"), to: wants("PENDING"), token: "a", attempts: attemptsIn("- a") },
    "abort",
    "fenceGivenUpAttempts",
    null,
  ],
  [
    "claiming a run from another attempt is left to the other rules",
    { from: was("PENDING"), to: wants("PENDING"), token: "c", attempts: attemptsIn("b a") },
    "abort",
    "claimOnce",
    null,
  ],

  // keepEndsSetByOthers
  [
    "an end set by another client is kept, whatever the process reports",
    { from: was("FAILED"), to: wants("COMPLETED"), token: "a", attempts: attemptsIn("a") },
    "reject",
    "keepEndsSetByOthers",
    null,
  ],
  [
    "clients without a token may overwrite it, as in Prefect",
    { from: was("FAILED"), to: wants("COMPLETED"), attempts: attemptsIn("a") },
    "accept",
    "none",
    { type: "COMPLETED" },
  ],

  // preserveLease
  [
    "a lease is kept when the proposal omits it",
    { from: was("PENDING", { deployment_concurrency_lease_id: lease }) },
    "accept",
    "none",
    { state_details: { deployment_concurrency_lease_id: lease } },
  ],

  // ignoreRepeatedTransition
  [
    "a repeated request makes no second transition",
    { from: was("RUNNING", { transition_id }), to: wants("RUNNING", { transition_id }) },
    "reject",
    "ignoreRepeatedTransition",
    null,
  ],

  // leaveFinalStatesOnPurpose
  [
    "a completed run cannot be cancelled",
    { from: was("COMPLETED"), to: wants("CANCELLING") },
    "abort",
    "leaveFinalStatesOnPurpose",
    null,
  ],
  [
    "a failed run cannot be paused",
    { from: was("FAILED"), to: wants("PAUSED") },
    "abort",
    "leaveFinalStatesOnPurpose",
    null,
  ],
  [
    "a cancelled run cannot crash",
    { from: was("CANCELLED"), to: wants("CRASHED") },
    "abort",
    "leaveFinalStatesOnPurpose",
    null,
  ],
  [
    "a completed run with a stored result does not run again",
    { from: was("COMPLETED", { data: stored }) },
    "reject",
    "leaveFinalStatesOnPurpose",
    null,
  ],
  [
    "a completed run does not lose its stored result to another completion",
    { from: was("COMPLETED", { data: stored }), to: wants("COMPLETED") },
    "reject",
    "leaveFinalStatesOnPurpose",
    null,
  ],
  [
    "a completed run may be completed with another result",
    { from: was("COMPLETED", { data: stored }), to: wants("COMPLETED", { data: stored }) },
    "accept",
    "none",
    { type: "COMPLETED" },
  ],
  [
    "a completed run whose result was never stored may run again",
    { from: was("COMPLETED", { data: { type: "unpersisted" } }) },
    "accept",
    "none",
    { type: "RUNNING" },
  ],
  [
    "a run without deployment cannot be scheduled again",
    { from: was("FAILED"), to: wants("SCHEDULED") },
    "abort",
    "leaveFinalStatesOnPurpose",
    null,
  ],
  [
    "a failed run without deployment may run again at once",
    { from: was("FAILED") },
    "accept",
    "none",
    { type: "RUNNING" },
  ],
  [
    "a failed deployed run is scheduled again",
    { from: was("FAILED"), to: wants("SCHEDULED"), run: deployed() },
    "accept",
    "none",
    { type: "SCHEDULED" },
  ],

  // finishCancelling
  [
    "a run that is being cancelled does not complete",
    { from: was("CANCELLING"), to: wants("COMPLETED") },
    "reject",
    "finishCancelling",
    null,
  ],
  [
    "a run that is being cancelled is cancelled",
    { from: was("CANCELLING"), to: wants("CANCELLED") },
    "accept",
    "none",
    { type: "CANCELLED" },
  ],

  // cancelWithoutInfrastructure
  [
    "cancelling a scheduled run ends it at once",
    { from: was("SCHEDULED"), to: wants("CANCELLING") },
    "reject",
    "cancelWithoutInfrastructure",
    { type: "CANCELLED" },
  ],
  [
    "cancelling a scheduled run that has a process waits for it",
    { from: was("SCHEDULED"), to: wants("CANCELLING"), run: run({ infrastructure_pid: "1" }) },
    "accept",
    "none",
    { type: "CANCELLING" },
  ],
  [
    "cancelling a run that was about to resume ends it at once",
    {
      from: was("SCHEDULED", { name: "Resuming" }),
      to: wants("CANCELLING"),
      run: run({ infrastructure_pid: "1" }),
    },
    "reject",
    "cancelWithoutInfrastructure",
    { type: "CANCELLED" },
  ],
  [
    "cancelling a suspended run ends it at once",
    { from: was("PAUSED", { pause_reschedule: true }), to: wants("CANCELLING"), run: deployed() },
    "reject",
    "cancelWithoutInfrastructure",
    { type: "CANCELLED" },
  ],
  [
    "cancelling a running run asks it to stop",
    { from: was("RUNNING"), to: wants("CANCELLING") },
    "accept",
    "none",
    { type: "CANCELLING" },
  ],

  // claimOnce
  [
    "the second claim of a run is aborted",
    { from: was("PENDING"), to: wants("PENDING") },
    "abort",
    "claimOnce",
    null,
  ],
  [
    "a running run cannot be claimed",
    { from: was("RUNNING"), to: wants("PENDING") },
    "abort",
    "claimOnce",
    null,
  ],
  [
    "a claimed run may be called Submitting and keeps its time",
    { from: was("PENDING", { scheduled_time: minute(-1) }), to: wants("PENDING", { name: "Submitting" }) },
    "accept",
    "none",
    { name: "Submitting", state_details: { scheduled_time: minute(-1) } },
  ],
  [
    "a submitting run cannot be claimed again",
    { from: was("PENDING", { name: "Submitting" }), to: wants("PENDING") },
    "abort",
    "claimOnce",
    null,
  ],

  // keepDeploymentSlot
  [
    "a lost lease is replaced when a slot is free",
    {
      run: deployed(),
      deployment: limit({ isLeaseAlive: false }),
      from: was("PENDING", { deployment_concurrency_lease_id: lease }),
    },
    "accept",
    "none",
    { type: "RUNNING" },
  ],
  [
    "a lost lease without a free slot ends the run",
    { run: deployed(), deployment: limit({ isLeaseAlive: false, free: 0 }) },
    "reject",
    "keepDeploymentSlot",
    { type: "CANCELLED" },
  ],

  // secureDeploymentSlot
  [
    "claiming takes a slot of the deployment",
    { run: deployed(), deployment: limit(), from: was("SCHEDULED"), to: wants("PENDING") },
    "accept",
    "none",
    { type: "PENDING" },
  ],
  [
    "a full deployment lets the run wait for a slot",
    { run: deployed(), deployment: limit({ free: 0 }), from: was("SCHEDULED"), to: wants("PENDING") },
    "reject",
    "secureDeploymentSlot",
    { type: "SCHEDULED", name: "AwaitingConcurrencySlot", state_details: { scheduled_time: minute(0.5) } },
  ],
  [
    "a full deployment with CANCEL_NEW cancels new runs",
    {
      run: deployed(),
      deployment: limit({ free: 0, strategy: "CANCEL_NEW" }),
      from: was("SCHEDULED"),
      to: wants("PENDING"),
    },
    "reject",
    "secureDeploymentSlot",
    { type: "CANCELLED" },
  ],
  [
    "with a limit of 0 nothing starts",
    {
      run: deployed(),
      deployment: limit({ limit: 0, free: 0 }),
      from: was("SCHEDULED"),
      to: wants("PENDING"),
    },
    "abort",
    "secureDeploymentSlot",
    null,
  ],
  [
    "a run of a deleted deployment does not start",
    { run: deployed(), deployment: "gone", from: was("SCHEDULED"), to: wants("PENDING") },
    "abort",
    "secureDeploymentSlot",
    null,
  ],

  // callLateOnlyOnce
  [
    "a running run is not late",
    { from: was("RUNNING"), to: wants("SCHEDULED", { name: "Late" }) },
    "reject",
    "callLateOnlyOnce",
    null,
  ],
  [
    "a late run does not become late again",
    { from: was("SCHEDULED", { name: "Late" }), to: wants("SCHEDULED", { name: "Late" }) },
    "reject",
    "callLateOnlyOnce",
    null,
  ],

  // pauseRunningRunsOnce
  [
    "a run without a state cannot be paused",
    { from: null, to: wants("PAUSED") },
    "abort",
    "pauseRunningRunsOnce",
    null,
  ],
  ["a pending run cannot be paused", { to: wants("PAUSED") }, "reject", "pauseRunningRunsOnce", null],
  [
    "a pause gets a key",
    { from: was("RUNNING"), to: wants("PAUSED") },
    "accept",
    "none",
    { state_details: { pause_key: fresh } },
  ],
  [
    "a pause takes effect once",
    {
      from: was("RUNNING"),
      to: wants("PAUSED", { pause_key: "1" }),
      run: run({ policy: { pause_keys: ["1"] } }),
    },
    "reject",
    "pauseRunningRunsOnce",
    null,
  ],
  [
    "a subflow cannot be suspended",
    {
      from: was("RUNNING"),
      to: wants("PAUSED", { pause_reschedule: true }),
      run: deployed({ parent_task_run_id: lease }),
    },
    "abort",
    "pauseRunningRunsOnce",
    null,
  ],
  [
    "a run without deployment cannot be suspended",
    { from: was("RUNNING"), to: wants("PAUSED", { pause_reschedule: true }) },
    "abort",
    "pauseRunningRunsOnce",
    null,
  ],

  // resumePausedRuns
  [
    "a paused run does not become pending",
    { from: was("PAUSED"), to: wants("PENDING") },
    "reject",
    "resumePausedRuns",
    null,
  ],
  [
    "a paused run with a waiting process is cancelled, also after its timeout",
    { from: was("PAUSED", { pause_timeout: minute(-1) }), to: wants("CANCELLING") },
    "accept",
    "none",
    { type: "CANCELLING" },
  ],
  [
    "a suspended run needs its deployment",
    { from: was("PAUSED", { pause_reschedule: true }) },
    "reject",
    "resumePausedRuns",
    null,
  ],
  [
    "a pause that timed out fails the run",
    { from: was("PAUSED", { pause_timeout: minute(-1) }) },
    "reject",
    "resumePausedRuns",
    { type: "FAILED" },
  ],
  [
    "a paused run is resumed",
    { from: was("PAUSED", { pause_timeout: minute(1) }) },
    "accept",
    "none",
    { type: "RUNNING" },
  ],

  // copyScheduledTime
  [
    "a claimed run keeps its scheduled time",
    { from: was("SCHEDULED", { scheduled_time: minute(1) }), to: wants("PENDING") },
    "accept",
    "none",
    { state_details: { scheduled_time: minute(1) } },
  ],

  // waitForScheduledTime
  [
    "a run waits for its scheduled time",
    { from: was("PENDING", { scheduled_time: minute(1) }) },
    "wait",
    "waitForScheduledTime",
    null,
  ],
  [
    "less than half a second is not waited for",
    { from: was("SCHEDULED", { scheduled_time: timestamp(Date.parse(now) + 400) }) },
    "accept",
    "none",
    { type: "RUNNING" },
  ],

  // retakeSlotAfterPause
  [
    "a resumed run without a slot waits for one in its process",
    {
      run: deployed(),
      deployment: limit({ free: 0, isLeaseAlive: false }),
      from: was("PAUSED", { deployment_concurrency_lease_id: lease }),
    },
    "accept",
    "none",
    {
      type: "SCHEDULED",
      name: "AwaitingConcurrencySlot",
      state_details: { scheduled_time: minute(0.5), deployment_concurrency_lease_id: lease },
    },
  ],
  [
    "a run that waits for a slot in its process does not continue without one",
    {
      run: run({ deployment_id, policy: { retry_type: "in_process" } }),
      deployment: limit({ free: 0, isLeaseAlive: false }),
      from: was("SCHEDULED", { name: "AwaitingConcurrencySlot" }),
    },
    "wait",
    "retakeSlotAfterPause",
    null,
  ],

  // keepSlotBetweenAttempts
  [
    "an attempt whose slot went to another run waits",
    {
      run: run({ deployment_id, policy: { retries: 1, retry_type: "in_process" } }),
      deployment: limit({ free: 0, isLeaseAlive: false }),
      from: was("SCHEDULED", { name: "AwaitingRetry", deployment_concurrency_lease_id: lease }),
    },
    "wait",
    "keepSlotBetweenAttempts",
    null,
  ],

  // retryCrashes
  [
    "a crash within the retries of a deployed run is followed by another attempt",
    {
      from: was("RUNNING"),
      to: wants("CRASHED", { message: "killed" }),
      run: run({ deployment_id, policy: { retries: 1, retry_delay: 60 } }),
      retriesCrash: true,
    },
    "reject",
    "retryCrashes",
    {
      type: "SCHEDULED",
      name: "AwaitingRetry",
      message: "killed",
      state_details: { scheduled_time: minute(1) },
    },
  ],
  [
    "a crash between two attempts is followed by another one",
    {
      from: was("SCHEDULED", { name: "AwaitingRetry" }),
      to: wants("CRASHED"),
      run: run({ deployment_id, policy: { retries: 1, retry_type: "in_process" } }),
      retriesCrash: true,
    },
    "reject",
    "retryCrashes",
    { type: "SCHEDULED" },
  ],
  ...(
    [
      ["without retries left", { run: run({ deployment_id, run_count: 2, policy: { retries: 1 } }) }],
      ["of a script's own run", { run: run({ policy: { retries: 1 } }) }],
      ["that a person has set", { retriesCrash: false }],
      ["before it began", { from: was("PENDING") }],
      ["of a run that is being cancelled", { from: was("CANCELLING") }],
    ] as const
  ).map(
    ([what, facts]): Row => [
      `a crash ${what} is final`,
      {
        from: was("RUNNING"),
        to: wants("CRASHED"),
        run: run({ deployment_id, policy: { retries: 1 } }),
        retriesCrash: true,
        ...facts,
      },
      ...(what === "of a run that is being cancelled"
        ? (["reject", "finishCancelling", null] as const)
        : (["accept", "none", { type: "CRASHED" }] as const)),
    ],
  ),

  // retryFailures
  [
    "a failure within its retries is scheduled again",
    {
      from: was("RUNNING"),
      to: wants("FAILED", { message: "boom", data: stored }),
      run: run({ policy: { retries: 1, retry_delay: 60 } }),
    },
    "reject",
    "retryFailures",
    {
      type: "SCHEDULED",
      name: "AwaitingRetry",
      message: "boom",
      data: stored,
      state_details: { scheduled_time: minute(1) },
    },
  ],
  [
    "the last failure is final",
    { from: was("RUNNING"), to: wants("FAILED"), run: run({ run_count: 2, policy: { retries: 1 } }) },
    "accept",
    "none",
    { type: "FAILED" },
  ],
  [
    "a failure without retries is final",
    { from: was("RUNNING"), to: wants("FAILED") },
    "accept",
    "none",
    { type: "FAILED" },
  ],
];

test.each(rows)("%s", (_, facts, outcome, rule, written) => {
  const decision = decide(flowRunRules, { ...quiet, ...facts });
  expect(decision).toMatchObject({ outcome, rule });
  if (written === null) expect(decision.to).toBeNull();
  else expect(decision.to).toMatchObject(written as object);
});

test("every rule has rows of its own", () => {
  const tested = new Set(rows.map((row) => row[3]));
  const amending = ["preserveLease", "copyScheduledTime", "dropLeaseOfOldClients", "releaseDeploymentSlot"];
  const untested = flowRunRules.map((rule) => rule.name).filter((name) => !tested.has(name));
  expect(untested.sort()).toEqual([...amending].sort());
});

describe("effects of writing the state", () => {
  const effects = (facts: Partial<FlowRunFacts>) => decide(flowRunRules, { ...quiet, ...facts }).effects;
  const held = { run: deployed(), deployment: limit() };
  const retrying = was("SCHEDULED", { name: "AwaitingRetry", deployment_concurrency_lease_id: lease });
  const between = deployed({
    empirical_policy: FlowRunPolicy.parse({ retries: 1, retry_type: "in_process" }),
  });

  test.each<[string, Partial<FlowRunFacts>, unknown[]]>([
    [
      "a slot is taken for 300 s",
      { ...held, from: was("SCHEDULED"), to: wants("PENDING") },
      [{ kind: "takeSlot", seconds: 300, lease_id: null }],
    ],
    [
      "a slot is taken for the deployment's own grace period",
      {
        ...held,
        deployment: limit({ grace_period_seconds: 90 }),
        from: was("SCHEDULED"),
        to: wants("PENDING"),
      },
      [{ kind: "takeSlot", seconds: 90, lease_id: null }],
    ],
    [
      "a lost lease is replaced at the start",
      {
        ...held,
        deployment: limit({ isLeaseAlive: false }),
        from: was("PENDING", { deployment_concurrency_lease_id: lease }),
      },
      [{ kind: "takeSlot", seconds: 300, lease_id: lease }],
    ],
    [
      "a live lease is renewed at the start",
      { ...held, from: was("PENDING", { deployment_concurrency_lease_id: lease }) },
      [{ kind: "renewLease", lease_id: lease, seconds: 300 }],
    ],
    [
      "an old client's lease record is dropped",
      { ...held, renewsLeases: false, from: was("PENDING", { deployment_concurrency_lease_id: lease }) },
      [{ kind: "dropLease", lease_id: lease }],
    ],
    [
      "the slot is released at the end",
      { ...held, from: was("RUNNING", { deployment_concurrency_lease_id: lease }), to: wants("COMPLETED") },
      [{ kind: "releaseSlot", lease_id: lease }],
    ],
    [
      "a slot of the deployment's former limit is released too",
      {
        ...held,
        deployment: null,
        from: was("RUNNING", { deployment_concurrency_lease_id: lease }),
        to: wants("COMPLETED"),
      },
      [{ kind: "releaseSlot", lease_id: lease }],
    ],
    [
      "without a limit and a lease no slot is released",
      { ...held, deployment: null, from: was("RUNNING"), to: wants("COMPLETED") },
      [],
    ],
    [
      "the slot is released in a pause",
      { ...held, from: was("RUNNING"), to: wants("PAUSED", { pause_key: "k" }) },
      [
        { kind: "policy", set: { pause_keys: ["k"] } },
        { kind: "releaseSlot", lease_id: null },
      ],
    ],
    [
      "the slot is kept while waiting for a retry in the same process",
      {
        ...held,
        run: deployed({ empirical_policy: FlowRunPolicy.parse({ retries: 1 }) }),
        from: was("RUNNING", { deployment_concurrency_lease_id: lease }),
        to: wants("FAILED"),
      },
      [{ kind: "policy", set: { resuming: false, pause_keys: [], retry_type: "in_process" } }],
    ],
    [
      "the slot is released when the retry runs in another process",
      {
        ...held,
        run: between,
        from: was("RUNNING", { deployment_concurrency_lease_id: lease }),
        to: wants("SCHEDULED", { name: "AwaitingRetry" }),
      },
      [{ kind: "releaseSlot", lease_id: lease }],
    ],
    [
      "the slot is released by a run that ends between two attempts",
      { ...held, run: between, from: retrying, to: wants("CANCELLED") },
      [{ kind: "releaseSlot", lease_id: lease }],
    ],
    [
      "the next attempt renews the lease of the last one",
      { ...held, run: between, from: retrying },
      [{ kind: "renewLease", lease_id: lease, seconds: 300 }],
    ],
    [
      "the next attempt replaces a lost lease under the same id",
      { ...held, run: between, from: retrying, deployment: limit({ isLeaseAlive: false }) },
      [{ kind: "takeSlot", seconds: 300, lease_id: lease }],
    ],
    [
      "the next attempt of an old client, whose slot is counted without a lease, takes none",
      { ...held, run: between, from: was("SCHEDULED", { name: "AwaitingRetry" }), renewsLeases: false },
      [],
    ],
    [
      "a claim between two attempts takes no second slot",
      { ...held, run: between, from: retrying, to: wants("PENDING") },
      [],
    ],
    [
      "a paused run takes a slot again before it continues, whichever client resumes it",
      {
        ...held,
        renewsLeases: false,
        from: was("PAUSED", { deployment_concurrency_lease_id: lease }),
        deployment: limit({ isLeaseAlive: false }),
      },
      [
        { kind: "policy", set: { resuming: true } },
        { kind: "takeSlot", seconds: 300, lease_id: lease },
      ],
    ],
    [
      "a paused run of an old client is counted again",
      { ...held, from: was("PAUSED") },
      [{ kind: "policy", set: { resuming: true } }, { kind: "countSlot" }],
    ],
    [
      "a pause deletes input stored under its keys for an earlier attempt",
      {
        from: was("RUNNING"),
        to: wants("PAUSED", {
          pause_key: "k",
          run_input_keyset: { schema: "k-schema", response: "k-response" },
        }),
      },
      [
        { kind: "policy", set: { pause_keys: ["k"] } },
        { kind: "forgetInputs", keys: ["k-schema", "k-response"] },
      ],
    ],
    [
      "a paused run without a process pauses again once it is rescheduled",
      { from: was("PAUSED"), to: wants("SCHEDULED"), run: deployed() },
      [{ kind: "policy", set: { resuming: false, pause_keys: [], retry_type: "reschedule" } }],
    ],
    [
      "a suspended run that is resumed passes the pause that has fired",
      { from: was("PAUSED", { pause_reschedule: true }), to: wants("SCHEDULED"), run: deployed() },
      [{ kind: "policy", set: { resuming: true } }],
    ],
    ["a resumed run is marked so", { from: was("PAUSED") }, [{ kind: "policy", set: { resuming: true } }]],
    [
      "a run that starts over forgets its pauses",
      { from: was("FAILED") },
      [{ kind: "policy", set: { resuming: false, pause_keys: [], retry_type: null } }],
    ],
    [
      "a rescheduled run may be picked up by workers",
      { from: was("FAILED"), to: wants("SCHEDULED"), run: deployed() },
      [{ kind: "policy", set: { resuming: false, pause_keys: [], retry_type: "reschedule" } }],
    ],
    ["a refused transition has no effects", { ...held, from: was("PAUSED"), to: wants("PENDING") }, []],
  ])("%s", (_, facts, expected) => expect(effects(facts)).toEqual(expected));
});

test.each<Row>([
  [
    "a forced state bypasses the rules",
    { from: was("COMPLETED"), to: wants("RUNNING") },
    "accept",
    "none",
    { type: "RUNNING" },
  ],
  [
    "a forced end keeps a stored result",
    { from: was("COMPLETED", { data: stored }), to: wants("COMPLETED") },
    "reject",
    "keepResults",
    null,
  ],
  [
    "a completed run may still be forced to FAILED",
    { from: was("COMPLETED", { data: stored }), to: wants("FAILED") },
    "accept",
    "none",
    { type: "FAILED" },
  ],
  [
    "a client that saw the run in another state cannot force",
    { from: was("RUNNING"), to: wants("CRASHED"), expected: "another" },
    "reject",
    "refuseOutdatedView",
    null,
  ],
  [
    "a forced cancellation of a scheduled run ends it at once",
    { from: was("SCHEDULED"), to: wants("CANCELLING") },
    "reject",
    "cancelWithoutInfrastructure",
    { type: "CANCELLED" },
  ],
])("%s", (_, facts, outcome, rule, written) => {
  const decision = decide(forcedFlowRunRules, { ...quiet, ...facts });
  expect(decision).toMatchObject({ outcome, rule, to: written });
});

test.each<Row>([
  ["a scheduled run becomes late", { from: was("SCHEDULED") }, "accept", "none", { name: "Late" }],
  ["a claimed run does not become late", { from: was("PENDING") }, "reject", "callLateOnlyOnce", null],
  [
    "a late run of a full deployment with CANCEL_NEW is cancelled",
    { from: was("SCHEDULED"), deployment: limit({ free: 0, strategy: "CANCEL_NEW" }) },
    "reject",
    "cancelLateRunsWithoutRoom",
    { type: "CANCELLED" },
  ],
])("%s", (_, facts, outcome, rule, written) => {
  const decision = decide(lateFlowRunRules, { ...quiet, to: wants("SCHEDULED", { name: "Late" }), ...facts });
  expect(decision).toMatchObject({ outcome, rule, to: written });
});
