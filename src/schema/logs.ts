import { z } from "zod";
import { column, filterOf } from "./filter.ts";
import { routes } from "./route.ts";
import { Limit, Offset, optional, rowShape, Time, Uuid, withDefault } from "./scalars.ts";

export const Log = z.object({
  ...rowShape,
  name: z.string(),
  level: z.int(),
  message: z.string(),
  timestamp: z.string(),
  flow_run_id: z.string().nullable(),
  task_run_id: z.string().nullable(),
});
export type Log = z.infer<typeof Log>;

export const logLevels = { debug: 10, info: 20, warning: 30, error: 40, critical: 50 } as const;

export const LogCreate = z.strictObject({
  name: z.string(),
  level: z.int32(),
  message: z.string(),
  timestamp: Time,
  flow_run_id: optional(Uuid),
  task_run_id: optional(Uuid),
});
export type LogCreate = z.infer<typeof LogCreate>;

export const LogFilter = filterOf({
  level: column("number", ["ge_", "le_"]),
  timestamp: column("time", ["before_", "after_"]),
  flow_run_id: column("uuid", ["any_"]),
  task_run_id: column("uuid", ["any_", "is_null_"]),
  text: column("text", ["query"]),
});
export type LogFilter = z.infer<typeof LogFilter>;

export const logs = routes("logs", {
  create: {
    method: "POST",
    path: "/logs/",
    isBulk: true,
    isReport: true,
    input: z.object({ logs: z.array(LogCreate) }),
    bodyKey: "logs",
    output: z.null(),
    status: 201,
  },
  filter: {
    method: "POST",
    path: "/logs/filter",
    input: z.object({
      logs: LogFilter.nullish(),
      sort: withDefault(z.enum(["TIMESTAMP_ASC", "TIMESTAMP_DESC"]), () => "TIMESTAMP_ASC" as const),
      limit: Limit,
      offset: Offset,
    }),
    output: z.array(Log),
  },
  /** Ours: how long the log is, so that it can be scrolled without being read. */
  count: {
    method: "POST",
    path: "/praetor/logs/count",
    input: z.object({ logs: LogFilter.nullish() }),
    output: z.int(),
  },
});
