import { expect, test } from "vitest";
import { type FlowRun, flowRunSorts, flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import type { StateType } from "../../schema/states.ts";
import { type Fixture, type OpenStore, sharedStore } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf } from "../../testing/store-writer.ts";

const deployments = [newId(1), newId(2)];
const types: readonly StateType[] = ["SCHEDULED", "RUNNING", "FAILED", "COMPLETED", "FAILED"];
const minute = (n: number) => `2026-03-01T12:${String(n).padStart(2, "0")}:00.000000Z`;

/** On time, early, or late by minutes or by days. */
const starts = (at: number) =>
  [
    minute((at * 7) % 20),
    minute(((at * 7) % 20) + 1),
    minute(0),
    minute(59),
    "2026-02-27T12:00:00.000000Z",
    "2026-03-09T01:02:03.000004Z",
  ][at % 6] ?? null;

/** Runs of two flows and two deployments, some without tags, a start or an end, and some of one moment. */
async function manyRuns(fixture: Fixture): Promise<void> {
  const { clock } = fixture;
  const flows = [await makeFlow(fixture, { name: "etl" }), await makeFlow(fixture, { name: "report" })];
  for (let at = 0; at < 30; at += 1) {
    const type = types[at % types.length] ?? "PENDING";
    const flow = flows[at % 2];
    const time = minute((at * 7) % 20);
    const waits = type === "SCHEDULED";
    if (!flow) throw new Error("expected a flow");
    await makeRun(
      fixture,
      flow,
      {
        name: `run-${(at * 11) % 30}`,
        tags: ["a", "b", "c"].filter((_, tag) => (at >> tag) % 2 === 1),
        deployment_id: at % 3 === 2 ? null : (deployments[at % 3] ?? null),
        parent_task_run_id: at % 4 === 3 ? newId(at + 1) : null,
      },
      stateOf(clock, type, { name: at % 4 === 1 ? `${type}-2` : type, timestamp: time }),
      {
        expected_start_time: at % 10 === 9 ? null : time,
        next_scheduled_start_time: waits ? time : null,
        start_time: waits || at % 10 === 9 ? null : starts(at),
        end_time: type === "RUNNING" || waits ? null : time,
        total_run_time: waits ? 0 : (at * 13) % 8,
      },
    );
    clock.advance(1);
  }
}

const failed = { state: { type: { any_: ["FAILED"] } } };
const request: Record<string, { flow_runs?: object; flows?: object; deployments?: object }> = {
  all: {},
  "a state": { flow_runs: failed },
  "two names of states": { flow_runs: { state: { name: { any_: ["FAILED-2", "RUNNING"] } } } },
  "all states but one": { flow_runs: { state: { type: { not_any_: ["FAILED"] } } } },
  "a state that none is in": { flow_runs: { state: { name: { any_: ["Late"] } } } },
  "a tag and a state that none is in": {
    flow_runs: { tags: { all_: ["a"] }, state: { name: { any_: ["Late"] } } },
  },
  "a tag": { flow_runs: { tags: { all_: ["a"] } } },
  "some of two tags": { flow_runs: { tags: { any_: ["a", "c"] } } },
  "two tags": { flow_runs: { tags: { all_: ["a", "b"] } } },
  "two tags and a state": { flow_runs: { ...failed, tags: { all_: ["a", "b"] } } },
  "a tag from a moment on": {
    flow_runs: { tags: { all_: ["b"] }, start_time: { after_: minute(8) } },
  },
  "a range of expected starts": {
    flow_runs: { expected_start_time: { after_: minute(3), before_: minute(14) } },
  },
  "a moment of expected starts": {
    flow_runs: { expected_start_time: { after_: minute(7), before_: minute(7) } },
  },
  "expected starts up to a moment": { flow_runs: { expected_start_time: { before_: minute(12) } } },
  "expected starts from a moment on": { flow_runs: { expected_start_time: { after_: minute(5) } } },
  "a state and a range of expected starts": {
    flow_runs: { ...failed, expected_start_time: { after_: minute(2), before_: minute(17) } },
  },
  "a state, a tag and a range of expected starts": {
    flow_runs: { ...failed, tags: { any_: ["a", "b"] }, expected_start_time: { after_: minute(2) } },
  },
  "two tags and a range of expected starts": {
    flow_runs: {
      tags: { any_: ["a", "c"] },
      expected_start_time: { after_: minute(4), before_: minute(15) },
    },
  },
  "a deployment": { flow_runs: { deployment_id: { any_: [deployments[0]] } } },
  "two deployments and a state": { flow_runs: { ...failed, deployment_id: { any_: deployments } } },
  "a flow": { flows: { name: { any_: ["etl"] } } },
  "a flow, a state and a tag": {
    flows: { name: { any_: ["etl"] } },
    flow_runs: { ...failed, tags: { all_: ["c"] } },
  },
  "no subflows": { flow_runs: { parent_task_run_id: { is_null_: true } } },
  "no subflows in a state": { flow_runs: { ...failed, parent_task_run_id: { is_null_: true } } },
  "without a deployment": { flow_runs: { ...failed, deployment_id: { is_null_: true } } },
};

const keyOf: Record<(typeof flowRunSorts)[number], (run: FlowRun) => string | null> = {
  ID_DESC: ({ id }) => id,
  START_TIME_ASC: ({ start_time, expected_start_time }) => start_time ?? expected_start_time,
  START_TIME_DESC: ({ start_time, expected_start_time }) => start_time ?? expected_start_time,
  EXPECTED_START_TIME_ASC: (run) => run.expected_start_time,
  EXPECTED_START_TIME_DESC: (run) => run.expected_start_time,
  NAME_ASC: ({ name }) => name,
  NAME_DESC: ({ name }) => name,
  NEXT_SCHEDULED_START_TIME_ASC: (run) => run.next_scheduled_start_time,
  END_TIME_DESC: ({ end_time }) => end_time,
  DURATION_DESC: byDuration,
  DURATION_ASC: byDuration,
};

function byDuration({ estimated_run_time }: FlowRun): string {
  return estimated_run_time.toFixed(6).padStart(20, "0");
}

/** Runs without the key come last either way; of equal ones the id decides. */
function sorted(runs: readonly FlowRun[], sort: (typeof flowRunSorts)[number]): string[] {
  const toward = sort.endsWith("_ASC") ? 1 : -1;
  const compare = (one: string, other: string) => (one < other ? -toward : Number(one > other) * toward);
  return runs
    .toSorted((one, other) => {
      const [a, b] = [keyOf[sort](one), keyOf[sort](other)];
      if (a === null || b === null)
        return Number(a === null) - Number(b === null) || compare(one.id, other.id);
      return compare(a, b) || compare(one.id, other.id);
    })
    .map(({ id }) => id);
}

/** For any filter and order the pages together equal the sorted list of all matching runs. */
export function pageContract(open: OpenStore): void {
  const fixture = sharedStore(open, manyRuns);
  const page = (input: object) => fixture.store.flowRuns.filter(flowRuns.filter.input.parse(input));

  test.each(Object.entries(request))(
    "pages of %s are without a gap in every order",
    async (_name, filters) => {
      const all = await page({ ...filters, limit: 200 });
      expect(await fixture.store.flowRuns.count(flowRuns.count.input.parse(filters))).toBe(all.length);
      for (const sort of flowRunSorts) {
        const found: string[] = [];
        for (let offset = 0; offset <= all.length; offset += 4)
          found.push(...(await page({ ...filters, sort, offset, limit: 4 })).map(({ id }) => id));
        expect(found, sort).toEqual(sorted(all, sort));
      }
    },
  );
}
