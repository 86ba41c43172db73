import { sql } from "kysely";
import type { RunKind } from "../engine/protocol.ts";
import type { Scope } from "../engine/scope.ts";
import { daySpan } from "../engine/tallies.ts";
import { whereAll } from "../sql/pages.ts";
import { type AskedRuns, type ExpectedRange, type StateClause, talliedState } from "./run-filters.ts";
import { countTagged } from "./run-pages.ts";
import { piecesOfRange, runsIn, talliesIn } from "./tally-pieces.ts";

/**
 * How many runs there are: from a row for each day and state where that will do, and at the ends of a range of expected
 * starts for each minute; from the tags where these are all that is asked for besides, and else from the runs themselves.
 */
export async function countRuns(scope: Scope, asked: AskedRuns): Promise<number> {
  const { kind, clauses, tallied, filters } = asked;
  const tagged = kind === "flow_run" && !tallied ? await countTagged(scope, filters) : undefined;
  if (tagged !== undefined) return tagged;
  const counts = tallied
    ? tallied.range
      ? countsWithin(scope, kind, tallied.byState, tallied.range)
      : sql`select sum(runs) as n from ${talliesOf(scope, kind, tallied.byState)}`
    : sql`select count(*) as n from ${sql.table(kind)} where ${whereAll(clauses)}`;
  const row = await scope.first(
    sql<{ n: number }>`select cast(coalesce(sum(n), 0) as integer) as n from (${counts}) as counted`,
  );
  return row?.n ?? 0;
}

function countsWithin({ dialect }: Scope, kind: RunKind, byState: StateClause, range: ExpectedRange) {
  const { tallied, read } = piecesOfRange(range);
  const ofRun = byState(dialect, sql.ref(`${kind}.state_type`), sql.ref(`${kind}.state_name`));
  return sql`select sum(tally.runs) as n from ${talliesIn(dialect, kind, tallied)}
      where ${byState(dialect, ...talliedState)}
    union all select count(*) as n from ${runsIn(dialect, kind, read)} where ${ofRun}`;
}

/** Of runs that have a state, how many there are in each type. */
export async function countByType(scope: Scope, { kind, clauses, tallied }: AskedRuns) {
  type Row = { state_type: string; n: number };
  const rows = await scope.all(
    tallied && !tallied.range
      ? sql<Row>`select state_type, cast(sum(runs) as integer) as n from ${talliesOf(scope, kind, tallied.byState)}
          and state_type <> '' group by state_type`
      : sql<Row>`select state_type, cast(count(*) as integer) as n from ${sql.table(kind)}
          where state_type is not null and ${whereAll(clauses)} group by state_type`,
  );
  return new Map(rows.map((row) => [row.state_type, row.n]));
}

const talliesOf = ({ dialect }: Scope, kind: RunKind, byState: StateClause) => sql`run_tally as tally
  where kind = ${sql.lit(kind)} and span = ${sql.lit(daySpan)}
    and ${byState(dialect, ...talliedState)}`;
