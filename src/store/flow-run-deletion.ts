import { sql } from "kysely";
import type { Clause } from "./dialect.ts";
import type { WriteScope } from "./scope.ts";
import type { RunKind, Tallied } from "./tallies.ts";

/** Deletes runs with all that belongs to them. States, tags and inputs go with the row itself. */
export async function dropRuns(scope: WriteScope, ids: readonly string[]): Promise<void> {
  const { dialect } = scope;
  if (ids.length === 0) return;
  const among = dialect.isOneOf(sql.ref("id"), ids);
  const ofRuns = dialect.isOneOf(sql.ref("flow_run_id"), ids);
  const [flowRuns, taskRuns] = await Promise.all([
    lockTallied(scope, "flow_run", among),
    lockTallied<{ id: string; flow_run_id: string }>(scope, "task_run", ofRuns),
  ]);
  const tasks = sql`(select id from task_run where ${ofRuns})`;
  // Child flow runs stay; they are nobody's children then.
  scope.write(sql`update flow_run set parent_task_run_id = null where parent_task_run_id in ${tasks}`);
  scope.write(sql`delete from task_run_state where task_run_id in ${tasks}`);
  scope.write(sql`delete from task_run where ${ofRuns}`);
  scope.write(sql`delete from failure where ${ofRuns}`);
  scope.write(sql`delete from log where ${ofRuns}`);
  scope.write(sql`delete from flow_run where ${among}`);
  for (const run of flowRuns) scope.tally.move("flow_run", run, null);
  for (const run of taskRuns) scope.tally.move("task_run", run, null);
  for (const run of taskRuns) scope.changed("task-runs", "deleted", run.id, run.flow_run_id);
  for (const id of ids) scope.changed("flow-runs", "deleted", id, id);
}

/** The runs as they are, and as nobody else may change them before this transaction ends. */
function lockTallied<R>(scope: WriteScope, table: RunKind, which: Clause): Promise<(R & Tallied)[]> {
  const owner = table === "task_run" ? sql`, flow_run_id` : sql``;
  const query = sql<R & Tallied>`select id, state_type, state_name, expected_start_time, start_time,
    total_run_time${owner} from ${sql.table(table)} where ${which}`;
  return scope.all(scope.dialect.locked(query, table));
}
