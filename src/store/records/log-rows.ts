import { sql } from "kysely";
import { type Log, LogFilter } from "../../schema/logs.ts";
import { fieldsOn } from "../sql/filter.ts";
import { textClauses } from "../sql/text-query.ts";
import type { LogTable } from "../tables.ts";

export const logFields = fieldsOn("log", LogFilter, {
  text: (dialect, { query }) =>
    query ? textClauses(query, (term) => dialect.contains(sql`log.message || ' ' || log.name`, term)) : [],
});

export const logFrom = (row: LogTable): Log => ({
  id: row.id,
  created: row.created,
  updated: row.created,
  name: row.name,
  level: row.level,
  message: row.message,
  timestamp: row.timestamp,
  flow_run_id: row.flow_run_id,
  task_run_id: row.task_run_id,
});
