import { sql } from "kysely";
import { runErrorEvent } from "../../schema/event-names.ts";
import type { RunKind } from "../engine/protocol.ts";
import type { CountedRun } from "../engine/rollup.ts";
import type { WriteScope } from "../engine/scope.ts";
import type { Clause, Column } from "../sql/dialect.ts";

type TaskRow = { id: string; flow_run_id: string | null };

/** Deletes runs with all that belongs to them. States, tags and inputs are deleted by cascade. */
export async function dropRuns(scope: WriteScope, ids: readonly string[]): Promise<void> {
  const { dialect } = scope;
  if (ids.length === 0) return;
  const among = dialect.isOneOf(sql.ref("id"), ids);
  const ofRuns = dialect.isOneOf(sql.ref("flow_run_id"), ids);
  const [flowRuns] = await Promise.all([lockCounted(scope, "flow_run", among), dropTasks(scope, ofRuns)]);
  scope.write(sql`delete from failure where ${ofRuns}`);
  scope.write(sql`delete from log where ${ofRuns}`);
  dropErrors(scope, "prefect.flow-run.", sql`(select id from flow_run where ${among})`);
  scope.write(sql`delete from flow_run where ${among}`);
  for (const run of flowRuns) scope.rollup.move("flow_run", run, null);
  for (const id of ids) scope.changed("flow-runs", "deleted", id, id);
}

/** Deletes task runs, but not their logs, which are their flow run's too. */
export async function dropTasks(scope: WriteScope, which: Clause): Promise<void> {
  const rows = await lockCounted<TaskRow>(scope, "task_run", which);
  const tasks = sql`(select id from task_run where ${which})`;
  // Child flow runs are kept, without a parent.
  scope.write(sql`update flow_run set parent_task_run_id = null where parent_task_run_id in ${tasks}`);
  dropErrors(scope, "prefect.task-run.", tasks);
  scope.write(sql`delete from failure where run_id in ${tasks}`);
  scope.write(sql`delete from task_run_state where task_run_id in ${tasks}`);
  scope.write(sql`delete from task_run where ${which}`);
  for (const run of rows) {
    scope.rollup.move("task_run", run, null);
    scope.changed("task-runs", "deleted", run.id, run.flow_run_id);
  }
}

/** Found by their resource: of errors in all there may be more than of events of these runs. */
function dropErrors(scope: WriteScope, prefix: string, runs: Column): void {
  const resources = sql`(select ${prefix} || id from ${runs} as gone)`;
  scope.write(sql`delete from event where resource_id in ${resources}
    and ${scope.dialect.startsWith(sql.ref("event"), runErrorEvent)}`);
}

/** The runs, locked until the transaction ends. */
function lockCounted<R>(scope: WriteScope, table: RunKind, which: Clause): Promise<(R & CountedRun)[]> {
  const owner = table === "task_run" ? sql`, flow_run_id` : sql``;
  const query = sql<R & CountedRun>`select id, state_type, state_name, expected_start_time, start_time,
    total_run_time${owner} from ${sql.table(table)} where ${which}`;
  return scope.all(scope.dialect.locked(query, table));
}
