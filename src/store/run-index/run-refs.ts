import { sql } from "kysely";
import { StateType } from "../../schema/states.ts";
import type { RunRef } from "../../schema/waiting.ts";
import type { Scope } from "../engine/scope.ts";
import type { Column } from "../sql/dialect.ts";

/** A reference to a run, as boards and explanations show it. */
export interface RefRow {
  kind: RunRef["kind"];
  id: string;
  name: string;
  flow_run_id: string | null;
  state_type: string | null;
  state_name: string | null;
  since: string | null;
}

export const flowRunRef: Column = sql`'flow-run' as kind, flow_run.id, flow_run.name, null as flow_run_id,
  flow_run.state_type, flow_run.state_name, coalesce(flow_run.start_time, flow_run.state_timestamp) as since`;
const taskRunRef: Column = sql`'task-run' as kind, task_run.id, task_run.name, task_run.flow_run_id,
  task_run.state_type, task_run.state_name, coalesce(task_run.start_time, task_run.state_timestamp) as since`;

export const refFrom = ({ kind, id, name, flow_run_id, state_type, state_name, since }: RefRow): RunRef => ({
  ...{ kind, id, name, flow_run_id, state_name, since },
  state_type: state_type === null ? null : StateType.parse(state_type),
});

/** Flow runs and task runs of these ids. */
export async function readRefs(scope: Scope, ids: readonly string[]): Promise<RunRef[]> {
  if (ids.length === 0) return [];
  const { isOneOf } = scope.dialect;
  const rows = await scope.all(sql<RefRow>`
    select ${flowRunRef} from flow_run where ${isOneOf(sql.ref("flow_run.id"), ids)}
    union all select ${taskRunRef} from task_run where ${isOneOf(sql.ref("task_run.id"), ids)}`);
  return rows.map(refFrom);
}
