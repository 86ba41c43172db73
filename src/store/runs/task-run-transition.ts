import { isFailed } from "../../schema/state-types.ts";
import type { State } from "../../schema/states.ts";
import type { TaskRun } from "../../schema/task-runs.ts";
import type { WriteScope } from "../engine/scope.ts";
import { resultArtifact } from "../records/result-artifacts.ts";
import { estimates } from "../run-index/run-times.ts";
import { updateRun } from "../run-index/run-updates.ts";
import { insertFailureSql, insertTaskRunStateSql } from "../sql/hot-sql.ts";
import { detailsJson, jsonOrNull } from "../sql/rows.ts";
import type { TaskRunChanges } from "./run-changes.ts";

export async function writeTaskRunState(
  scope: WriteScope,
  run: TaskRun,
  changes: TaskRunChanges,
  proposed: State,
): Promise<TaskRun> {
  const owner = { flow_run_id: run.flow_run_id, task_run_id: run.id };
  const state = await resultArtifact(scope, proposed, owner);
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
  const { flow_run_run_count, cache_key, cache_expiration } = next;
  const own = { flow_run_run_count, cache_key, cache_expiration };
  scope.write(updateRun("task_run", { before: run, after: next, state, own }));
  // What the server infers for the tasks of a process that is gone is one failure, that of their flow run.
  if (isFailed(state.type) && state.state_details.inferred_after === undefined) {
    const values = [state.id, "task-run", run.id, run.flow_run_id, state.timestamp, scope.time];
    scope.write({ sql: insertFailureSql, values });
  }
  scope.rollup.move("task_run", run, next);
  scope.changed("task-runs", "updated", run.id, run.flow_run_id);
  return next;
}
