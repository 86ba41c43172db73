import { sql } from "kysely";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import type { runSearch } from "../../schema/run-search.ts";
import type { State } from "../../schema/states.ts";
import type { TaskRun, taskRunSorts, taskRuns } from "../../schema/task-runs.ts";
import type { RunList } from "../engine/protocol.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Created } from "../noun.ts";
import { noun } from "../noun.ts";
import { estimatedRunTime } from "../run-index/history.ts";
import { randomName } from "../run-index/random-name.ts";
import { dropTasks } from "../run-index/run-deletion.ts";
import { requestedTaskRuns } from "../run-index/run-filters.ts";
import { type RunPage, runLists } from "../run-index/run-lists.ts";
import { listOfPage, pageOfRuns } from "../run-index/run-pages.ts";
import {
  madeRun,
  type RunRow,
  selectTaskRuns,
  selectTaskRunsFrom,
  taskRunFrom,
  taskRunsFrom,
} from "../run-index/run-rows.ts";
import { searchJson, searchRuns } from "../run-index/run-search.ts";
import { atMost, type Sorts } from "../sql/pages.ts";
import { newId, type StateRow, stateFrom } from "../sql/rows.ts";
import { isTaken } from "./task-claims.ts";
import { lock, readMany, readTaskRun } from "./task-run-reads.ts";
import { writeTaskRunState } from "./task-run-transition.ts";
import { withdrawInferred } from "./task-run-withdrawal.ts";

export const taskRunNoun = noun(
  {
    read: readTaskRun,
    readMany,
    filter,
    ...runLists({ requested: requestedTaskRuns, page }),
    searchJson: async (scope: Scope, input: Parsed<typeof runSearch.taskRuns>) => {
      const { limit, after, patience } = input;
      const request = { kind: "task_run", sort: sorts[input.sort], filters: input, limit } as const;
      return searchJson(
        await searchRuns(scope, { ...request, after: after ?? null, patience }, selectTaskRunsFrom),
      );
    },
    /** Ids of scheduled runs of a task for task workers that no other replica has claimed, by their time. */
    deferred,
  },
  {
    /** By id and by (flow run, task key, dynamic key): an existing task run is returned unchanged. See `NewFlowRun`. */
    create,
    update,
    delete: remove,
  },
  {
    lock,
    /** As for flow runs, without an event: events of task runs are sent by their own process. */
    writeState: writeTaskRunState,
    /**
     * Withdraws the inferred states of a task run, or of all task runs of a flow run, when their process reports again:
     * state, times and history are restored.
     */
    withdrawInferred,
    /** The newest completed state stored under a cache key that has not expired. */
    readCached,
    writeCached: async (
      scope: WriteScope,
      entry: { cache_key: string; cache_expiration: string | null; state_id: string },
    ): Promise<void> => {
      scope.write(scope.dialect.build.insertInto("task_run_cache").values({ ...entry, created: scope.time }));
    },
  },
);

const sorts: Sorts<(typeof taskRunSorts)[number]> = {
  ID_DESC: ["task_run.id", "desc"],
  EXPECTED_START_TIME_ASC: ["task_run.expected_start_time", "asc"],
  EXPECTED_START_TIME_DESC: ["task_run.expected_start_time", "desc"],
  NAME_ASC: ["task_run.name", "asc"],
  NAME_DESC: ["task_run.name", "desc"],
  NEXT_SCHEDULED_START_TIME_ASC: ["task_run.next_scheduled_start_time", "asc"],
  END_TIME_DESC: ["task_run.end_time", "desc"],
  DURATION_DESC: ["task_run.total_run_time", "desc"],
  DURATION_ASC: ["task_run.total_run_time", "asc"],
};

async function filter(scope: Scope, input: Parsed<typeof taskRuns.filter>): Promise<TaskRun[]> {
  return taskRunsFrom(await page(scope, input));
}

/** Only the rows of the page are read whole. */
function page(scope: Scope, input: RunPage<(typeof taskRunSorts)[number]>): Promise<RunList> {
  const sort = sorts[input.sort];
  const isByDuration = sort[0] === "task_run.total_run_time";
  const key = isByDuration ? estimatedRunTime(scope.dialect, "task_run", scope.now()) : undefined;
  const request = { kind: "task_run", sort, key, filters: input, window: input } as const;
  return pageOfRuns(scope, request, listOfPage(scope, "task_run", selectTaskRunsFrom));
}

