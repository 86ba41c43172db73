import { sql } from "kysely";
import { whereAll } from "./pages.ts";
import type { RunKind } from "./protocol.ts";
import { type AskedRuns, type StateClause, talliedState } from "./run-filters.ts";
import { countTagged } from "./run-pages.ts";
import type { Scope } from "./scope.ts";
import { daySpan } from "./tallies.ts";

/**
 * How many runs there are: from a row for each day and state where that will do, from the tags where these are all
 * that is asked for besides, and else from the runs themselves.
 */
export async function countRuns(scope: Scope, asked: AskedRuns): Promise<number> {
  const { kind, clauses, byState, filters } = asked;
  const tagged = kind === "flow_run" && !byState ? await countTagged(scope, filters) : undefined;
  if (tagged !== undefined) return tagged;
  const query = byState
    ? sql<{
        n: number;
      }>`select cast(coalesce(sum(runs), 0) as integer) as n from ${talliesOf(scope, kind, byState)}`
    : sql<{
        n: number;
      }>`select cast(count(*) as integer) as n from ${sql.table(kind)} where ${whereAll(clauses)}`;
  return (await scope.first(query))?.n ?? 0;
}

/** Of runs that have a state, how many there are in each type. */
export async function countByType(scope: Scope, { kind, clauses, byState }: AskedRuns) {
  type Row = { state_type: string; n: number };
  const rows = await scope.all(
    byState
      ? sql<Row>`select state_type, cast(sum(runs) as integer) as n from ${talliesOf(scope, kind, byState)}
          and state_type <> '' group by state_type`
      : sql<Row>`select state_type, cast(count(*) as integer) as n from ${sql.table(kind)}
          where state_type is not null and ${whereAll(clauses)} group by state_type`,
  );
  return new Map(rows.map((row) => [row.state_type, row.n]));
}

const talliesOf = ({ dialect }: Scope, kind: RunKind, byState: StateClause) => sql`run_tally as tally
  where kind = ${sql.lit(kind)} and span = ${sql.lit(daySpan)}
    and ${byState(dialect, ...talliedState)}`;
