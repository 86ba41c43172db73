import { sql } from "kysely";
import type { FlowRun, flowRunSorts, flowRuns } from "../../schema/flow-runs.ts";
import type { Parsed } from "../../schema/route.ts";
import type { runSearch } from "../../schema/run-search.ts";
import type { RunList } from "../engine/protocol.ts";
import { aboutIds, type Scope, type WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { estimatedRunTime, lateness } from "../run-index/history.ts";
import { readLoads } from "../run-index/loads.ts";
import { writeTags } from "../run-index/new-runs.ts";
import { dropRuns } from "../run-index/run-deletion.ts";
import { requestedFlowRuns } from "../run-index/run-filters.ts";
import { type RunPage, runLists } from "../run-index/run-lists.ts";
import { listOfPage, pageOfRuns } from "../run-index/run-pages.ts";
import {
  flowRunFrom,
  flowRunsFrom,
  type RunRow,
  selectFlowRuns,
  selectFlowRunsFrom,
} from "../run-index/run-rows.ts";
import { searchJson, searchRuns } from "../run-index/run-search.ts";
import { type EntityFilters, flowRunClauses } from "../sql/entity-filters.ts";
import type { Sorts } from "../sql/pages.ts";
import { jsonOrNull } from "../sql/rows.ts";
import { createFlowRun } from "./flow-run-creation.ts";
import { attemptsOf, lockFlowRuns, readAttempts, writeFlowRunState } from "./flow-run-transition.ts";

export const flowRunNoun = noun(
  {
    read: readFlowRun,
    readMany,
    filter,
    ...runLists({ requested: requestedFlowRuns, page }),
    /** Mean seconds of lateness of the runs that match; null when none do. */
    lateness: (scope: Scope, input: Parsed<typeof flowRuns.lateness>): Promise<number | null> =>
      lateness(scope, flowRunClauses(scope.dialect, input)),
    /** How many of the runs that match were running, and how many waited to start, at each of these times. */
    loads: (scope: Scope, { times, ...filters }: EntityFilters & { times: readonly string[] }) =>
      readLoads(scope, flowRunClauses(scope.dialect, filters), times),
    /** Looks for runs by what no index has, for as long as the request may; answers JSON in UTF-8. */
    searchJson: async (scope: Scope, input: Parsed<typeof runSearch.flowRuns>) => {
      const { limit, after, patience } = input;
      const sort = flowRunSortColumns[input.sort];
      const asked = {
        kind: "flow_run",
        sort,
        filters: input,
        limit,
        after: after ?? null,
        patience,
      } as const;
      return searchJson(await searchRuns(scope, asked, selectFlowRunsFrom));
    },
    /** Which attempt has the run; none where there is no such run. */
    attempts: readAttempts,
  },
  {
    /**
     * By (flow, idempotency key): an existing run is returned unchanged. Generates a missing name and
     * merges the labels of flow and parent. Throws the problem `not-found` when the flow is unknown.
     */
    create: createFlowRun,
    /** Applies only the given keys; a null name is ignored. False when the run is unknown. */
    update,
    updateLabels,
    /** With its states, task runs, inputs and logs, and the task run that stood for it is left. */
    delete: remove,
  },
  {
    /** The run with its current state, locked until the transaction ends. */
    lock: async (scope: WriteScope, id: string): Promise<FlowRun | undefined> =>
      (await lockFlowRuns(scope, [id]))[0],
    /** In the order of `ids`. */
    lockMany: lockFlowRuns,
    /** Which attempt has the run; none where there is no such run. */
    attempts: attemptsOf,
    /**
     * Makes `state` the current state of the run (as `lock` gave it), together with the changes of the run, and
     * records the event `prefect.flow-run.<state name>`. Data that a reader could load also becomes an
     * artifact of type `result`. Answers the run as it is now.
     */
    writeState: writeFlowRunState,
  },
);

export const flowRunSortColumns: Sorts<(typeof flowRunSorts)[number]> = {
  ID_DESC: ["flow_run.id", "desc"],
  START_TIME_ASC: ["flow_run.sort_time", "asc"],
  START_TIME_DESC: ["flow_run.sort_time", "desc"],
  EXPECTED_START_TIME_ASC: ["flow_run.expected_start_time", "asc"],
  EXPECTED_START_TIME_DESC: ["flow_run.expected_start_time", "desc"],
  NAME_ASC: ["flow_run.name", "asc"],
  NAME_DESC: ["flow_run.name", "desc"],
  NEXT_SCHEDULED_START_TIME_ASC: ["flow_run.next_scheduled_start_time", "asc"],
  END_TIME_DESC: ["flow_run.end_time", "desc"],
  DURATION_DESC: ["flow_run.total_run_time", "desc"],
  DURATION_ASC: ["flow_run.total_run_time", "asc"],
};

async function readFlowRun(scope: Scope, id: string): Promise<FlowRun | undefined> {
  return (await readMany(scope, [id]))[0];
}

const runsWith = aboutIds(
  (dialect, ids) => sql<RunRow>`${selectFlowRuns} where ${dialect.isOneOf(sql.ref("flow_run.id"), ids)}`,
);

async function readMany(scope: Scope, ids: readonly string[]): Promise<FlowRun[]> {
  const rows = await scope.all(runsWith(scope.dialect, ids), "flow_run");
  return rows.map(flowRunFrom);
}

async function filter(scope: Scope, input: Parsed<typeof flowRuns.filter>): Promise<FlowRun[]> {
  return flowRunsFrom(await page(scope, input));
}

/** Only the rows of the page are read whole. */
function page(scope: Scope, input: RunPage<(typeof flowRunSorts)[number]>): Promise<RunList> {
  const sort = flowRunSortColumns[input.sort];
  const isByDuration = sort[0] === "flow_run.total_run_time";
  const key = isByDuration ? estimatedRunTime(scope.dialect, "flow_run", scope.now()) : undefined;
  const request = { kind: "flow_run", sort, key, filters: input, window: input } as const;
  return pageOfRuns(scope, request, listOfPage(scope, "flow_run", selectFlowRunsFrom));
}

async function update(scope: WriteScope, input: Parsed<typeof flowRuns.update>): Promise<boolean> {
  const run = await readFlowRun(scope, input.id);
  if (!run) return false;
  const { name, flow_version, parameters, empirical_policy, tags, infrastructure_pid, job_variables } = input;
  const sets = {
    updated: scope.time,
    ...(name && { name }),
    ...(flow_version !== undefined && { flow_version }),
    ...(parameters && { parameters: JSON.stringify(parameters) }),
    ...(empirical_policy && { empirical_policy: JSON.stringify(empirical_policy) }),
    ...(tags && { tags: JSON.stringify(tags) }),
    ...(infrastructure_pid !== undefined && { infrastructure_pid }),
    ...(job_variables !== undefined && { job_variables: jsonOrNull(job_variables) }),
  };
  const { build } = scope.dialect;
  scope.write(
    build
      .updateTable("flow_run")
      .set({ ...sets, version: sql`version + 1` })
      .where("id", "=", run.id),
  );
  if (tags) {
    scope.write(build.deleteFrom("flow_run_tag").where("flow_run_id", "=", run.id));
    writeTags(scope, run, tags);
  }
  scope.changed("flow-runs", "updated", run.id, run.id);
  return true;
}

async function updateLabels(
  scope: WriteScope,
  { id, labels }: Parsed<typeof flowRuns.updateLabels>,
): Promise<boolean> {
  const run = await readFlowRun(scope, id);
  if (!run) return false;
  const merged = JSON.stringify({ ...run.labels, ...labels });
  scope.write(sql`update flow_run set labels = ${merged}, updated = ${scope.time}, version = version + 1
    where id = ${id}`);
  scope.changed("flow-runs", "updated", id, id);
  return true;
}

async function remove(scope: WriteScope, id: string): Promise<boolean> {
  const run = await readFlowRun(scope, id);
  if (run) await dropRuns(scope, [id]);
  return run !== undefined;
}
