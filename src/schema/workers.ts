import { z } from "zod";
import { column, filterOf } from "./filter.ts";
import { routes } from "./route.ts";
import { Limit, Nothing, Offset, optional, rowShape } from "./scalars.ts";

export const WorkerStatus = z.enum(["ONLINE", "OFFLINE"]);

export const Worker = z.object({
  ...rowShape,
  name: z.string(),
  work_pool_id: z.string(),
  last_heartbeat_time: z.string().nullable(),
  heartbeat_interval_seconds: z.int().nullable(),
  status: WorkerStatus,
});
export type Worker = z.infer<typeof Worker>;

export const WorkerFilter = filterOf({
  last_heartbeat_time: column("time", ["before_", "after_"]),
  status: column("text", ["any_", "not_any_"]),
});

const inPool = { pool: z.string() };

export const workers = routes("workers", {
  heartbeat: {
    method: "POST",
    path: "/work_pools/:pool/workers/heartbeat",
    input: z.object({
      ...inPool,
      name: z.string().min(1),
      heartbeat_interval_seconds: optional(z.int32().positive()),
    }),
    output: Nothing,
    status: 204,
  },
  /** Latest heartbeat first. */
  filter: {
    method: "POST",
    path: "/work_pools/:pool/workers/filter",
    input: z.object({ ...inPool, workers: WorkerFilter.nullish(), limit: Limit, offset: Offset }),
    output: z.array(Worker),
  },
  /** Those of all pools, latest heartbeat first. Praetor only. */
  list: {
    method: "POST",
    path: "/praetor/workers",
    input: z.object({ workers: WorkerFilter.nullish(), limit: Limit, offset: Offset }),
    output: z.array(Worker),
  },
  delete: {
    method: "DELETE",
    path: "/work_pools/:pool/workers/:name",
    input: z.object({ ...inPool, name: z.string() }),
    output: Nothing,
    status: 204,
  },
});
