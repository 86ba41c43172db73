import { type RawBuilder, sql } from "kysely";
import type { RunKind } from "../engine/protocol.ts";
import { daySpan, spanRest, spans } from "../engine/rollup.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Dialect } from "../sql/dialect.ts";

// The correct rollups, counted from the runs.

/** A rollup that differs from the runs. */
export interface RollupDifference {
  kind: RunKind;
  span: number;
  start: string;
  state_type: string;
  state_name: string;
  /** Number of runs, and number in the rollup. When they are equal, the times differ. */
  expected: number;
  runs: number;
}

/** Reads all runs: for a check of the database, and for tests. */
export function rollupsThatDiffer(scope: Pick<Scope, "dialect" | "all">): Promise<RollupDifference[]> {
  const counted = everyRollup(scope.dialect, (tally) => sql`select * from (${tally}) as counted`);
  const keys = sql`kind, span, start, state_type, state_name`;
  return scope.all(sql<RollupDifference>`
    select ${keys}, cast(sum(counted) as integer) as expected, cast(sum(counted + difference) as integer) as runs
    from (
      select ${keys}, 0 as counted, runs as difference, run_time, lateness, waiting, waited from run_tally
      union all select ${keys}, runs as counted, -runs as difference, -run_time, -lateness, -waiting, -waited
        from (${counted}) as every
    ) as compared group by ${keys}
    having sum(difference) <> 0 or sum(run_time) <> 0 or sum(lateness) <> 0 or sum(waiting) <> 0 or sum(waited) <> 0
    order by ${keys}`);
}

/** Recounts them. */
export function rebuildRollups(scope: WriteScope): void {
  scope.write(sql`delete from run_tally`);
  scope.write(sql`insert into run_tally ${everyRollup(scope.dialect, (tally) => tally)}`);
  const look = scope.dialect.lookAt("run_tally");
  if (look) scope.write(look);
}

function everyRollup(dialect: Dialect, each: (tally: RawBuilder<unknown>) => RawBuilder<unknown>) {
  const kinds = ["flow_run", "task_run"] as const;
  const tallies = kinds.flatMap((kind) => spans.map((span) => each(counted(dialect, kind, span))));
  return sql.join(tallies, sql` union all `);
}

function counted(dialect: Dialect, kind: RunKind, span: number): RawBuilder<unknown> {
  const expected = dialect.microseconds(sql`expected_start_time`);
  const width = sql.lit(span);
  const spanStart = dialect.microseconds(
    sql`substr(expected_start_time, 1, ${width}) || substr(${sql.lit(spanRest)}, ${width} + 1)`,
  );
  const waits = sql`start_time is null and expected_start_time is not null
    and coalesce(state_type not in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'), true)`;
  const real = (sum: RawBuilder<unknown>) => sql`cast(sum(${sum}) as double precision)`;
  return sql`select ${sql.lit(kind)} as kind, ${width} as span,
      substr(coalesce(expected_start_time, ''), 1, ${width}) as start,
      coalesce(state_type, '') as state_type, coalesce(state_name, '') as state_name,
      cast(count(*) as integer) as runs, ${real(sql`floor(total_run_time * 1000000 + 0.5)`)} as run_time,
      ${real(sql`case when start_time > expected_start_time
        then ${dialect.microseconds(sql`start_time`)} - ${expected} else 0 end`)} as lateness,
      cast(sum(case when ${waits} then 1 else 0 end) as integer) as waiting,
      ${real(sql`case when ${waits} then ${expected} - ${spanStart} else 0 end`)} as waited
    from ${sql.table(kind)} ${span === daySpan ? sql`` : sql`where expected_start_time is not null`}
    group by 1, 2, 3, 4, 5`;
}
