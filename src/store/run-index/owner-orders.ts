import { sql } from "kysely";
import type { Column } from "../sql/dialect.ts";

// Flows and deployments in the order of their runs. The run that decides is the first of an index, one for each owner.

/** By the start of the newest run, newest first; what has never run comes last. */
export const byLastRun = (table: "flow" | "deployment"): Column =>
  last(
    table,
    sql`(select flow_run.sort_time from flow_run
      where ${sql.ref(`flow_run.${table}_id`)} = ${sql.ref(`${table}.id`)} and flow_run.start_time is not null
      order by flow_run.sort_time desc nulls last limit 1)`,
    sql`desc`,
  );

/** By the next scheduled run, soonest first; what has none comes last. */
export const byNextRun = (table: "flow" | "deployment"): Column =>
  last(
    table,
    sql`(select flow_run.next_scheduled_start_time from flow_run
      where ${sql.ref(`flow_run.${table}_id`)} = ${sql.ref(`${table}.id`)}
        and flow_run.next_scheduled_start_time is not null and flow_run.state_type = 'SCHEDULED'
      order by flow_run.next_scheduled_start_time limit 1)`,
    sql`asc`,
  );

const last = (table: string, time: Column, direction: Column): Column =>
  sql`${time} ${direction} nulls last, ${sql.ref(`${table}.name`)}, ${sql.ref(`${table}.id`)}`;
