import { sql } from "kysely";
import type { WriteScope } from "./scope.ts";

/** Deletes runs with all that belongs to them. States, tags and inputs go with the row itself. */
export async function dropRuns(scope: WriteScope, ids: readonly string[]): Promise<void> {
  const { dialect } = scope;
  if (ids.length === 0) return;
  const ofRuns = dialect.isOneOf(sql.ref("flow_run_id"), ids);
  const taskRuns = await scope.all(sql<{ id: string; flow_run_id: string }>`
    select id, flow_run_id from task_run where ${ofRuns}`);
  const tasks = sql`(select id from task_run where ${ofRuns})`;
  // Child flow runs stay; they are nobody's children then.
  scope.write(sql`update flow_run set parent_task_run_id = null where parent_task_run_id in ${tasks}`);
  scope.write(sql`delete from task_run_state where task_run_id in ${tasks}`);
  scope.write(sql`delete from task_run where ${ofRuns}`);
  scope.write(sql`delete from failure where ${ofRuns}`);
  scope.write(sql`delete from log where ${ofRuns}`);
  scope.write(sql`delete from flow_run where ${dialect.isOneOf(sql.ref("id"), ids)}`);
  for (const task of taskRuns) scope.changed("task-runs", "deleted", task.id, task.flow_run_id);
  for (const id of ids) scope.changed("flow-runs", "deleted", id, id);
}
