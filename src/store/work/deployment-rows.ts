import { sql } from "kysely";
import {
  ConcurrencyOptions,
  type Deployment,
  type DeploymentSchedule,
  DeploymentStatus,
} from "../../schema/deployments.ts";
import { parseExact } from "../../schema/exact-json.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause, Column, Dialect } from "../sql/dialect.ts";
import type { DeploymentScheduleTable, DeploymentTable, LimitTable } from "../tables.ts";
import { limitAt } from "./limit-rows.ts";

export type DeploymentRow = DeploymentTable & {
  work_queue_name: string | null;
  work_pool_id: string | null;
  work_pool_name: string | null;
  work_pool_type: string | null;
  flow_name: string;
  schedules: string;
  held_limit: string | null;
};

const columnsOf = (table: string, names: readonly string[]): Record<string, Column> =>
  Object.fromEntries(names.map((name) => [name, sql.ref(`${table}.${name}`)]));

const limitFields = columnsOf("held", [
  ...["id", "created", "updated", "name", "active", "slot_limit", "active_slots", "denied_slots"],
  ...["slot_decay_per_second", "avg_slot_occupancy_seconds"],
]);
const scheduleFields = columnsOf("own", [
  ...["id", "created", "updated", "deployment_id", "schedule", "active", "max_scheduled_runs"],
  ...["parameters", "slug"],
]);

/** A deployment with its queue and pool, its schedules (in order of creation) and its limit. */
export const selectDeployments = ({ object, objects }: Dialect): Column => sql`
  select deployment.*, queue.name as work_queue_name, pool.id as work_pool_id, pool.name as work_pool_name,
    pool.type as work_pool_type, flow.name as flow_name,
    (select ${objects(scheduleFields, sql`own.created, own.id`)}
      from deployment_schedule as own where own.deployment_id = deployment.id) as schedules,
    (select ${object(limitFields)} from concurrency_limit as held where held.id = deployment.limit_id)
      as held_limit
  from deployment join flow on flow.id = deployment.flow_id
  left join work_queue as queue on queue.id = deployment.work_queue_id
  left join work_pool as pool on pool.id = queue.work_pool_id`;

export const rowsWhere = (scope: Scope, where: Clause): Promise<DeploymentRow[]> =>
  scope.all(sql<DeploymentRow>`${selectDeployments(scope.dialect)} where ${where}`);

/** The deployment at `now`, in milliseconds: slots of its limit may have decayed since they were taken. */
export function deploymentFrom(row: DeploymentRow, now: number): Deployment {
  const schedules: DeploymentScheduleTable[] = JSON.parse(row.schedules);
  return {
    id: row.id,
    created: row.created,
    updated: row.updated,
    name: row.name,
    version: row.version,
    description: row.description,
    flow_id: row.flow_id,
    paused: row.paused === 1,
    schedules: schedules.map(scheduleFrom),
    concurrency_limit: null,
    global_concurrency_limit: globalLimit(row.held_limit, now),
    concurrency_options:
      row.concurrency_options === null ? null : ConcurrencyOptions.parse(JSON.parse(row.concurrency_options)),
    job_variables: parseExact(row.job_variables),
    parameters: parseExact(row.parameters),
    tags: JSON.parse(row.tags),
    labels: JSON.parse(row.labels),
    work_pool_name: row.work_pool_name,
    work_queue_name: row.work_queue_name,
    work_queue_id: row.work_queue_id,
    last_polled: row.last_polled,
    parameter_openapi_schema: parsed(row.parameter_openapi_schema),
    enforce_parameter_schema: row.enforce_parameter_schema === 1,
    path: row.path,
    entrypoint: row.entrypoint,
    pull_steps: parsed(row.pull_steps),
    storage_document_id: row.storage_document_id,
    infrastructure_document_id: row.infrastructure_document_id,
    created_by: parsed(row.created_by),
    updated_by: parsed(row.updated_by),
    status: DeploymentStatus.parse(row.status),
  };
}

export const scheduleFrom = (row: DeploymentScheduleTable): DeploymentSchedule => ({
  id: row.id,
  created: row.created,
  updated: row.updated,
  deployment_id: row.deployment_id,
  schedule: JSON.parse(row.schedule),
  active: row.active === 1,
  max_scheduled_runs: row.max_scheduled_runs,
  parameters: parseExact(row.parameters),
  slug: row.slug,
});

const parsed = (text: string | null) => (text === null ? null : parseExact(text));

function globalLimit(text: string | null, now: number): Deployment["global_concurrency_limit"] {
  if (text === null) return null;
  const row: LimitTable = JSON.parse(text);
  const { denied_slots, avg_slot_occupancy_seconds, ...limit } = limitAt(row, now);
  return limit;
}
