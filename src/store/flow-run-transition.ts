import { sql } from "kysely";
import type { FlowRun } from "../schema/flow-runs.ts";
import { isFailed } from "../schema/state-types.ts";
import type { State } from "../schema/states.ts";
import { learnRunLimit } from "./deployment-limits.ts";
import { tagged } from "./flow-run-creation.ts";
import { type Surroundings, stateEvent } from "./flow-run-events.ts";
import { type FlowRunRow, flowRunFrom, selectFlowRuns } from "./flow-run-rows.ts";
import { insertFailureSql, insertFlowRunStateSql } from "./hot-sql.ts";
import type { FlowRunChanges } from "./nouns.ts";
import { resultArtifact } from "./result-artifacts.ts";
import { detailsJson, estimates, jsonOrNull } from "./rows.ts";
import { updateRun } from "./run-updates.ts";
import type { WriteScope } from "./scope.ts";

const surroundingsOf = (id: string) => sql<Surroundings>`
  select flow.name as flow_name, flow.tags as flow_tags, deployment.name as deployment_name,
    deployment.tags as deployment_tags, pool.type as work_pool_type,
    pool.concurrency_limit as pool_limit, queue.concurrency_limit as queue_limit,
    (select name from task_run where task_run.id = flow_run.parent_task_run_id) as parent_name
  from flow_run join flow on flow.id = flow_run.flow_id
  left join deployment on deployment.id = flow_run.deployment_id
  left join work_queue as queue on queue.id = flow_run.work_queue_id
  left join work_pool as pool on pool.id = queue.work_pool_id
  where flow_run.id = ${id}`;

/** What `lock` has read for `writeState`, so that a transition reads once. */
const surroundings = new WeakMap<WriteScope, Map<string, Promise<Surroundings | undefined>>>();

export async function lockFlowRun(scope: WriteScope, id: string): Promise<FlowRun | undefined> {
  const query = sql<FlowRunRow>`${selectFlowRuns} where flow_run.id = ${id}`;
  // Asked for in the same breath, both questions travel in one message.
  const [row] = await Promise.all([
    scope.first(scope.dialect.locked(query, "flow_run")),
    readSurroundings(scope, id),
    learnRunLimit(scope, id),
  ]);
  return row && flowRunFrom(row, scope.now());
}

function readSurroundings(scope: WriteScope, id: string): Promise<Surroundings | undefined> {
  const known = surroundings.get(scope) ?? new Map<string, Promise<Surroundings | undefined>>();
  surroundings.set(scope, known);
  const found = known.get(id) ?? scope.first(surroundingsOf(id));
  known.set(id, found);
  return found;
}

export async function writeFlowRunState(
  scope: WriteScope,
  run: FlowRun,
  changes: FlowRunChanges,
  given: State,
): Promise<FlowRun> {
  const around = await readSurroundings(scope, run.id);
  const state = await resultArtifact(scope, given, { flow_run_id: run.id, task_run_id: null });
  const next = nextRun(scope, run, changes, state);
  scope.write({
    sql: insertFlowRunStateSql,
    values: [
      ...[state.id, run.id, state.timestamp, state.type, state.name, state.message],
      ...[jsonOrNull(state.data), detailsJson(state.state_details)],
    ],
  });
  const sets = {
    updated: scope.time,
    state_id: state.id,
    state_type: state.type,
    state_name: state.name,
    state_timestamp: state.timestamp,
    run_count: next.run_count,
    total_run_time: next.total_run_time,
    empirical_policy: JSON.stringify(next.empirical_policy),
    infrastructure_pid: next.infrastructure_pid,
  };
  scope.write(updateRun("flow_run", { before: run, after: next, sets }));
  if (isFailed(state.type)) {
    const values = [state.id, "flow-run", run.id, run.id, state.timestamp, scope.time];
    scope.write({ sql: insertFailureSql, values });
  }
  moveTags(scope, run, next);
  scope.tally.move("flow_run", run, next);
  scope.changed("flow-runs", "updated", run.id, run.id);
  if (around) {
    tellOfPlaces(scope, run, next, around);
    scope.event(stateEvent(next, run.state, state, around));
  }
  return next;
}

function nextRun(scope: WriteScope, run: FlowRun, changes: FlowRunChanges, state: State): FlowRun {
  const next: FlowRun = {
    ...run,
    ...changes,
    updated: scope.time,
    state,
    state_id: state.id,
    state_type: state.type,
    state_name: state.name,
  };
  return { ...next, ...estimates({ ...next, state_timestamp: state.timestamp }, scope.now()) };
}

/** Pools and queues with a limit tell how many runs count against it. */
function tellOfPlaces(scope: WriteScope, before: FlowRun, after: FlowRun, around: Surroundings): void {
  if (occupies(before) === occupies(after)) return;
  const { work_pool_id: pool, work_queue_id: queue } = after;
  if (pool && around.pool_limit !== null) scope.changed("work-pools", "updated", pool);
  if (queue && around.queue_limit !== null) scope.changed("work-queues", "updated", queue);
}

const occupies = ({ state_type: type }: FlowRun) => type === "PENDING" || type === "RUNNING";

/** The tags of a run are found by its state and sort by its start, as the runs are. */
function moveTags(scope: WriteScope, before: FlowRun, after: FlowRun): void {
  if (after.tags.length === 0) return;
  const [old, now] = [tagged(before), tagged(after)];
  const isSame = old.state_name === now.state_name && old.state_type === now.state_type;
  if (isSame && old.start === now.start) return;
  scope.write({
    sql: "update flow_run_tag set start = ?, state_type = ?, state_name = ? where flow_run_id = ?",
    values: [now.start, now.state_type, now.state_name, after.id],
  });
}
