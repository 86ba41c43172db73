import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployments as ofDeployments } from "../schema/deployments.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { flows } from "../schema/flows.ts";
import { newId } from "../schema/ids.ts";
import { timestamp } from "../schema/scalars.ts";
import { noDetails } from "../schema/states.ts";
import { describeOnPostgres } from "../testing/postgres-databases.ts";
import { Connection } from "./engine/connection.ts";
import type { Step } from "./engine/protocol.ts";
import { listStep, readAll, type Scope } from "./engine/scope.ts";
import { type Outer, outer } from "./noun.ts";
import { flowRunNoun } from "./runs/flow-runs.ts";
import { flowNoun } from "./runs/flows.ts";
import { dialectOf } from "./sql/dialects.ts";
import { openStore } from "./store.ts";
import { deploymentNoun } from "./work/deployments.ts";

// Queries of the dashboard over many runs use an index. Each query runs on a real store, and
// the database explains the plan of each statement.

const runs = 3000;
const limit = 20;
const now = Date.parse("2026-05-01T12:30:30Z");
const day = 86_400_000;
const deployments = { busy: newId(now), other: newId(now) };

type Reads = Outer<typeof flowRunNoun> & {
  flows: Outer<typeof flowNoun>;
  deployments: Outer<typeof deploymentNoun>;
};

interface Question {
  ask(reads: Reads): Promise<unknown>;
  /** The index by which runs or their tags are read; null: they are not read at all. */
  indexes: readonly string[];
  /** Other indexes read few rows as well where there are few owners. */
  hasOthers?: true;
}

type Filter = Record<string, unknown>;
const page = (flow_runs: Filter, rest: Filter = {}, sort = "START_TIME_DESC"): Question["ask"] => {
  const input = flowRuns.filter.input.parse({ flow_runs, ...rest, limit, sort });
  return (reads) => reads.filter(input);
};
const count = (flow_runs: Filter): Question["ask"] => {
  const input = flowRuns.count.input.parse({ flow_runs });
  return (reads) => reads.count(input);
};
const failed = { state: { type: { any_: ["FAILED"] } } };
const crashed = { state: { type: { any_: ["CRASHED"] } } };
const tagged = { tags: { all_: ["team-1"] } };
const lastWeek = { start_time: { after_: timestamp(now - 7 * day) } };
const expected = {
  expected_start_time: { after_: timestamp(now - 18 * day), before_: timestamp(now - 5 * day) },
};
const week = flowRuns.history.input.parse({
  history_start: timestamp(now - 7 * day),
  history_end: timestamp(now),
  history_interval_seconds: 3600,
});

