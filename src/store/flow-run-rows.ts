import { sql } from "kysely";
import { parseExact } from "../schema/exact-json.ts";
import { type FlowRun, FlowRunPolicy } from "../schema/flow-runs.ts";
import { StateType } from "../schema/states.ts";
import type { Column } from "./dialect.ts";
import { type CurrentState, currentState, estimates } from "./rows.ts";
import type { FlowRunTable } from "./tables.ts";

export type FlowRunRow = FlowRunTable &
  CurrentState & { work_pool_id: string | null; work_pool_name: string | null };

const columns: Column = sql`flow_run.*, state.message as state_message, state.data as state_data,
  state.state_details, pool.id as work_pool_id, pool.name as work_pool_name`;
const tables: Column = sql`flow_run
  left join flow_run_state as state on state.id = flow_run.state_id
  left join work_queue as queue on queue.id = flow_run.work_queue_id
  left join work_pool as pool on pool.id = queue.work_pool_id`;

/** A flow run with what the wire tells of its state and its place of work. */
export const selectFlowRuns: Column = sql`select ${columns} from ${tables}`;

/** The same, with what its events tell of the places that it belongs to. */
export const selectFlowRunsAndPlaces: Column = sql`select ${columns},
    flow.name as flow_name, flow.tags as flow_tags, deployment.name as deployment_name,
    deployment.tags as deployment_tags, pool.type as work_pool_type,
    pool.concurrency_limit as pool_limit, queue.concurrency_limit as queue_limit,
    (select name from task_run where task_run.id = flow_run.parent_task_run_id) as parent_name
  from ${tables} join flow on flow.id = flow_run.flow_id
  left join deployment on deployment.id = flow_run.deployment_id`;

const noPolicy = FlowRunPolicy.parse({});

export function flowRunFrom(row: FlowRunRow, now: number): FlowRun {
  return {
    id: row.id,
    created: row.created,
    updated: row.updated,
    name: row.name,
    flow_id: row.flow_id,
    tags: JSON.parse(row.tags),
    labels: JSON.parse(row.labels),
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
    deployment_id: row.deployment_id,
    deployment_version: row.deployment_version,
    // A queue is always in a pool: without one it is gone.
    work_queue_id: row.work_pool_id === null ? null : row.work_queue_id,
    work_queue_name: row.work_pool_id === null ? null : row.work_queue_name,
    work_pool_id: row.work_pool_id,
    work_pool_name: row.work_pool_name,
    flow_version: row.flow_version,
    parameters: parseExact(row.parameters),
    idempotency_key: row.idempotency_key,
    context: parseExact(row.context),
    empirical_policy: { ...noPolicy, ...JSON.parse(row.empirical_policy) },
    parent_task_run_id: row.parent_task_run_id,
    auto_scheduled: row.auto_scheduled === 1,
    infrastructure_document_id: row.infrastructure_document_id,
    infrastructure_pid: row.infrastructure_pid,
    created_by: row.created_by === null ? null : JSON.parse(row.created_by),
    job_variables: row.job_variables === null ? {} : parseExact(row.job_variables),
    state: currentState(row),
  };
}
