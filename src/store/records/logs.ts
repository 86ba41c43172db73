import { sql } from "kysely";
import type { Log, LogCreate, logs } from "../../schema/logs.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { table } from "../engine/table.ts";
import { noun } from "../noun.ts";
import { clausesOf } from "../sql/filter.ts";
import { atMost } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { LogTable } from "../tables.ts";
import { countHidden, readWriters } from "./log-counts.ts";
import { logFields, logFrom } from "./log-rows.ts";
import { scanLogs } from "./log-scan.ts";

const { rows, lists } = table<LogTable, Log>("log", { from: logFrom });
const { filter, count } = lists<Parsed<typeof logs.count>, { sort: Parsed<typeof logs.filter>["sort"] }>({
  clauses: (dialect, { logs: wanted }) => clausesOf(dialect, logFields, wanted),
  order: ({ sort }) =>
    sort === "TIMESTAMP_ASC" ? sql`timestamp asc, seq asc` : sql`timestamp desc, seq desc`,
});

export const logNoun = noun(
  {
    filter,
    count,
    /** Looks through one portion of the logs, newest first; see `LogScan`. */
    scan: scanLogs,
    hidden: countHidden,
    writers: readWriters,
    /** All logs of a flow run by time, in portions, for the download. */
    stream,
    readMany: (scope: Scope, ids: readonly string[]): Promise<Log[]> =>
      rows(scope, sql`where ${scope.dialect.isOneOf(sql.ref("id"), ids)} order by seq`),
  },
  {
    create: async (scope: WriteScope, lines: readonly LogCreate[]): Promise<void> => create(scope, lines),
  },
);

const portion = 1000;

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

function create(scope: WriteScope, lines: readonly LogCreate[]): void {
  for (const log of lines) {
    const id = newId(scope.now());
    const { name, level, message, timestamp, flow_run_id, task_run_id } = log;
    scope.write({
      sql: insertSql,
      values: [id, scope.time, name, level, message, timestamp, flow_run_id, task_run_id],
    });
    scope.changed("logs", "created", id, flow_run_id);
  }
}
