import { z } from "zod";
import { column, filterOf, stateColumn } from "./filter.ts";
import { OwnFlowRunFilter, OwnTaskRunFilter } from "./own-filters.ts";
import { StateType } from "./states.ts";

// The filters of these nouns refer to each other, so they share a file.

export const DeploymentFilter = filterOf({
  id: column("uuid", ["any_", "not_any_"]),
  name: column("text", ["any_", "like_"]),
  flow_or_deployment_name: column("text", ["like_"]),
  paused: column("text", ["eq_"]),
  tags: column("tags", ["all_", "any_", "is_null_"], { combines: true }),
  work_queue_name: column("text", ["any_"]),
  concurrency_limit: column("number", ["ge_", "le_", "is_null_"]),
});

export const WorkPoolFilter = filterOf({
  id: column("uuid", ["any_"]),
  name: column("text", ["any_"]),
  type: column("text", ["any_"]),
});

export const WorkQueueFilter = filterOf({
  id: column("uuid", ["any_"]),
  name: column("text", ["any_", "startswith_"]),
});

export const FlowFilter = filterOf({
  id: column("uuid", ["any_", "not_any_"]),
  deployment: column("text", ["is_null_"], { combines: true }),
  name: column("text", ["any_", "like_"]),
  tags: column("tags", ["all_", "is_null_"], { combines: true, extra: ["any_"] }),
});

export const FlowRunFilter = filterOf({
  id: column("uuid", ["any_", "not_any_"]),
  name: column("text", ["any_", "like_"]),
  tags: column("tags", ["all_", "any_", "is_null_"], { combines: true }),
  deployment_id: column("uuid", ["any_", "is_null_"], { combines: true }),
  work_queue_name: column("text", ["any_", "is_null_"], { combines: true }),
  state: stateColumn(["any_", "not_any_"], StateType),
  flow_version: column("text", ["any_"]),
  start_time: column("time", ["before_", "after_", "is_null_"]),
  end_time: column("time", ["before_", "after_", "is_null_"]),
  expected_start_time: column("time", ["before_", "after_"]),
  next_scheduled_start_time: column("time", ["before_", "after_"]),
  parent_flow_run_id: column("uuid", ["any_"], { combines: true }),
  parent_task_run_id: column("uuid", ["any_", "is_null_"], { combines: true }),
  idempotency_key: column("text", ["any_", "not_any_"]),
  created_by: z.strictObject({
    operator: z.enum(["and_", "or_"]).nullish(),
    id_: z.array(z.guid()).nullish(),
    type_: z.array(z.string()).nullish(),
    is_null_: z.boolean().nullish(),
  }),
  praetor: OwnFlowRunFilter,
});

export const TaskRunFilter = filterOf({
  id: column("uuid", ["any_"]),
  name: column("text", ["any_", "like_"]),
  tags: column("tags", ["all_", "is_null_"], { combines: true, extra: ["any_"] }),
  state: stateColumn(["any_"], StateType),
  start_time: column("time", ["before_", "after_", "is_null_"]),
  end_time: column("time", ["before_", "after_", "is_null_"]),
  expected_start_time: column("time", ["before_", "after_"]),
  subflow_runs: column("text", ["exists_"]),
  flow_run_id: column("uuid", ["any_", "is_null_"], { combines: true }),
  praetor: OwnTaskRunFilter,
});

/** The entity filters that most routes take together; each present one means "has a related row that matches". */
export const relatedFilters = {
  flows: FlowFilter.nullish(),
  flow_runs: FlowRunFilter.nullish(),
  task_runs: TaskRunFilter.nullish(),
  deployments: DeploymentFilter.nullish(),
  work_pools: WorkPoolFilter.nullish(),
  work_pool_queues: WorkQueueFilter.nullish(),
};
/** The same as one schema, for filters composed column by column. */
export const RelatedFilters = z.strictObject(relatedFilters);
export type RelatedFilters = z.output<typeof RelatedFilters>;
/** Which columns each of them has. */
export const relatedColumns = {
  flows: FlowFilter.columns,
  flow_runs: FlowRunFilter.columns,
  task_runs: TaskRunFilter.columns,
  deployments: DeploymentFilter.columns,
  work_pools: WorkPoolFilter.columns,
  work_pool_queues: WorkQueueFilter.columns,
};
/** Two routes say `work_queues` for what the others call `work_pool_queues`. */
export const historyFilters = {
  flows: relatedFilters.flows,
  flow_runs: relatedFilters.flow_runs,
  task_runs: relatedFilters.task_runs,
  deployments: relatedFilters.deployments,
  work_pools: relatedFilters.work_pools,
  work_queues: WorkQueueFilter.nullish(),
};
