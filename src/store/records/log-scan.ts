import { sql } from "kysely";
import type { LogHit, logs } from "../../schema/logs.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause } from "../sql/dialect.ts";
import { clausesOf, combined, on, where } from "../sql/filter.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import type { LogTable } from "../tables.ts";
import { logFields, logFrom } from "./log-rows.ts";

export interface LogPlace {
  timestamp: string;
  seq: number;
}
export interface LogScan
  extends Pick<
    Parsed<typeof logs.search>,
    "logs" | "flow_ids" | "deployment_ids" | "flows" | "task_runs" | "limit"
  > {
  /** Continues with older ones. */
  before: LogPlace | null;
  /** How many logs are scanned. */
  portion: number;
}
export interface LogFinds {
  hits: Omit<LogHit, "ranges">[];
  /** The last log scanned; null when there are no older ones. */
  last: LogPlace | null;
  /** How many logs were scanned. */
  scanned: number;
}

// Full-text search without a text index: the cost is bounded by how many logs are scanned, a portion of the
// newest, read from an index by time or, for one run, by run and time.

interface HitRow extends LogTable {
  run_name: string | null;
  flow_id: string | null;
  flow_name: string | null;
  deployment_id: string | null;
  task_name: string | null;
}

export async function scanLogs(scope: Scope, input: LogScan): Promise<LogFinds> {
  const portion = portionOf(scope, input);
  const [rows, last] = await Promise.all([
    scope.all(sql<HitRow>`
      select log.*, run.name as run_name, run.flow_id, flow.name as flow_name, run.deployment_id,
        task_run.name as task_name
      from (select * from log where ${portion} order by timestamp desc, seq desc ${atMost(input.portion)}) as log
      left join flow_run as run on run.id = log.flow_run_id left join flow on flow.id = run.flow_id
      left join task_run on task_run.id = log.task_run_id
      where ${wanted(scope, input)} order by log.timestamp desc, log.seq desc ${atMost(input.limit)}`),
    scope.first(sql<LogPlace>`select timestamp, seq from log where ${portion}
      order by timestamp desc, seq desc limit 1 offset ${input.portion - 1}`),
  ]);
  const lastHit = rows.length === input.limit ? rows.at(-1) : undefined;
  return {
    hits: rows.map(hitFrom),
    last: lastHit ? { timestamp: lastHit.timestamp, seq: lastHit.seq } : (last ?? null),
    scanned: last && !lastHit ? input.portion : await countScanned(scope, input, lastHit),
  };
}

/** Of a portion that was not scanned to its end, or is smaller than it may be. */
async function countScanned(scope: Scope, input: LogScan, last: LogPlace | undefined): Promise<number> {
  const upTo = last ? sql`(timestamp, seq) >= (${last.timestamp}, ${last.seq})` : sql`1 = 1`;
  const row = await scope.first(sql<{ n: number }>`select count(*) as n from (
    select timestamp, seq from log where ${portionOf(scope, input)}
    order by timestamp desc, seq desc ${atMost(input.portion)}) as scanned where ${upTo}`);
  return row?.n ?? 0;
}

/** Only what an index by time bounds. Several runs would have to be sorted first, all that they have ever logged. */
function portionOf({ dialect }: Scope, { logs, before }: LogScan): Clause {
  const runs = logs?.flow_run_id?.any_;
  const bounds = {
    timestamp: logs?.timestamp,
    ...(runs?.length === 1 && { flow_run_id: logs?.flow_run_id }),
  };
  const older: Clause[] = before
    ? [
        sql`log.timestamp <= ${before.timestamp}`,
        sql`(log.timestamp, log.seq) < (${before.timestamp}, ${before.seq})`,
      ]
    : [];
  return whereAll([where(dialect, logFields, bounds), ...older].filter((clause) => clause !== undefined));
}

function wanted({ dialect }: Scope, input: LogScan): Clause {
  const { flow_ids, deployment_ids } = input;
  const clauses = [
    ...clausesOf(dialect, logFields, input.logs),
    ...clausesOf(dialect, { name: on(sql.ref("flow.name")) }, input.flows),
    ...clausesOf(dialect, { name: on(sql.ref("task_run.name")) }, input.task_runs),
  ];
  if (flow_ids) clauses.push(dialect.isOneOf(sql.ref("run.flow_id"), flow_ids));
  if (deployment_ids) clauses.push(dialect.isOneOf(sql.ref("run.deployment_id"), deployment_ids));
  return combined(clauses) ?? sql`1 = 1`;
}

const hitFrom = ({ run_name, flow_id, flow_name, deployment_id, task_name, ...row }: HitRow) => ({
  log: logFrom(row),
  flow_run:
    row.flow_run_id === null || run_name === null || flow_id === null
      ? null
      : { id: row.flow_run_id, name: run_name, flow_id, flow_name: flow_name ?? "", deployment_id },
  task_run: row.task_run_id === null || task_name === null ? null : { id: row.task_run_id, name: task_name },
});
