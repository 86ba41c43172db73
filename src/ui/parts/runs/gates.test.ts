import { expect, test } from "vitest";
import type { Gate, RunRef } from "../../../schema/waiting.ts";
import { capitalised, explain, gateCheck, gateWords, textOf } from "./gates.ts";

const moment = { now: Date.parse("2026-03-01T10:00:00Z"), zone: "UTC" };
const since = "2026-03-01T09:56:00Z";
const holder = (name: string, start = "2026-03-01T07:00:00Z"): RunRef => ({
  kind: "flow-run",
  id: `id-${name}`,
  name,
  flow_run_id: null,
  state_type: "RUNNING",
  state_name: "Running",
  since: start,
});
const four = ["red-fox", "blue-fox", "old-fox", "shy-fox"].map((name) => holder(name));

test.each<[string, Gate, string]>([
  [
    "a time to come",
    { kind: "scheduled", until: "2026-03-01T12:05:00Z" },
    "Its time comes in 2h 5m, at 1 Mar 2026, 12:05:00.000 UTC",
  ],
  ["a retry", { kind: "retry", until: "2026-03-01T10:00:30Z" }, "Retries in 30s"],
  [
    "no deployment",
    { kind: "no-deployment" },
    "No deployment: only the script that created the run can start it",
  ],
  ["a paused pool", { kind: "pool-paused", pool: "etl" }, "Work pool etl is paused"],
  [
    "a paused queue",
    { kind: "queue-paused", pool: "etl", queue: "fast" },
    "Queue fast of work pool etl is paused",
  ],
  [
    "a limit that two tasks wait for",
    {
      ...{ kind: "limit", name: "tag:db", limit: 1, used: 1, holders: four.slice(0, 1) },
      ...{ waiting: 2, waiters: four.slice(1, 3).map((run) => ({ ...run, kind: "task-run" })) },
    },
    "2 tasks wait for a slot of tag db, 1 of 1 in use by red-fox, for 3h",
  ],
  [
    "a full pool",
    { kind: "pool-limit", pool: "etl", limit: 4, used: 4, holders: four },
    "Work pool etl is full, 4 of 4 in use by red-fox, blue-fox and 2 more, the oldest for 3h",
  ],
  [
    "a full pool whose holders are only partly listed",
    { kind: "pool-limit", pool: "etl", limit: 40, used: 40, holders: four },
    "Work pool etl is full, 40 of 40 in use by red-fox, blue-fox and 38 more, the oldest for 3h",
  ],
  [
    "a full queue",
    { kind: "queue-limit", pool: "etl", queue: "fast", limit: 1, used: 1, holders: [holder("red-fox")] },
    "Queue fast of work pool etl is full, 1 of 1 in use by red-fox, for 3h",
  ],
  [
    "a full deployment",
    {
      kind: "deployment-limit",
      deployment_id: "d1",
      limit_id: "l1",
      limit: 2,
      used: 2,
      holders: four.slice(0, 2),
    },
    "The limit of its deployment is full, 2 of 2 in use by red-fox and blue-fox, the oldest for 3h",
  ],
  [
    "slots that nobody is known to hold",
    { kind: "deployment-limit", deployment_id: "d1", limit_id: "l1", limit: 2, used: 2, holders: [] },
    "The limit of its deployment is full, 2 of 2 in use",
  ],
  [
    "a limit of nothing",
    { kind: "pool-limit", pool: "etl", limit: 0, used: 0, holders: [] },
    "Work pool etl is full, for its limit is 0",
  ],
  [
    "a pool that never had a worker",
    { kind: "no-worker", pool: "etl", worker: null, since: null },
    "Work pool etl has no worker",
  ],
  [
    "a worker that went silent",
    { kind: "no-worker", pool: "etl", worker: "mac-1", since: "2026-03-01T09:19:00Z" },
    "Work pool etl has no worker, mac-1 was last heard of 41m ago",
  ],
  [
    "nobody serves",
    { kind: "not-served", deployment_id: "d1", since: null },
    "No process has served its deployment yet",
  ],
  [
    "nobody serves any more",
    { kind: "not-served", deployment_id: "d1", since },
    "No process serves its deployment, last poll 4m ago",
  ],
  [
    "a claim",
    { kind: "claimed", since: "2026-03-01T09:59:48Z" },
    "Claimed by a worker 12s ago, but its code has not started",
  ],
  ["a pause", { kind: "paused", until: null, wants_input: false }, "Paused until it is resumed"],
  [
    "a pause for input that ends",
    { kind: "paused", until: "2026-03-01T10:04:00Z", wants_input: true },
    "Paused for input, fails in 4m unless resumed",
  ],
  ["nothing at all", { kind: "none" }, "Ready, the next poll picks it up"],
])("%s is said in words", (_, gate, said) => {
  expect(textOf(capitalised(gateWords(gate, moment)))).toBe(said);
});

