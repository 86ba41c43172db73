import { expect, test } from "vitest";
import { timestamp } from "../schema/scalars.ts";
import {
  defaultStateName,
  type State,
  type StateCreate,
  StateDetails,
  type StateType,
} from "../schema/states.ts";
import { TaskRunPolicy } from "../schema/task-runs.ts";
import { decide } from "./decide.ts";
import {
  forcedTaskRunRules,
  type TagLimitFact,
  type TaskRunFact,
  type TaskRunFacts,
  taskRunRules,
} from "./task-runs.ts";

const now = timestamp(Date.parse("2026-03-01T12:00:00Z"));
const second = (seconds: number) => timestamp(Date.parse(now) + seconds * 1000);
const fresh = "22222222-2222-4222-8222-222222222222";

type StateOverrides = Partial<StateDetails> & { name?: string; data?: unknown };
const was = (type: StateType, input: StateOverrides = {}): State => {
  const { name = defaultStateName(type), data = null, ...rest } = input;
  const state_details = StateDetails.parse(rest);
  return { id: fresh, type, name, timestamp: second(-5), message: null, data, state_details };
};
const wants = (type: StateType, input: StateOverrides = {}): StateCreate => {
  const { name = null, data = null, ...rest } = input;
  return { type, name, message: null, data, state_details: StateDetails.parse(rest) };
};
const run = (input: Partial<TaskRunFact> = {}): TaskRunFact => ({
  run_count: 0,
  flow_run_run_count: 1,
  flow_run_id: fresh,
  empirical_policy: TaskRunPolicy.parse({}),
  ...input,
});
const retrying = (policy: object, run_count = 1) =>
  run({ run_count, empirical_policy: TaskRunPolicy.parse(policy) });
const flowRun = (type: StateType, run_count = 1) => ({ run_count, state: was(type) });
const tag = (input: Partial<TagLimitFact> = {}): TagLimitFact => ({
  name: "tag:db",
  limit: 2,
  free: 1,
  avg_slot_occupancy_seconds: 2,
  ...input,
});
const stored = { type: "reference" };

/** Facts that every rule accepts. */
const quiet: TaskRunFacts = {
  from: was("PENDING"),
  to: wants("RUNNING"),
  run: run(),
  now,
  freshId: fresh,
  flowRun: flowRun("RUNNING"),
  tagLimits: [],
  cached: null,
  chance: 0.5,
};

type Row = [name: string, facts: Partial<TaskRunFacts>, outcome: string, rule: string, written: unknown];
const failed = { from: was("RUNNING"), to: wants("FAILED") };

const rows: Row[] = [
  ["what no rule objects to is accepted", {}, "accept", "none", { type: "RUNNING", name: null }],
  [
    "a cached result is used instead of running",
    { to: wants("RUNNING", { cache_key: "k" }), cached: was("COMPLETED", { data: stored }) },
    "reject",
    "useCachedResult",
    { type: "COMPLETED", name: "Cached", data: stored },
  ],
  [
    "a run in the background is claimed once",
    { from: was("PENDING", { deferred: true }), to: wants("PENDING") },
    "abort",
    "claimDeferredOnce",
    null,
  ],
  [
    "a run in the background may be claimed after it was scheduled",
    { from: was("SCHEDULED", { deferred: true }), to: wants("PENDING") },
    "accept",
    "none",
    { type: "PENDING" },
  ],
  [
    "another run may be pending twice",
    { from: was("PENDING"), to: wants("PENDING") },
    "accept",
    "none",
    { type: "PENDING" },
  ],
  [
    "the storage key of the parameters is kept",
    { from: was("SCHEDULED", { deferred: true, task_parameters_id: fresh }), to: wants("PENDING") },
    "accept",
    "none",
    { state_details: { task_parameters_id: fresh } },
  ],
  [
    "a refreshed result is computed again",
    { to: wants("RUNNING", { cache_key: "k", refresh_cache: true }), cached: was("COMPLETED") },
    "accept",
    "none",
    { type: "RUNNING" },
  ],

  [
    "a completed run cannot be paused",
    { from: was("COMPLETED"), to: wants("PAUSED") },
    "abort",
    "leaveFinalStatesOnPurpose",
    null,
  ],
  [
    "a completed run with a stored result stays so",
    { from: was("COMPLETED", { data: stored }), to: wants("FAILED") },
    "reject",
    "leaveFinalStatesOnPurpose",
    null,
  ],
  [
    "a failed run may run again and counts from one",
    { from: was("FAILED"), run: run({ run_count: 3 }) },
    "accept",
    "none",
    { type: "RUNNING", name: null },
  ],
  [
    "a failed run of a retried flow is called Retrying",
    { from: was("FAILED"), flowRun: flowRun("RUNNING", 2), run: run({ run_count: 1 }) },
    "accept",
    "none",
    { name: "Retrying" },
  ],

  [
    "a task does not run in a flow without a state",
    { flowRun: { run_count: 0, state: null } },
    "abort",
    "runWithinRunningFlows",
    null,
  ],
  [
    "a task does not run in a flow run that has ended",
    { flowRun: flowRun("CANCELLED") },
    "abort",
    "runWithinRunningFlows",
    null,
  ],
  [
    "a task of a paused flow waits for it",
    { flowRun: flowRun("PAUSED") },
    "reject",
    "runWithinRunningFlows",
    { type: "PAUSED", name: "NotReady" },
  ],
  [
    "a task without a flow may run",
    { flowRun: null, run: run({ flow_run_id: null }) },
    "accept",
    "none",
    { type: "RUNNING" },
  ],

  [
    "a tag whose limit is 0 stops the run",
    { tagLimits: [tag({ limit: 0, free: 0 })] },
    "abort",
    "respectTagLimits",
    null,
  ],
  [
    "a full tag lets the run wait",
    { tagLimits: [tag(), tag({ name: "tag:x", free: 0 })] },
    "wait",
    "respectTagLimits",
    null,
  ],
  ["a free tag lets the run pass", { tagLimits: [tag()] }, "accept", "none", { type: "RUNNING" }],

  [
    "a claimed run keeps its scheduled time",
    { from: was("SCHEDULED", { scheduled_time: second(9) }), to: wants("PENDING") },
    "accept",
    "none",
    { state_details: { scheduled_time: second(9) } },
  ],
  [
    "a run waits for its scheduled time",
    { from: was("SCHEDULED", { scheduled_time: second(9) }) },
    "wait",
    "waitForScheduledTime",
    null,
  ],

  ["a failure without retries stands", failed, "accept", "none", { type: "FAILED" }],
  [
    "a failure within its retries is scheduled again",
    { ...failed, run: retrying({ retries: 1, retry_delay: 3 }) },
    "reject",
    "retryFailures",
    { name: "AwaitingRetry", state_details: { scheduled_time: second(3) } },
  ],
  [
    "each attempt has its own delay in the list",
    { ...failed, run: retrying({ retries: 5, retry_delay: [1, 2, 4] }, 2) },
    "reject",
    "retryFailures",
    { state_details: { scheduled_time: second(2) } },
  ],
  [
    "attempts beyond the list use its last delay",
    { ...failed, run: retrying({ retries: 9, retry_delay: [1, 2, 4] }, 8) },
    "reject",
    "retryFailures",
    { state_details: { scheduled_time: second(4) } },
  ],
  [
    "the last failure is final",
    { ...failed, run: retrying({ retries: 1 }, 2) },
    "accept",
    "none",
    { type: "FAILED" },
  ],
  [
    "a failure marked as not retriable is not retried",
    { from: was("RUNNING"), to: wants("FAILED", { retriable: false }), run: retrying({ retries: 5 }) },
    "accept",
    "none",
    { type: "FAILED" },
  ],

  [
    "the attempt after a failure is called Retrying",
    { from: was("SCHEDULED", { name: "AwaitingRetry" }), run: run({ run_count: 1 }) },
    "accept",
    "none",
    { name: "Retrying" },
  ],
  [
    "any other further attempt is called Rerunning",
    { run: run({ run_count: 1 }) },
    "accept",
    "none",
    { name: "Rerunning" },
  ],
];