async function deferred(
  scope: Scope,
  { task_key, limit, replica }: { task_key: string; limit: number; replica: string },
): Promise<string[]> {
  const isDeferred = scope.dialect.isTrue(sql.ref("state.state_details"), "deferred");
  const rows = await scope.all(sql<{ id: string }>`select task_run.id from task_run
    join task_run_state as state on state.task_run_id = task_run.id
      and state.timestamp = task_run.state_timestamp and state.id = task_run.state_id
    where task_run.task_key = ${task_key} and task_run.next_scheduled_start_time is not null
      and task_run.state_type = 'SCHEDULED' and ${isDeferred} and not ${isTaken(scope, replica)}
    order by task_run.next_scheduled_start_time, task_run.id ${atMost(limit)}`);
  return rows.map(({ id }) => id);
}

async function create(scope: WriteScope, input: Parsed<typeof taskRuns.create>): Promise<Created<TaskRun>> {
  const known = await readByKeys(scope, input);
  if (known) return { row: known, isNew: false };
  const flowRunId = input.flow_run_id;
  const labels = { ...(flowRunId && (await labelsIn(scope, flowRunId))), ...input.labels };
  const row = {
    id: input.id ?? newId(scope.now()),
    created: scope.time,
    updated: scope.time,
    version: 1,
    flow_run_id: flowRunId,
    // A name is for people: the key without the hash at its end.
    name: input.name || randomName(),
    tags: JSON.stringify(input.tags),
    labels: JSON.stringify(labels),
    task_key: input.task_key,
    dynamic_key: input.dynamic_key,
    cache_key: input.cache_key,
    cache_expiration: input.cache_expiration,
    task_version: input.task_version,
    empirical_policy: JSON.stringify(input.empirical_policy),
    task_inputs: JSON.stringify(input.task_inputs),
    flow_run_run_count: 0,
    ...{ state_id: null, state_type: null, state_name: null, state_timestamp: null, run_count: 0 },
    ...{ expected_start_time: null, next_scheduled_start_time: null, start_time: null, end_time: null },
    total_run_time: 0,
  };
  scope.write(scope.dialect.build.insertInto("task_run").values(row));
  scope.rollup.move("task_run", null, row);
  scope.changed("task-runs", "created", row.id, row.flow_run_id);
  return { row: taskRunFrom(madeRun("task_run", row, scope.now())), isNew: true };
}

/** What names the run's origin. */
async function labelsIn(scope: WriteScope, flowRunId: string): Promise<Record<string, string>> {
  const { build } = scope.dialect;
  const run = await scope.first(build.selectFrom("flow_run").select("flow_id").where("id", "=", flowRunId));
  if (!run) throw problem("not-found", "Flow run not found");
  return { "prefect.flow.id": run.flow_id, "prefect.flow-run.id": flowRunId };
}

async function readByKeys(scope: WriteScope, input: Parsed<typeof taskRuns.create>) {
  const byKey = sql`task_run.flow_run_id = ${input.flow_run_id}
    and task_run.task_key = ${input.task_key} and task_run.dynamic_key = ${input.dynamic_key}`;
  const query = sql<RunRow>`${selectTaskRuns} where task_run.id = ${input.id} or (${byKey})`;
  const row = await scope.first(query, "task_run");
  return row && taskRunFrom(row);
}

async function update(scope: WriteScope, input: Parsed<typeof taskRuns.update>): Promise<boolean> {
  const run = await readTaskRun(scope, input.id);
  if (!run) return false;
  scope.write(sql`update task_run set name = ${input.name}, updated = ${scope.time}, version = version + 1
    where id = ${run.id}`);
  scope.changed("task-runs", "updated", run.id, run.flow_run_id);
  return true;
}

async function remove(scope: WriteScope, id: string): Promise<boolean> {
  const run = await readTaskRun(scope, id);
  if (run) await dropTasks(scope, sql`id = ${id}`);
  return run !== undefined;
}

async function readCached(scope: WriteScope, key: string): Promise<State | undefined> {
  const row = await scope.first(sql<StateRow>`
    select state.* from task_run_cache as cache join task_run_state as state on state.id = cache.state_id and state.told = 0
    where cache.cache_key = ${key} and state.type = 'COMPLETED'
      and (cache.cache_expiration is null or cache.cache_expiration > ${scope.time})
    order by cache.created desc limit 1`);
  return row && stateFrom(row);
}
