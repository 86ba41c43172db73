import { sql } from "kysely";
import { timestamp, toMs } from "../../schema/times.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause, Column } from "../sql/dialect.ts";
import { atMost, whereAll } from "../sql/pages.ts";

/** Most runs read for each moment: those that ended, or began, next after it. */
const maxNext = 500;
/** Most runs read that run or wait now. */
const maxPresent = 5000;
/** The delay after which runs are marked late. */
const graceMs = 15_000;

export interface Load {
  /** In the order of the requested times. */
  running: number[];
  waiting: number[];
}

/**
 * Numbers of running and of overdue flow runs at these moments. A run that ended or began
 * long after a moment is not counted when more than 500 others did so before it.
 */
export async function readLoads(scope: Scope, clauses: Clause[], times: readonly string[]): Promise<Load> {
  const where = whereAll(clauses);
  const [past, running, waiting] = await Promise.all([
    readPast(scope, where, times),
    scope.all(sql<{ since: string | null }>`select start_time as since from flow_run
      where state_type = 'RUNNING' and ${where} ${atMost(maxPresent)}`),
    scope.all(sql<{ since: string | null }>`select expected_start_time as since from flow_run
      where state_type = 'SCHEDULED' and state_name = 'Late' and ${where} ${atMost(maxPresent)}`),
  ]);
  const upTo = (present: readonly { since: string | null }[], time: string) =>
    present.filter(({ since }) => since !== null && since <= time).length;
  const byPlace = new Map(past.map((row) => [row.place, row]));
  return {
    running: times.map((time, place) => (byPlace.get(place)?.ran ?? 0) + upTo(running, time)),
    waiting: times.map((time, place) => (byPlace.get(place)?.waited ?? 0) + upTo(waiting, time)),
  };
}

/** Of runs that have ended, or begun, since. */
function readPast(scope: Scope, where: Clause, times: readonly string[]) {
  const slices = times.map((at, place) => ({ place, at, late: timestamp(toMs(at) - graceMs) }));
  const { dialect } = scope;
  const rows = dialect.rowsOf({ place: "integer", at: "text", late: "text" }, slices);
  const countNext = (time: Column, condition: Clause) => sql`(select cast(count(*) as integer) from (
      select each.id from flow_run as each where ${time} > slice.at order by ${time} ${atMost(maxNext)}
    ) as next ${dialect.joinNext} flow_run on flow_run.id = next.id where ${condition} and ${where})`;
  const ran = sql<boolean>`flow_run.start_time <= slice.at`;
  const waited = sql<boolean>`flow_run.start_time > slice.at and flow_run.expected_start_time < slice.late`;
  return scope.all(sql<{ place: number; ran: number; waited: number }>`
    select slice.place, ${countNext(sql.ref("each.end_time"), ran)} as ran,
      ${countNext(sql.ref("each.sort_time"), waited)} as waited
    from ${rows} as slice`);
}
