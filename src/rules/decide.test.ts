import fc from "fast-check";
import { expect, test } from "vitest";
import { attemptsIn } from "../schema/attempt-tokens.ts";
import { FlowRunPolicy } from "../schema/flow-runs.ts";
import { timestamp } from "../schema/scalars.ts";
import {
  isFinal,
  noDetails,
  type State,
  type StateCreate,
  type StateType,
  stateTypes,
} from "../schema/states.ts";
import { decide, type Facts, type Rule, universal, type Verdict } from "./decide.ts";
import type { FlowRunFact } from "./flow-run-facts.ts";
import { flowRunRules } from "./flow-runs.ts";
import { oneMicrosecondAfter, timesAfter, writtenState } from "./state-writes.ts";

type Run = { count: number };
type TestRule = Rule<Facts<Run>, Verdict<Run, string>>;

const wants = (type: StateType): StateCreate => ({
  type,
  name: null,
  message: null,
  state_details: { ...noDetails },
});
const facts: Facts<Run> = {
  from: null,
  to: wants("FAILED"),
  run: { count: 1 },
  now: timestamp(0),
  freshId: "",
};

const addOne: TestRule = ({ run }) => ({ outcome: "amend", set: { count: run.count + 1 }, effects: ["one"] });
const scheduleInstead: TestRule = () => ({ outcome: "reject", to: wants("SCHEDULED"), reason: "again" });
const nameIt: TestRule = ({ to }) => ({ outcome: "amend", to: { ...to, name: "Named" } });
const refuse: TestRule = () => ({ outcome: "reject", reason: "no" });
const fail: TestRule = () => {
  throw new Error("a fault");
};
const always = universal(function always(): Verdict<Run, string> {
  return { outcome: "amend", effects: ["always"] };
});

test("a rule sees what the rules above it changed", () => {
  const decision = decide([addOne, addOne], facts);
  expect(decision).toMatchObject({ outcome: "accept", run: { count: 3 }, effects: ["one", "one"] });
});

test("after a replacement only universal rules run, and effects of the original proposal are dropped", () => {
  const decision = decide([addOne, always, scheduleInstead, nameIt, always], facts);
  expect(decision).toMatchObject({ rule: "scheduleInstead", to: { type: "SCHEDULED", name: null } });
  expect(decision.effects).toEqual(["always", "always"]);
});

test("a refusal skips the remaining rules and changes nothing", () => {
  const decision = decide([addOne, refuse, nameIt], facts);
  expect(decision).toMatchObject({ rule: "refuse", to: null, run: { count: 1 }, effects: [] });
});

test("a rule that throws aborts the transition and is named", () => {
  const decision = decide([fail], facts);
  expect(decision).toMatchObject({
    outcome: "abort",
    rule: "fail",
    reason: expect.stringContaining("a fault"),
  });
});

interface History {
  run: FlowRunFact & Parameters<typeof timesAfter>[0];
  states: State[];
}

/** Proposes states to the real rules one after the other and writes those that are accepted. */
function live(proposals: { type: StateType; data: boolean; seconds: number }[], policy: object): History {
  let run: History["run"] = {
    run_count: 0,
    deployment_id: null,
    parent_task_run_id: null,
    infrastructure_pid: null,
    empirical_policy: FlowRunPolicy.parse(policy),
    expected_start_time: null,
    next_scheduled_start_time: null,
    start_time: null,
    end_time: null,
    total_run_time: 0,
  };
  const states: State[] = [];
  let ms = Date.parse("2026-01-01T00:00:00Z");
  for (const { type, data, seconds } of proposals) {
    ms += seconds * 1000;
    const from = states.at(-1) ?? null;
    const to = { ...wants(type), data: data ? { type: "reference" } : null };
    const now = timestamp(ms);
    const attempts = attemptsIn(null);
    const request = {
      from,
      to,
      run,
      now,
      freshId: `key-${ms}`,
      deployment: null,
      renewsLeases: true,
      retriesCrash: true,
      token: null,
      attempts,
    };
    const decision = decide(flowRunRules, request);
    if (decision.to === null) continue;
    const state = writtenState({ from, to: decision.to, id: String(states.length), now, ids: {} });
    run = timesAfter(run, from, state, !run.empirical_policy.resuming);
    for (const effect of decision.effects) {
      if (effect.kind !== "policy") continue;
      run = { ...run, empirical_policy: { ...run.empirical_policy, ...effect.set } };
    }
    states.push(state);
  }
  return { run, states };
}

const proposals = fc.array(
  fc.record({
    type: fc.constantFrom(...stateTypes),
    data: fc.boolean(),
    seconds: fc.constantFrom(0, 0, 1, 30),
  }),
  { maxLength: 40 },
);
const policies = fc.record({ retries: fc.option(fc.nat(3)), retry_delay: fc.option(fc.nat(5)) });

test("whatever is proposed, the history of a run is a legal path", () => {
  fc.assert(
    fc.property(proposals, policies, (request, policy) => {
      const { run, states } = live(request, policy);
      states.forEach((state, index) => {
        const before = states[index - 1];
        if (!before) return;
        expect(state.timestamp > before.timestamp).toBe(true);
        if (before.type === "CANCELLING") expect(state.type).toBe("CANCELLED");
        if (state.type === "PAUSED") expect(before.type).toBe("RUNNING");
        if (before.type === "PAUSED") expect(["PENDING", "PAUSED"]).not.toContain(state.type);
        if (isFinal(before.type)) {
          expect(["CANCELLING", "PAUSED", "SCHEDULED"]).not.toContain(state.type);
          if (before.type === "COMPLETED" && before.data !== null && !isFinal(state.type)) {
            throw new Error("a run with a stored result ran again");
          }
        }
      });
      const last = states.at(-1);
      const attempts = states.filter((state) => state.type === "RUNNING").length;
      expect(run.run_count).toBeLessThanOrEqual(attempts);
      if (last) expect(run.end_time).toBe(isFinal(last.type) ? last.timestamp : null);
      if (last)
        expect(run.next_scheduled_start_time).toBe(
          last.type === "SCHEDULED" ? last.state_details.scheduled_time : null,
        );
      expect(run.expected_start_time === null).toBe(states.length === 0);
    }),
    { numRuns: 300 },
  );
});

test("times that differ by a microsecond are ordered, also across seconds and years", () => {
  expect(oneMicrosecondAfter("2026-03-01T12:00:00.000009Z")).toBe("2026-03-01T12:00:00.000010Z");
  expect(oneMicrosecondAfter("2026-12-31T23:59:59.999999Z")).toBe("2027-01-01T00:00:00.000000Z");
});
