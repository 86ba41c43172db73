import { expect, test } from "vitest";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { type Grouping, groupings, maxGroups, runGroups } from "../../schema/run-groups.ts";
import type { SearchPlace } from "../../schema/run-search.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { type Fixture, type OpenStore, sharedStore } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf, taskEvent } from "../../testing/store-writer.ts";

const types = ["COMPLETED", "FAILED", "SCHEDULED"] as const;
const tags = [["project=1", "other"], ["project:2", "project=1"], ["projects=3"], []];
const minute = (n: number) => `2026-03-01T12:${String(n).padStart(2, "0")}:00.000000Z`;
const taskOf = (at: number) => `00000000-0000-4000-8000-0000000000${10 + at}`;

async function manyRuns(fixture: Fixture): Promise<void> {
  const { store } = fixture;
  const flows = [await makeFlow(fixture, { name: "etl" }), await makeFlow(fixture, { name: "report" })];
  const deployed = await store.deployments.create(
    deployments.create.input.parse({ name: "nightly", flow_id: flows[0]?.id }),
  );
  for (let at = 0; at < 36; at += 1) {
    const flow = flows[at % 5 === 0 ? 1 : 0];
    const type = types[at % 3];
    if (!flow || !type) throw new Error("expected a flow and a type");
    const run = await makeRun(
      fixture,
      flow,
      {
        tags: tags[at % 4] ?? [],
        flow_version: at % 4 === 0 ? null : `v${at % 3}`,
        deployment_id: at % 5 !== 0 && at % 2 === 0 ? deployed.row.id : null,
        parent_task_run_id: at > 0 && at % 6 === 0 ? taskOf(at - 1) : null,
      },
      stateOf(fixture.clock, type, at % 9 === 2 ? { name: "Late" } : {}),
      {
        expected_start_time: at % 13 === 12 ? null : minute(at),
        start_time: type === "SCHEDULED" ? null : minute(at),
      },
    );
    fixture.clock.advance(1);
    await store.ingest([
      taskEvent({
        ...{ taskRunId: taskOf(at), flowRunId: run.id, type, occurred: minute(40) },
        run: { expected_start_time: minute(at), tags: tags[(at + 1) % 4] },
      }),
    ]);
  }
}

/** Filters that stored counts answer, and others. */
const filters = {
  "all runs": {},
  "runs without subflows": { parent_task_run_id: { is_null_: true } },
  "runs in states, without subflows": {
    parent_task_run_id: { is_null_: true },
    state: { name: { not_any_: ["Scheduled"] } },
  },
  "runs of a time": { start_time: { after_: minute(9) } },
  "runs without a tag": { praetor: { tags: [{ any_: [{ text: "other" }], not: true }] } },
} as const;

const hasKey = (tag: string) => /^project[=:]/.test(tag);

/** Groups of runs are those that one gets from reading every run. */
export function runGroupContract(open: OpenStore): void {
  const fixture = sharedStore(open, manyRuns);

  const cases = Object.keys(filters).flatMap((name) => groupings.map((by) => [name, by] as const));
  test.each(cases)("%s by %s", async (name, by) => {
    const flow_runs = Object.entries(filters).find(([one]) => one === name)?.[1] ?? {};
    const { store } = fixture;
    const runs = await store.flowRuns.filter(flowRuns.filter.input.parse({ flow_runs, limit: 200 }));
    const expected = countsOf(
      runs.flatMap((run): (string | null)[] => {
        const own = run.tags.filter(hasKey);
        const value = {
          ...{ state: `${run.state_type}/${run.state_name}`, flow: run.flow_id },
          ...{ deployment: run.deployment_id, version: run.flow_version, tag: null },
        }[by];
        return by === "tag" && own.length > 0 ? own : [value];
      }),
    );
    expect(runs.length).toBeGreaterThan(10);
    expect(await groupsOf(fixture, "flowRuns", { flow_runs, by })).toEqual(expected);
  });

  test("task runs by state, tag and the flow of their run", async () => {
    const runs = await fixture.store.taskRuns.filter(taskRuns.filter.input.parse({ limit: 200 }));
    expect(await groupsOf(fixture, "taskRuns", { by: "state" })).toEqual(
      countsOf(runs.map((run) => `${run.state_type}/${run.state_name}`)),
    );
    const ofTags = runs.flatMap((run): (string | null)[] => {
      const own = run.tags.filter(hasKey);
      return own.length > 0 ? own : [null];
    });
    expect(await groupsOf(fixture, "taskRuns", { by: "tag" })).toEqual(countsOf(ofTags));
    const flows = await groupsOf(fixture, "taskRuns", { by: "flow" });
    expect(Object.values(flows).toSorted()).toEqual([28, 8]);
  });

  test("groups have the names of what they stand for", async () => {
    const labels = async (by: Grouping) => {
      const input = runGroups.flowRuns.input.parse({ by, tag_key: "project" });
      return (await fixture.store.flowRuns.groups(input)).groups.map(({ label }) => label);
    };
    expect((await labels("flow")).toSorted()).toEqual(["etl", "report"]);
    expect(new Set(await labels("deployment"))).toEqual(new Set([null, "etl/nightly"]));
    expect(await labels("state")).toContain("Late");
  });

  test("with as many values as there may be groups, further ones are counted together", async () => {
    const known = Array.from({ length: maxGroups }, (_, at) => (at === 0 ? "v1" : `other-${at}`));
    const input = runGroups.flowRuns.input.parse({ by: "version", known });
    const { groups, others } = await fixture.store.flowRuns.groups(input);
    expect(groups.map(({ value }) => value).toSorted()).toEqual([null, "v1"]);
    expect(groups.reduce((sum, { count }) => sum + count, others)).toBe(36);
  });
}

const countsOf = (values: readonly (string | null)[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, String)].map(([value, same]) => [value, same.length]));

/** Request after request, as the dashboard reads them. */
async function groupsOf({ store }: Fixture, kind: "flowRuns" | "taskRuns", input: object) {
  const counts = new Map<string | null, number>();
  let after: SearchPlace | null = null;
  for (let requests = 0; requests < 100; requests += 1) {
    const known = [...counts.keys()].filter((value) => value !== null);
    const request = runGroups[kind].input.parse({ tag_key: "project", ...input, known, after, patience: 1 });
    const { groups, others, next } = await store[kind].groups(request);
    expect(others).toBe(0);
    for (const { value, count } of groups) counts.set(value, (counts.get(value) ?? 0) + count);
    if (!next) return Object.fromEntries([...counts].map(([value, count]) => [String(value), count]));
    after = next;
  }
  throw new Error("expected all runs to be counted");
}