const questions: Record<string, Question> = {
  "the latest": { ask: page({}), indexes: ["flow_run_sort_time"] },
  "the latest in a state": {
    ask: page(crashed),
    indexes: ["flow_run_state_time"],
  },
  "the latest in a range of time": { ask: page(lastWeek), indexes: ["flow_run_sort_time"] },
  "the latest in a state, with a tag, in a range of time": {
    ask: page({ ...failed, ...tagged, ...lastWeek }),
    indexes: ["flow_run_tag_state"],
  },
  "the latest in a range of expected starts": { ask: page(expected), indexes: ["flow_run_sort_time"] },
  "the latest in a state, in a range of expected starts": {
    ask: page({ ...crashed, ...expected }),
    indexes: ["flow_run_state_time"],
  },
  "the latest of a flow in a state": {
    ask: page(failed, { flows: { name: { any_: ["busy"] } } }),
    indexes: ["flow_run_flow_state"],
  },
  "the latest of a deployment in a state": {
    ask: page({ ...failed, deployment_id: { any_: [deployments.busy] } }),
    indexes: ["flow_run_deployment_state"],
  },
  "the first by expected start in a state, with a tag that no run in it has": {
    ask: page({ ...crashed, tags: { all_: ["other"] } }, {}, "EXPECTED_START_TIME_ASC"),
    indexes: ["flow_run_tag_state"],
  },
  "the history of a week by hour and state": {
    ask: (reads) => reads.history(week),
    indexes: ["flow_run_expected", "flow_run_state_time"],
  },
  "those that took longest": {
    ask: page({}, {}, "DURATION_DESC"),
    indexes: ["flow_run_duration", "flow_run_state_time"],
  },
  "flows by their last run": {
    ask: ({ flows: { filter } }) => filter(flows.filter.input.parse({ sort: "LAST_RUN_DESC" })),
    ...{ indexes: ["flow_run_flow"], hasOthers: true },
  },
  "flows by their next run": {
    ask: ({ flows: { filter } }) => filter(flows.filter.input.parse({ sort: "NEXT_RUN_ASC" })),
    ...{ indexes: ["flow_run_flow_next"], hasOthers: true },
  },
  "deployments by their last run": {
    ask: ({ deployments: { filter } }) => filter(ofDeployments.filter.input.parse({ sort: "LAST_RUN_DESC" })),
    ...{ indexes: ["flow_run_deployment"], hasOthers: true },
  },
  "deployments by their next run": {
    ask: ({ deployments: { filter } }) => filter(ofDeployments.filter.input.parse({ sort: "NEXT_RUN_ASC" })),
    ...{ indexes: ["flow_run_deployment_due"], hasOthers: true },
  },
  "how many there are in a state, without subflows": {
    ask: count({ ...failed, parent_task_run_id: { is_null_: true } }),
    indexes: ["flow_run_subflow", "flow_run_parent"],
  },
  "how many there are in a state": { ask: count(failed), indexes: [] },
  "how many there are in a state, in a range of expected starts": {
    ask: count({ ...failed, ...expected }),
    indexes: ["flow_run_expected"],
  },
  "how many there are in a state, with a tag": {
    ask: count({ ...failed, ...tagged }),
    indexes: ["flow_run_tag_state"],
  },
};

/** Returns the problems of the plans of statements. */
type Judge = (connection: Connection, steps: readonly Step[], question: Question) => Promise<string[]>;

function describePlans(makePath: () => Promise<string>, judge: Judge): void {
  let path = "";
  let connection: Connection;
  beforeAll(async () => {
    path = await makePath();
    await seed(path);
    connection = new Connection({ path, readOnly: false });
    if (dialectOf(path).isShared) await connection.script("analyze");
  }, 180_000);
  afterAll(() => connection.close());

  test.each(Object.entries(questions))("%s", async (_name, question) => {
    const steps = await stepsOf(connection, path, question);
    expect(steps.length).toBeGreaterThan(0);
    expect(await judge(connection, steps, question)).toEqual([]);
  });

  const withIndex = Object.entries(questions).filter(
    ([, { indexes, hasOthers }]) => indexes.length === 1 && !hasOthers,
  );
  test.each(withIndex)("%s: a missing index is detected", async (_name, question) => {
    const [index] = question.indexes;
    await connection.run([], { starts: true, ends: null, waiting: 0 });
    await connection.script(`drop index ${index}`);
    const faults = await stepsOf(connection, path, question)
      .then((steps) => judge(connection, steps, question))
      .catch((error: Error) => [error.message]);
    await connection.rollback();
    expect(faults).not.toEqual([]);
  });
}

/** The statements of a query. */
async function stepsOf(connection: Connection, path: string, { ask }: Question): Promise<Step[]> {
  const steps: Step[] = [];
  const dialect = dialectOf(path);
  const rows: Scope["rows"] = async (sql, values, runs) => {
    steps.push({ sql, values, reads: true });
    const [result] = await connection.run([{ sql, values, reads: true, ...(runs && { runs }) }]);
    return result ?? { columns: [], rows: [] };
  };
  const all: Scope["all"] = (query, runs) => readAll(scope, query, runs);
  const first: Scope["first"] = async (query, runs) => (await all(query, runs))[0];
  const scope: Scope = {
    ...{ dialect, rows, all, first, now: () => now, seq: () => 0 },
    graph: () => Promise.reject(new Error("No graph is asked for.")),
    cached: (query) => all(query),
    list: async (query, kind) => {
      const step = listStep(scope, query, kind);
      steps.push({ sql: step.sql, values: step.values, reads: true });
      return connection.list(step);
    },
  };
  const none = () => Promise.reject(new Error("Nothing is written here."));
  await ask({
    ...outer(flowRunNoun, scope, none),
    flows: outer(flowNoun, scope, none),
    deployments: outer(deploymentNoun, scope, none),
  });
  return steps;
}

