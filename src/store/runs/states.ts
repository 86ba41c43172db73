import { sql } from "kysely";
import type { ObservedState } from "../../schema/observed-states.ts";
import type { State } from "../../schema/states.ts";
import type { Scope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import type { Column } from "../sql/dialect.ts";
import { type StateRow, stateFrom } from "../sql/rows.ts";

/** The states of a run, oldest first. */
export const flowRunStateNoun = noun({
  list: async (scope: Scope, runId: string): Promise<State[]> => {
    const rows = await scope.all(
      sql<StateRow>`select * from flow_run_state where flow_run_id = ${runId} order by timestamp, id`,
    );
    return rows.map(stateFrom);
  },
  read: async (scope: Scope, id: string): Promise<State | undefined> => {
    const row = await scope.first(sql<StateRow>`select * from flow_run_state where id = ${id}`);
    return row && stateFrom(row);
  },
  /** Names of states of flow runs and task runs, in no order: reads all states that are kept. */
  observed: (scope: Scope): Promise<ObservedState[]> =>
    scope.all(sql<ObservedState>`select type as state_type, name as state_name,
        min(first_seen) as first_seen, max(last_seen) as last_seen from (
          ${seenIn("flow_run_state")} union all ${seenIn("task_run_state")}
        ) as seen group by type, name`),
});

const seenIn = (table: "flow_run_state" | "task_run_state"): Column =>
  sql`select type, name, min(timestamp) as first_seen, max(timestamp) as last_seen
    from ${sql.table(table)} group by type, name`;

type TaskStateRow = StateRow & { told: number; task_run_id: string; flow_run_id: string | null };

const selectTaskRunStates: Column = sql`select state.*, task_run.flow_run_id
  from task_run_state as state left join task_run on task_run.id = state.task_run_id`;

/** The states of a run, oldest first. */
export const taskRunStateNoun = noun({
  list: async (scope: Scope, runId: string): Promise<State[]> => {
    const rows = await scope.all(sql<TaskStateRow>`${selectTaskRunStates}
        where state.task_run_id = ${runId} order by state.timestamp, state.id`);
    return rows.map(taskRunStateFrom);
  },
  read: async (scope: Scope, id: string): Promise<State | undefined> => {
    const row = await scope.first(sql<TaskStateRow>`${selectTaskRunStates}
        where state.told = 0 and state.id = ${id}
        union all ${selectTaskRunStates}
        where (state.task_run_id, state.timestamp, state.id) =
          (select substr(resource_id, length('prefect.task-run.') + 1), occurred, id from event where id = ${id})
          and state.told = 1`);
    return row && taskRunStateFrom(row);
  },
});

const taskRunStateFrom = ({ told, task_run_id, flow_run_id, ...row }: TaskStateRow): State =>
  stateFrom(told === 1 ? { ...row, owner: { task_run_id, flow_run_id } } : row);
