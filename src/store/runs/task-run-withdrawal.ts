import { sql } from "kysely";
import type { WriteScope } from "../engine/scope.ts";
import { storedColumns, storedRunOf } from "../ingest/run-recording.ts";
import { isInferredSql, type StateBefore, withdrawalSteps, withdrawn } from "../ingest/withdrawals.ts";
import type { Clause } from "../sql/dialect.ts";
import { atMost } from "../sql/pages.ts";

const portion = 500;

/** Takes back the states that were inferred of the task runs of a flow run, or of one task run. */
export async function withdrawInferred(
  scope: WriteScope,
  { flow_run_id, id }: { flow_run_id?: string; id?: string },
): Promise<void> {
  const which: Clause = flow_run_id ? sql`flow_run_id = ${flow_run_id}` : sql`id = ${id}`;
  for (let after = ""; ; ) {
    const query = sql`select ${sql.raw(storedColumns)} from task_run
      where ${which} and state_type = 'CRASHED' and id > ${after} order by id ${atMost(portion)}`;
    const { sql: text, parameters } = query.compile(scope.dialect.build);
    const { rows } = await scope.rows(text, parameters.map(String));
    await withdrawPortion(scope, rows.map(storedRunOf));
    if (rows.length < portion) return;
    after = String(rows.at(-1)?.[0]);
  }
}

async function withdrawPortion(
  scope: WriteScope,
  runs: readonly ReturnType<typeof storedRunOf>[],
): Promise<void> {
  const wrong = runs.filter(({ isInferred }) => isInferred);
  if (wrong.length === 0) return;
  const among = scope.dialect.isOneOf(
    sql.ref("task_run_id"),
    wrong.map(({ id }) => id),
  );
  const states = await scope.all(sql<StateBefore & { task_run_id: string }>`
    select task_run_id, id, timestamp, type, name from task_run_state
    where ${among} and not (type = 'CRASHED' and ${sql.raw(isInferredSql)}) order by task_run_id, timestamp, id`);
  const before = new Map(states.map((state) => [state.task_run_id, state]));
  for (const run of wrong) {
    const state = before.get(run.id);
    if (!state) continue;
    const now = withdrawn(run, state);
    for (const step of withdrawalSteps(run, now, scope.time)) scope.write(step);
    scope.rollup.move("task_run", run.counted, now.counted);
    scope.changed("task-runs", "updated", run.id, run.flowRunId);
  }
}