test.each(rows)("%s", (_, facts, outcome, rule, written) => {
  const decision = decide(taskRunRules, { ...quiet, ...facts });
  expect(decision).toMatchObject({ outcome, rule });
  if (written === null) expect(decision.to).toBeNull();
  else expect(decision.to).toMatchObject(written as object);
});

test("a run waits for a full tag at most about ten seconds, and never less than one", () => {
  const wait = (chance: number, avg_slot_occupancy_seconds: number) =>
    decide(taskRunRules, { ...quiet, chance, tagLimits: [tag({ free: 0, avg_slot_occupancy_seconds })] })
      .seconds;
  expect([wait(0, 600), wait(0.99, 600)]).toEqual([5, 20]);
  expect(wait(0.5, 0.01)).toBe(1);
});

test.each<[string, Partial<TaskRunFacts>, unknown[]]>([
  [
    "a slot of each limited tag is taken",
    { flowRun: null, run: run({ flow_run_id: null }), tagLimits: [tag(), tag({ name: "tag:x" })] },
    [{ kind: "takeSlots", names: ["tag:db", "tag:x"] }],
  ],
  [
    "the run count of the flow run is stored at the start",
    { flowRun: flowRun("RUNNING", 4) },
    [{ kind: "countFlowRuns", flow_run_run_count: 4 }],
  ],
  [
    "a result with a cache key is stored and slots are released",
    { from: was("RUNNING"), to: wants("COMPLETED", { cache_key: "k" }) },
    [{ kind: "rememberResult", cache_key: "k", cache_expiration: null }, { kind: "releaseSlots" }],
  ],
])("%s", (_, facts, expected) => {
  expect(decide(taskRunRules, { ...quiet, ...facts }).effects).toEqual(expected);
});

test("a run that starts over counts its attempts from one", () => {
  const decision = decide(taskRunRules, { ...quiet, from: was("FAILED"), run: run({ run_count: 3 }) });
  expect(decision.run.run_count).toBe(0);
});

test.each([
  [
    "refuseOutdatedView",
    { from: was("COMPLETED", { data: stored }), to: wants("CRASHED"), expected: "another" },
  ],
  ["sayStatesOnce", { from: was("CRASHED"), to: wants("CRASHED"), expected: was("CRASHED").id }],
])("by force, too, %s refuses who has seen another state or says the same again", (rule, facts) => {
  for (const rules of [taskRunRules, forcedTaskRunRules])
    expect(decide(rules, { ...quiet, ...facts })).toMatchObject({ outcome: "reject", rule, to: null });
});

test("with force, any other client may end a task run, as in Prefect", () => {
  const facts = { ...quiet, from: was("COMPLETED", { data: stored }), to: wants("CRASHED") };
  expect(decide(forcedTaskRunRules, facts)).toMatchObject({ outcome: "accept", to: { type: "CRASHED" } });
});
