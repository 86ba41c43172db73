import { sql } from "kysely";
import { StateType } from "../../schema/states.ts";
import type { Scope } from "../engine/scope.ts";

/** Task runs of one task in one flow run that are in states of one type. */
export interface TaskCount {
  flow_run_id: string;
  task_key: string;
  state_type: StateType;
  count: number;
  /** One of them. */
  task_run_id: string;
  first_name: string;
  last_name: string;
  /** The first in the order of text. */
  dynamic_key: string;
  start: string | null;
  /** Seconds that they ran on average; null where none has begun. */
  seconds: number | null;
}

/**
 * Counts the task runs of these flow runs, newest run first, by task and state. Runs are left out from the one on with
 * which more than `most` task runs would be read; the first never is.
 */
export async function countTasks(
  scope: Scope,
  { ids, most }: { ids: readonly string[]; most: number },
): Promise<{ counted: TaskCount[]; left_out: string[] }> {
  const { dialect } = scope;
  const sizes = await scope.all(sql<{ id: string; n: number }>`select flow_run_id as id, count(*) as n
    from task_run where ${dialect.isOneOf(sql.ref("flow_run_id"), ids)} group by flow_run_id`);
  const sizeOf = new Map(sizes.map(({ id, n }) => [id, n]));
  let total = 0;
  const isRead = (id: string, place: number): boolean => {
    total += sizeOf.get(id) ?? 0;
    return place === 0 || total <= most;
  };
  const read = ids.filter(isRead);
  const counted = await scope.all(sql<TaskCount>`
    select task.flow_run_id, task.task_key, coalesce(child.state_type, task.state_type) as state_type,
      count(*) as count, min(task.id) as task_run_id, min(task.name) as first_name, max(task.name) as last_name,
      min(task.dynamic_key) as dynamic_key,
      min(coalesce(child.start_time, task.start_time)) as start,
      avg(case when coalesce(child.start_time, task.start_time) is null then null
        when child.id is null then task.total_run_time else child.total_run_time end) as seconds
    from task_run as task left join flow_run as child on child.parent_task_run_id = task.id
    where ${dialect.isOneOf(sql.ref("task.flow_run_id"), read)}
      and coalesce(child.state_type, task.state_type) is not null
    group by task.flow_run_id, task.task_key, coalesce(child.state_type, task.state_type)`);
  return { counted, left_out: ids.filter((id) => !read.includes(id)) };
}

/** How many task runs of a flow run are in which state; of those that stand for subflows, the subflow's state. */
export async function countStates(
  scope: Scope,
  flowRunId: string,
): Promise<{ state_type: StateType; state_name: string; count: number }[]> {
  const rows = await scope.all(sql<{ type: string; name: string; n: number }>`
    select coalesce(child.state_type, task.state_type) as type,
      coalesce(child.state_name, task.state_name) as name, count(*) as n
    from task_run as task left join flow_run as child on child.parent_task_run_id = task.id
    where task.flow_run_id = ${flowRunId} and coalesce(child.state_type, task.state_type) is not null
    group by coalesce(child.state_type, task.state_type), coalesce(child.state_name, task.state_name)
    order by 1, 2`);
  return rows.map(({ type, name, n }) => ({ state_type: StateType.parse(type), state_name: name, count: n }));
}
