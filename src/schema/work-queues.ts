import { z } from "zod";
import { QueueConcurrencyStatus } from "./concurrency-status.ts";
import { WorkQueueFilter } from "./filters.ts";
import { FlowRun } from "./flow-runs.ts";
import { routes } from "./route.ts";
import {
  byId,
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
import { MostRuns, WorkStatus } from "./work-pools.ts";

const QueueFilter = z.looseObject({
  tags: optional(z.array(z.string())),
  deployment_ids: optional(z.array(Uuid)),
});

export const WorkQueue = z.object({
  ...rowShape,
  name: z.string(),
  description: z.string().nullable(),
  is_paused: z.boolean(),
  concurrency_limit: z.int().nullable(),
  /** 1 is served first. */
  priority: z.int(),
  work_pool_id: z.string().nullable(),
  work_pool_name: z.string().nullable(),
  filter: QueueFilter.nullable(),
  /** Last poll by a worker. */
  last_polled: z.string().nullable(),
  status: WorkStatus.nullable(),
  /** Runs of the queue that are pending or running; null where there is no limit to count against. */
  active_slots: z.int().nullable(),
});
export type WorkQueue = z.infer<typeof WorkQueue>;

const changes = {
  description: z.string().nullish(),
  is_paused: z.boolean().nullish(),
  concurrency_limit: MostRuns,
  priority: z.int32().positive().nullish(),
  last_polled: Time.nullish(),
  filter: QueueFilter.nullish(),
};
/** Health thresholds of a queue; null means none. */
export const QueueHealthPolicy = z.object({
  maximum_late_runs: z.int().nullable(),
  maximum_seconds_since_last_polled: z.int().nullable(),
});
export type QueueHealthPolicy = z.infer<typeof QueueHealthPolicy>;

export const QueueStatus = z.object({
  healthy: z.boolean(),
  late_runs_count: z.int(),
  last_polled: z.string().nullable(),
  health_check_policy: QueueHealthPolicy,
});

const newQueue = {
  name: Name,
  description: withDefault(z.string(), () => ""),
  is_paused: withDefault(z.boolean(), () => false),
  concurrency_limit: MostRuns,
  priority: z.int32().positive().nullish(),
  filter: optional(QueueFilter),
};
const inPool = { pool: z.string() };
const byName = z.object({ ...inPool, name: z.string() });

export const workQueues = routes("work-queues", {
  create: {
    method: "POST",
    path: "/work_pools/:pool/queues",
    input: z.strictObject({ ...inPool, ...newQueue }),
    output: WorkQueue,
    status: 201,
  },
  read: { method: "GET", path: "/work_pools/:pool/queues/:name", input: byName, output: WorkQueue },
  // The new name cannot have the same key as the old one in the path.
  update: {
    method: "PATCH",
    path: "/work_pools/:pool/queues/:current",
    input: z.strictObject({ ...inPool, current: z.string(), name: Name.nullish(), ...changes }),
    output: Nothing,
    status: 204,
  },
  delete: {
    method: "DELETE",
    path: "/work_pools/:pool/queues/:name",
    input: byName,
    output: Nothing,
    status: 204,
  },
  filterInPool: {
    method: "POST",
    path: "/work_pools/:pool/queues/filter",
    input: z.object({ ...inPool, work_queues: WorkQueueFilter.nullish(), limit: Limit, offset: Offset }),
    output: z.array(WorkQueue),
  },
  filter: {
    method: "POST",
    path: "/work_queues/filter",
    input: z.object({ work_queues: WorkQueueFilter.nullish(), limit: Limit, offset: Offset }),
    output: z.array(WorkQueue),
  },
  readById: { method: "GET", path: "/work_queues/:id", input: byId, output: WorkQueue },
  updateById: {
    method: "PATCH",
    path: "/work_queues/:id",
    input: z.strictObject({ id: Uuid, name: Name.nullish(), ...changes }),
    output: Nothing,
    status: 204,
  },
  deleteById: { method: "DELETE", path: "/work_queues/:id", input: byId, output: Nothing, status: 204 },
  /** In the pool of queues without one, as are the queues that `readLonely` knows. */
  createInDefaultPool: {
    method: "POST",
    path: "/work_queues/",
    input: z.strictObject(newQueue),
    output: WorkQueue,
    status: 201,
  },
  readLonely: {
    method: "GET",
    path: "/work_queues/name/:name",
    input: z.object({ name: z.string() }),
    output: WorkQueue,
  },
  scheduledRuns: {
    method: "POST",
    path: "/work_queues/:id/get_runs",
    input: z.object({ id: Uuid, scheduled_before: optional(Time), limit: Limit }),
    output: z.array(FlowRun),
  },
  concurrencyStatus: {
    method: "POST",
    path: "/work_queues/:id/concurrency_status",
    input: z.object({ id: Uuid, page: Page, limit: Limit }),
    output: QueueConcurrencyStatus,
  },
  status: { method: "GET", path: "/work_queues/:id/status", input: byId, output: QueueStatus },
});