test("in brief, a full place leaves out the names of those who fill it", () => {
  const gate: Gate = { kind: "pool-limit", pool: "etl", limit: 4, used: 4, holders: four };
  const words = gateWords(gate, { ...moment, isBrief: true });
  expect(textOf(words)).toBe("work pool etl is full, 4 of 4 in use, the oldest for 3h");
});

test.each<[string, { is_late: boolean; gates: Gate[] }, string]>([
  [
    "how late",
    { is_late: true, gates: [{ kind: "pool-paused", pool: "etl" }] },
    "Late by 4m: work pool etl is paused",
  ],
  [
    "how long",
    { is_late: false, gates: [{ kind: "pool-paused", pool: "etl" }] },
    "Waiting 4m: work pool etl is paused",
  ],
  [
    "how much else there is",
    {
      is_late: true,
      gates: [
        { kind: "pool-paused", pool: "etl" },
        { kind: "no-worker", pool: "etl", worker: null, since: null },
      ],
    },
    "Late by 4m: work pool etl is paused, and 1 more",
  ],
  [
    "what will stop it when its time comes",
    {
      is_late: false,
      gates: [
        { kind: "scheduled", until: "2026-03-01T12:00:00Z" },
        { kind: "queue-paused", pool: "etl", queue: "fast" },
      ],
    },
    "Scheduled to start in 2h; queue fast of work pool etl is paused",
  ],
  [
    "a pause for itself",
    { is_late: false, gates: [{ kind: "paused", until: null, wants_input: true }] },
    "Paused for input",
  ],
])("the sentence tells %s", (_, waiting, said) => {
  expect(textOf(explain({ flow_run_id: "r", since, ...waiting }, moment))).toBe(said);
});

test("pools, queues, limits and holders in a sentence lead to their pages", () => {
  const links = gateWords(
    { kind: "queue-limit", pool: "my pool", queue: "fast", limit: 1, used: 1, holders: [holder("red-fox")] },
    moment,
  )
    .filter((part) => typeof part !== "string")
    .map(({ to }) => to);
  expect(links).toEqual([
    "/work-pools/my%20pool?tab=queues&queue=fast",
    "/work-pools/my%20pool",
    "/runs/id-red-fox",
  ]);
  const [limit] = gateWords(
    { kind: "deployment-limit", deployment_id: "d1", limit_id: "l1", limit: 1, used: 1, holders: [] },
    moment,
  ).filter((part) => typeof part !== "string");
  expect(limit?.to).toBe("/capacity?limit=deployment%3Ad1");
});

test("what is in nobody's hands to fix here says what to check", () => {
  expect(gateCheck({ kind: "none" })).toContain("log of the worker");
  expect(gateCheck({ kind: "no-worker", pool: "etl", worker: null, since: null })).toContain("alive");
  expect(gateCheck({ kind: "pool-paused", pool: "etl" })).toBeUndefined();
});
