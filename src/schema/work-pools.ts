import { z } from "zod";
import { PoolConcurrencyStatus } from "./concurrency-status.ts";
import { WorkPoolFilter } from "./filters.ts";
import { FlowRun } from "./flow-runs.ts";
import { routes } from "./route.ts";
import {
  Json,
  Limit,
  Name,
  Nothing,
  Offset,
  optional,
  Page,
  rowShape,
  Time,
  Uuid,
  withDefault,
} from "./scalars.ts";

/** `PAUSED` by a user; `READY` while a worker is online. */
export const WorkStatus = z.enum(["READY", "NOT_READY", "PAUSED"]);
export type WorkStatus = z.infer<typeof WorkStatus>;

export const StorageConfiguration = z.strictObject({
  bundle_upload_step: optional(Json),
  bundle_execution_step: optional(Json),
  default_result_storage_block_id: optional(Uuid),
});

export const WorkPool = z.object({
  ...rowShape,
  name: z.string(),
  description: z.string().nullable(),
  type: z.string(),
  /** `{job_configuration, variables}`: how a run's process is started, and its variables. */
  base_job_template: Json,
  is_paused: z.boolean(),
  concurrency_limit: z.int().nullable(),
  status: WorkStatus.nullable(),
  default_queue_id: z.string().nullable(),
  storage_configuration: StorageConfiguration,
  /** Runs of the pool that are pending or running; null where there is no limit to count against. */
  active_slots: z.int().nullable(),
});
export type WorkPool = z.infer<typeof WorkPool>;

export const MostRuns = z.int32().min(0).nullish();

/** A run handed to a worker, which then has to claim it. */
export const WorkerFlowRun = z.object({
  work_pool_id: z.string(),
  work_queue_id: z.string(),
  flow_run: FlowRun,
});
export type WorkerFlowRun = z.infer<typeof WorkerFlowRun>;

export const byPool = z.object({ name: z.string() });

/** The pool of queues named without one; created on first use. */
export const defaultPoolName = "default-agent-pool";

export const workPools = routes("work-pools", {
  create: {
    method: "POST",
    path: "/work_pools/",
    input: z.strictObject({
      name: Name,
      description: optional(z.string()),
      type: withDefault(z.string(), () => "prefect-agent"),
      base_job_template: withDefault(Json, () => ({})),
      is_paused: withDefault(z.boolean(), () => false),
      concurrency_limit: MostRuns,
      storage_configuration: withDefault(StorageConfiguration, () => StorageConfiguration.parse({})),
    }),
    output: WorkPool,
    status: 201,
  },
  read: { method: "GET", path: "/work_pools/:name", input: byPool, output: WorkPool },
  update: {
    method: "PATCH",
    path: "/work_pools/:name",
    input: z.strictObject({
      ...byPool.shape,
      description: z.string().nullish(),
      is_paused: z.boolean().nullish(),
      base_job_template: Json.nullish(),
      concurrency_limit: MostRuns,
      storage_configuration: StorageConfiguration.nullish(),
    }),
    output: Nothing,
    status: 204,
  },
  delete: { method: "DELETE", path: "/work_pools/:name", input: byPool, output: Nothing, status: 204 },
  filter: {
    method: "POST",
    path: "/work_pools/filter",
    input: z.object({ work_pools: WorkPoolFilter.nullish(), limit: Limit, offset: Offset }),
    output: z.array(WorkPool),
  },
  count: {
    method: "POST",
    path: "/work_pools/count",
    input: z.object({ work_pools: WorkPoolFilter.nullish() }),
    output: z.int(),
  },
  concurrencyStatus: {
    method: "POST",
    path: "/work_pools/:name/concurrency_status",
    input: z.object({
      ...byPool.shape,
      page: Page,
      limit: Limit,
      flow_run_limit: withDefault(z.int().min(0).max(200), () => 10),
    }),
    output: PoolConcurrencyStatus,
  },
  scheduledRuns: {
    method: "POST",
    path: "/work_pools/:name/get_scheduled_flow_runs",
    input: z.object({
      ...byPool.shape,
      work_queue_names: optional(z.array(z.string())),
      scheduled_before: optional(Time),
      scheduled_after: optional(Time),
      limit: Limit,
    }),
    output: z.array(WorkerFlowRun),
  },
});
