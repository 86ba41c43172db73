import { z } from "zod";
import { column, filterOf } from "./filter.ts";
import { routes } from "./route.ts";
import { byId, Limit, Offset, optional, rowShape, Time, Uuid, withDefault } from "./scalars.ts";

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

/** Download formats of logs, beside Prefect's CSV. */
export const logFormats = ["text", "jsonl"] as const;

/** `WARNING`, by the highest level that the number reaches. */
export const logLevelName = (level: number): string =>
  (Object.entries(logLevels).findLast(([, value]) => level >= value)?.[0] ?? "debug").toUpperCase();

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
  /** Of the logger. */
  name: column("text", [], { extra: ["any_"] }),
});
export type LogFilter = z.infer<typeof LogFilter>;

/** A log that was found, with the runs that wrote it. */
export const LogHit = z.object({
  log: Log,
  flow_run: z
    .object({
      ...{ id: z.string(), name: z.string(), flow_id: z.string(), flow_name: z.string() },
      deployment_id: z.string().nullable(),
    })
    .nullable(),
  task_run: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Ranges of the words in the message: start, and exclusive end. */
  ranges: z.array(z.tuple([z.int(), z.int()])),
});
export type LogHit = z.infer<typeof LogHit>;

const ids = z.array(Uuid).max(200).nullish();
const named = filterOf({ name: column("text", ["any_", "like_"]) });

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
  /** Praetor only: the length of the log, for scrolling without loading it. */
  count: {
    method: "POST",
    path: "/praetor/logs/count",
    input: z.object({ logs: LogFilter.nullish() }),
    output: z.int(),
  },
  /**
   * Praetor only: of the log of some flow runs, how many lines match all filters, and how many more would without each
   * of them.
   */
  hidden: {
    method: "POST",
    path: "/praetor/logs/hidden",
    input: z.object({
      /** Whose log it is; the filters are those of `filters`. */
      flow_run_ids: z.array(Uuid).min(1).max(201),
      filters: z.array(LogFilter).max(8),
    }),
    output: z.object({ total: z.int(), shown: z.int(), hidden: z.array(z.int()) }),
  },
  /** Praetor only: who wrote the lines of some flow runs, those with the most lines first. */
  writers: {
    method: "POST",
    path: "/praetor/logs/writers",
    input: z.object({ flow_run_ids: z.array(Uuid).min(1).max(201) }),
    output: z.object({
      loggers: z.array(z.object({ name: z.string(), count: z.int() })),
      tasks: z.array(z.object({ id: z.string(), name: z.string(), count: z.int() })),
    }),
  },
  /** Ours: all lines of a flow run and its task runs by time, as a file: plain text, or one JSON object a line. */
  download: {
    method: "GET",
    path: "/praetor/flow_runs/:id/logs/download",
    input: byId.extend({ format: withDefault(z.enum(logFormats), () => "text" as const) }),
    output: z.string(),
  },
  /**
   * Ours: searches the logs of all runs, newest first, for a bounded time. With fewer hits than `limit`, `next`
   * says whether there is more to search, and `searched_back_to` how far it went.
   */
  search: {
    method: "POST",
    path: "/praetor/logs/search",
    input: z.object({
      logs: LogFilter.nullish(),
      flow_ids: ids,
      deployment_ids: ids,
      /** By the name of the flow, or of the task run. */
      flows: named.nullish(),
      task_runs: named.nullish(),
      limit: withDefault(z.int().min(1).max(200), () => 50),
      /** The `next` of the previous answer. */
      after: z.string().nullish(),
    }),
    output: z.object({
      hits: z.array(LogHit),
      searched_back_to: z.string().nullable(),
      /** How many lines were looked at. */
      searched: z.int(),
      next: z.string().nullable(),
    }),
  },
});
