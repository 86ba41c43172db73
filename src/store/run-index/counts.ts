import { sql } from "kysely";
import type { RunKind } from "../engine/protocol.ts";
import { daySpan } from "../engine/rollup.ts";
import type { Scope } from "../engine/scope.ts";
import type { Column } from "../sql/dialect.ts";
import { whereAll } from "../sql/pages.ts";
import { countedRangesOf, rollupsIn, runsIn } from "./rollup-ranges.ts";
import {
  type ExpectedRange,
  type RequestedRuns,
  type RollupFilter,
  rollupState,
  type StateClause,
  subflowsIn,
} from "./run-filters.ts";
import { countTagged } from "./run-pages.ts";

/**
 * How many runs there are: from a row for each day and state where that will do, and at the ends of a range of expected
 * starts for each minute; from the tags where these are all that is requested for besides, and else from the runs themselves.
 */
export async function countRuns(scope: Scope, requested: RequestedRuns): Promise<number> {
  const { kind, clauses, rollup, filters } = requested;
  const tagged = kind === "flow_run" && !rollup ? await countTagged(scope, filters) : undefined;
  if (tagged !== undefined) return tagged;
  const counts = rollup
    ? sql`${rollupCounts(scope, kind, rollup)} ${rollup.isWithoutSubflows ? lessSubflows(scope, rollup) : sql``}`
    : sql`select count(*) as n from ${sql.table(kind)} where ${whereAll(clauses)}`;
  const row = await scope.first(
    sql<{ n: number }>`select cast(coalesce(sum(n), 0) as integer) as n from (${counts}) as counted`,
  );
  return row?.n ?? 0;
}

const rollupCounts = (scope: Scope, kind: RunKind, { byState, range }: RollupFilter): Column =>
  range
    ? countsWithin(scope, kind, byState, range)
    : sql`select sum(runs) as n from ${rollupsOf(scope, kind, byState)}`;

const lessSubflows = ({ dialect }: Scope, rollup: RollupFilter): Column =>
  sql`union all select -count(*) as n from ${subflowsIn(dialect, rollup)}`;

function countsWithin({ dialect }: Scope, kind: RunKind, byState: StateClause, range: ExpectedRange) {
  const { rollups, read } = countedRangesOf(range);
  const ofRun = byState(dialect, sql.ref(`${kind}.state_type`), sql.ref(`${kind}.state_name`));
  return sql`select sum(tally.runs) as n from ${rollupsIn(dialect, kind, rollups)}
      where ${byState(dialect, ...rollupState)}
    union all select count(*) as n from ${runsIn(dialect, kind, read)} where ${ofRun}`;
}

/** Of runs that have a state, how many there are in each type. */
export async function countByType(scope: Scope, { kind, clauses, rollup }: RequestedRuns) {
  type Row = { state_type: string; n: number };
  const rows = await scope.all(
    rollup && !rollup.range && !rollup.isWithoutSubflows
      ? sql<Row>`select state_type, cast(sum(runs) as integer) as n from ${rollupsOf(scope, kind, rollup.byState)}
          and state_type <> '' group by state_type`
      : sql<Row>`select state_type, cast(count(*) as integer) as n from ${sql.table(kind)}
          where state_type is not null and ${whereAll(clauses)} group by state_type`,
  );
  return new Map(rows.map((row) => [row.state_type, row.n]));
}

const rollupsOf = ({ dialect }: Scope, kind: RunKind, byState: StateClause) => sql`run_tally as tally
  where kind = ${sql.lit(kind)} and span = ${sql.lit(daySpan)}
    and ${byState(dialect, ...rollupState)}`;
