import { sql } from "kysely";
import { StateType } from "../schema/states.ts";
import { type TaskRun, TaskRunPolicy } from "../schema/task-runs.ts";
import type { Column } from "./dialect.ts";
import { type CurrentState, currentState, estimates } from "./rows.ts";
import type { TaskRunTable } from "./tables.ts";

export type TaskRunRow = TaskRunTable & CurrentState & { state_told: number | null };

export const selectTaskRuns: Column = sql`
  select task_run.*, state.message as state_message, state.data as state_data, state.state_details,
    state.told as state_told
  from task_run left join task_run_state as state on state.task_run_id = task_run.id
    and state.timestamp = task_run.state_timestamp and state.id = task_run.state_id`;

const noPolicy = TaskRunPolicy.parse({});

export function taskRunFrom(row: TaskRunRow, now: number): TaskRun {
  return {
    id: row.id,
    created: row.created,
    updated: row.updated,
    name: row.name,
    flow_run_id: row.flow_run_id,
    tags: JSON.parse(row.tags),
    labels: JSON.parse(row.labels),
    task_key: row.task_key,
    dynamic_key: row.dynamic_key,
    cache_key: row.cache_key,
    cache_expiration: row.cache_expiration,
    task_version: row.task_version,
    empirical_policy: { ...noPolicy, ...JSON.parse(row.empirical_policy) },
    task_inputs: JSON.parse(row.task_inputs),
    flow_run_run_count: row.flow_run_run_count,
    state_id: row.state_id,
    state_type: row.state_type === null ? null : StateType.parse(row.state_type),
    state_name: row.state_name,
    run_count: row.run_count,
    expected_start_time: row.expected_start_time,
    next_scheduled_start_time: row.next_scheduled_start_time,
    start_time: row.start_time,
    end_time: row.end_time,
    total_run_time: row.total_run_time,
    ...estimates(row, now),
    state: currentState(
      row,
      row.state_told === 1 ? { task_run_id: row.id, flow_run_id: row.flow_run_id } : undefined,
    ),
  };
}