/** Two alternating flows: one that seldom fails, and one that always fails. */
async function seed(path: string): Promise<void> {
  const store = await openStore({ path, now: () => now });
  const flows = await Promise.all(
    (["busy", "other"] as const).map(async (name) => {
      const { row } = await store.flows.create({ name, tags: [], labels: {} });
      return { flow_id: row.id, deployment_id: deployments[name], failsEach: name === "busy" ? 50 : 1 };
    }),
  );
  for (let first = 0; first < runs; first += 500) {
    await store.transaction(async (tx) => {
      for (let at = first; at < first + 500; at += 1) {
        const { failsEach, ...owner } = flows[at % 2] ?? { failsEach: 1 };
        const tags = [failsEach === 1 ? "other" : "team-1", "all"];
        const { row } = await tx.flowRuns.create(flowRuns.create.input.parse({ ...owner, tags }));
        const time = timestamp(now - (runs - at) * 600_000);
        const times = { start_time: time, end_time: time, expected_start_time: time };
        const failure = at % 100 === 50 ? "CRASHED" : "FAILED";
        const type = at % failsEach === 0 ? failure : "COMPLETED";
        const state = {
          id: newId(now),
          type,
          name: type,
          timestamp: time,
          message: null,
          data: null,
        } as const;
        const changes = { ...times, total_run_time: 1, run_count: 1 };
        await tx.flowRuns.writeState(row, changes, { ...state, state_details: noDetails });
      }
    });
  }
  await store.close();
}

const folder = mkdtempSync(join(tmpdir(), "praetor-plans-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("SQLite uses an index", () => {
  describePlans(
    async () => join(folder, "plans.db"),
    async (connection, steps, { indexes }) => {
      const explaining = steps.map((step) => ({
        ...step,
        sql: `explain query plan /* ${explained++} */ ${step.sql}`,
      }));
      const plans = await connection.run(explaining);
      const lines = plans.flatMap((plan) => plan?.rows.map((row) => String(row[3])) ?? []);
      const ofRuns = lines.filter((line) => /^(SCAN|SEARCH) (flow_run|tagged|flow_run_tag)\b/.test(line));
      const isGood = (line: string) =>
        /\bid=\?\)/.test(line) ||
        [small, ...indexes].some((index) => new RegExp(`INDEX ${index}\\b`).test(line));
      return ofRuns.filter((line) => !isGood(line));
    },
  );
});

/** For the few runs that started early. */
const small = "flow_run_early";

/** SQLite caches explained plans, even when indexes change. */
let explained = 0;

/** Runs and tags together: each page reads a row at most twice. */
const mostRows = 6 * limit;

interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  Plans?: PlanNode[];
}

function rowsRead(node: PlanNode): number {
  const isOfRuns = node["Relation Name"] === "flow_run" || node["Relation Name"] === "flow_run_tag";
  const own = (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
  return (isOfRuns ? own : 0) + (node.Plans ?? []).reduce((sum, part) => sum + rowsRead(part), 0);
}

await describeOnPostgres("PostgreSQL reads few rows", (databases) => {
  describePlans(
    async () => (await databases.create()).url,
    async (connection, steps) => {
      const explained = steps.map((step) => ({ ...step, sql: `explain (analyze, format json) ${step.sql}` }));
      const plans = await connection.run(explained);
      const read = plans.map((plan) => rowsRead(JSON.parse(String(plan?.rows[0]?.[0]))[0].Plan));
      const all = read.reduce((sum, rows) => sum + rows, 0);
      return all > mostRows ? [`${all} rows were read: ${steps.map(({ sql }) => sql).join("; ")}`] : [];
    },
  );
});
