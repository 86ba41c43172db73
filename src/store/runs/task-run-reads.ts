import { sql } from "kysely";
import type { TaskRun } from "../../schema/task-runs.ts";
import { aboutIds, type Scope, type WriteScope } from "../engine/scope.ts";
import { type RunRow, selectTaskRuns, taskRunFrom } from "../run-index/run-rows.ts";
import type { Dialect } from "../sql/dialect.ts";

export async function readTaskRun(scope: Scope, id: string): Promise<TaskRun | undefined> {
  return (await readMany(scope, [id]))[0];
}

const runsAmong = ({ isOneOf }: Dialect, ids: readonly string[]) =>
  sql<RunRow>`${selectTaskRuns} where ${isOneOf(sql.ref("task_run.id"), ids)}`;
const runsWith = aboutIds(runsAmong);
const lockedRuns = aboutIds((dialect, ids) => dialect.locked(runsAmong(dialect, ids), "task_run"));

export async function lock(scope: WriteScope, id: string): Promise<TaskRun | undefined> {
  const row = await scope.first(lockedRuns(scope.dialect, [id]), "task_run");
  return row && taskRunFrom(row);
}

export async function readMany(scope: Scope, ids: readonly string[]): Promise<TaskRun[]> {
  const rows = await scope.all(runsWith(scope.dialect, ids), "task_run");
  return rows.map(taskRunFrom);
}
