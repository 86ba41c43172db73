import { sql } from "kysely";
import type { logs } from "../../schema/logs.ts";
import type { Output, Parsed } from "../../schema/route.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause } from "../sql/dialect.ts";
import { where } from "../sql/filter.ts";
import { atMost } from "../sql/pages.ts";
import { logFields } from "./log-rows.ts";

// Counts over the log of one run, which an index by run bounds.

/** One pass over the log, whatever the number of filters. */
export async function countHidden(
  scope: Scope,
  { flow_run_ids, filters }: Parsed<typeof logs.hidden>,
): Promise<Output<typeof logs.hidden>> {
  const { dialect } = scope;
  const tests = filters.map((filter) => where(dialect, logFields, filter) ?? sql<boolean>`1 = 1`);
  const counted = (clauses: readonly Clause[]) =>
    sql`coalesce(sum(case when ${all(clauses)} then 1 else 0 end), 0)`;
  const without = tests.map((test, at) => counted([isNot(test), ...tests.toSpliced(at, 1)]));
  const columns = [sql`count(*)`, counted(tests), ...without].map(
    (column, at) => sql`cast(${column} as integer) as ${sql.ref(`n${at}`)}`,
  );
  const row = await scope.first(sql<Record<string, number>>`
    select ${sql.join(columns)} from log where ${dialect.isOneOf(sql.ref("log.flow_run_id"), flow_run_ids)}`);
  const at = (place: number) => row?.[`n${place}`] ?? 0;
  return { total: at(0), shown: at(1), hidden: tests.map((_, place) => at(place + 2)) };
}

/** Also where the condition is about a column that is null, such as the task of a line that the flow wrote. */
const isNot = (test: Clause): Clause => sql`case when ${test} then 0 else 1 end = 1`;

const all = (clauses: readonly Clause[]): Clause =>
  clauses.length === 0 ? sql`1 = 1` : sql`${sql.join([...clauses], sql` and `)}`;

const mostLoggers = 100;
const mostTasks = 500;

export async function readWriters(
  scope: Scope,
  { flow_run_ids }: Parsed<typeof logs.writers>,
): Promise<Output<typeof logs.writers>> {
  const ofRuns = scope.dialect.isOneOf(sql.ref("log.flow_run_id"), flow_run_ids);
  const [loggers, tasks] = await Promise.all([
    scope.all(sql<{ name: string; count: number }>`
      select log.name, cast(count(*) as integer) as count from log where ${ofRuns}
      group by log.name order by 2 desc, 1 ${atMost(mostLoggers)}`),
    scope.all(sql<{ id: string; name: string; count: number }>`
      select counted.id, task_run.name, counted.count from (
        select log.task_run_id as id, cast(count(*) as integer) as count from log
        where ${ofRuns} and log.task_run_id is not null group by log.task_run_id order by 2 desc, 1
        ${atMost(mostTasks)}
      ) as counted join task_run on task_run.id = counted.id order by counted.count desc, task_run.name`),
  ]);
  return { loggers, tasks };
}
