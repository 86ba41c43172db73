import { sql } from "kysely";
import type { Log, LogCreate, logs } from "../../schema/logs.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Logs } from "../nouns.ts";
import { where } from "../sql/filter.ts";
import { atMost } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { LogTable } from "../tables.ts";
import { logFields, logFrom } from "./log-rows.ts";
import { scanLogs } from "./log-scan.ts";

export const logReads = (scope: Scope) =>
  ({
    filter: (input) => filter(scope, input),
    count: (input) => count(scope, input),
    scan: (input) => scanLogs(scope, input),
    stream: (flowRunId) => stream(scope, flowRunId),
    readMany: async (ids) => {
      const among = scope.dialect.isOneOf(sql.ref("id"), ids);
      const rows = await scope.all(sql<LogTable>`select * from log where ${among} order by seq`);
      return rows.map(logFrom);
    },
  }) satisfies Partial<Logs>;

export const logWrites = (scope: WriteScope) =>
  ({ create: async (given) => create(scope, given) }) satisfies Partial<Logs>;

const portion = 1000;

async function filter(scope: Scope, input: Parsed<typeof logs.filter>): Promise<Log[]> {
  const clause = where(scope.dialect, logFields, input.logs) ?? sql`1 = 1`;
  const toward = input.sort === "TIMESTAMP_ASC" ? sql`asc` : sql`desc`;
  const rows = await scope.all(
    sql<LogTable>`select * from log where ${clause}
      order by timestamp ${toward}, seq ${toward} ${atMost(input.limit)} offset ${input.offset}`,
  );
  return rows.map(logFrom);
}

async function count(scope: Scope, input: Parsed<typeof logs.count>): Promise<number> {
  const clause = where(scope.dialect, logFields, input.logs) ?? sql`1 = 1`;
  const row = await scope.first(sql<{ n: number }>`select count(*) as n from log where ${clause}`);
  return row?.n ?? 0;
}

async function* stream(scope: Scope, flowRunId: string): AsyncGenerator<Log[], void, void> {
  let last: LogTable | undefined;
  for (;;) {
    const after: ReturnType<typeof sql<boolean>> = last
      ? sql<boolean>`(timestamp, seq) > (${last.timestamp}, ${last.seq})`
      : sql<boolean>`1 = 1`;
    const rows: LogTable[] = await scope.all(
      sql<LogTable>`select * from log where flow_run_id = ${flowRunId} and ${after}
        order by timestamp, seq ${atMost(portion)}`,
    );
    if (rows.length > 0) yield rows.map(logFrom);
    last = rows.at(-1);
    if (rows.length < portion) return;
  }
}

const insertSql = `insert into log (id, created, name, level, message, timestamp, flow_run_id, task_run_id)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;

function create(scope: WriteScope, given: readonly LogCreate[]): void {
  for (const log of given) {
    const id = newId(scope.now());
    const { name, level, message, timestamp, flow_run_id, task_run_id } = log;
    scope.write({
      sql: insertSql,
      values: [id, scope.time, name, level, message, timestamp, flow_run_id, task_run_id],
    });
    scope.changed("logs", "created", id, flow_run_id);
  }
}
