import { isFailed } from "../schema/state-types.ts";
import type { State } from "../schema/states.ts";
import type { TaskRun } from "../schema/task-runs.ts";
import { insertFailureSql, insertTaskRunStateSql } from "./hot-sql.ts";
import type { TaskRunChanges } from "./nouns.ts";
import { resultArtifact } from "./result-artifacts.ts";
import { detailsJson, estimates, jsonOrNull } from "./rows.ts";
import type { WriteScope } from "./scope.ts";

const updateSql = `update task_run set updated = ?, version = version + 1, state_id = ?, state_type = ?,
  state_name = ?, state_timestamp = ?, run_count = ?, expected_start_time = ?, next_scheduled_start_time = ?,
  start_time = ?, end_time = ?, total_run_time = ?, empirical_policy = ?, flow_run_run_count = ?,
  cache_key = ?, cache_expiration = ? where id = ?`;

export async function writeTaskRunState(
  scope: WriteScope,
  run: TaskRun,
  changes: TaskRunChanges,
  given: State,
): Promise<TaskRun> {
  const owner = { flow_run_id: run.flow_run_id, task_run_id: run.id };
  const state = await resultArtifact(scope, given, owner);
  const named = { state_id: state.id, state_type: state.type, state_name: state.name };
  const changed: TaskRun = { ...run, ...changes, ...named, state, updated: scope.time };
  const times = estimates({ ...changed, state_timestamp: state.timestamp }, scope.now());
  const next = { ...changed, ...times };
  scope.write({
    sql: insertTaskRunStateSql,
    values: [
      ...[state.id, run.id, state.timestamp, state.type, state.name, state.message],
      ...[jsonOrNull(state.data), detailsJson(state.state_details), 0],
    ],
  });
  scope.write({
    sql: updateSql,
    values: [
      ...[scope.time, state.id, state.type, state.name, state.timestamp, next.run_count],
      ...[next.expected_start_time, next.next_scheduled_start_time, next.start_time, next.end_time],
      ...[next.total_run_time, JSON.stringify(next.empirical_policy), next.flow_run_run_count],
      ...[next.cache_key, next.cache_expiration, run.id],
    ],
  });
  if (isFailed(state.type)) {
    const values = [state.id, "task-run", run.id, run.flow_run_id, state.timestamp, scope.time];
    scope.write({ sql: insertFailureSql, values });
  }
  scope.tally.move("task_run", run, next);
  scope.changed("task-runs", "updated", run.id, run.flow_run_id);
  return next;
}
