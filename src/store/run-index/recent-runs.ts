import { sql } from "kysely";
import type { Parsed } from "../../schema/route.ts";
import { StateType } from "../../schema/states.ts";
import type { RecentRuns, recentRuns } from "../../schema/waiting.ts";
import type { Scope } from "../engine/scope.ts";
import { atMost } from "../sql/pages.ts";
import type { FlowRunTable } from "../tables.ts";
import { estimates } from "./run-times.ts";

type Row = Omit<FlowRunTable, "tags"> & { owner: string };
interface NextRow {
  owner: string;
  name: string | null;
  next_id: string | null;
  next_time: string | null;
  late: number;
}

/** Two statements, each along an index of the owners named: what they read grows with the rows asked for only. */
export async function readRecentRuns(
  scope: Scope,
  { by, ids, limit }: Parsed<typeof recentRuns.list>,
): Promise<RecentRuns[]> {
  const owner = by === "flow" ? sql.raw("flow_id") : sql.raw("deployment_id");
  const named = by === "flow" ? sql.raw("flow") : sql.raw("deployment");
  const { rowsOf, joinEach } = scope.dialect;
  const distinct = [...new Set(ids)].map((id) => ({ id }));
  const wanted = sql`${rowsOf({ id: "text" }, distinct)} as wanted`;
  const latest = sql`select id from flow_run as each
    where each.${owner} = wanted.id and (each.start_time is not null or each.state_type = 'PENDING')
    order by each.sort_time desc nulls last, each.id desc ${atMost(limit)}`;
  const [rows, next] = await Promise.all([
    scope.all(sql<Row>`select wanted.id as owner, run.id, run.name, run.state_type, run.state_name,
        run.state_timestamp, run.start_time, run.expected_start_time, run.total_run_time
      from ${wanted} ${joinEach("flow_run", "run", latest)}
      order by run.sort_time desc nulls last, run.id desc`),
    scope.all(sql<NextRow>`select wanted.id as owner, first.id as next_id,
        (select named.name from ${named} as named where named.id = wanted.id) as name,
        first.next_scheduled_start_time as next_time,
        (select count(*) from flow_run as each
          where each.${owner} = wanted.id and each.next_scheduled_start_time is not null
            and each.state_name = 'Late') as late
      from ${wanted} left join flow_run as first on first.id = (
        select id from flow_run as each
        where each.${owner} = wanted.id and each.next_scheduled_start_time is not null
          and each.state_type = 'SCHEDULED'
        order by each.next_scheduled_start_time limit 1)`),
  ]);
  const now = scope.now();
  const runs = Map.groupBy(rows, (row) => row.owner);
  const nextOf = new Map(next.map((row) => [row.owner, row]));
  return ids.map((id) => ({
    id,
    name: nextOf.get(id)?.name ?? null,
    runs: (runs.get(id) ?? []).map((row) => briefly(row, now)),
    ...upcoming(nextOf.get(id)),
  }));
}

const briefly = (row: Row, now: number): RecentRuns["runs"][number] => ({
  id: row.id,
  name: row.name,
  state_type: row.state_type === null ? null : StateType.parse(row.state_type),
  state_name: row.state_name,
  start_time: row.start_time,
  duration: estimates(row, now).estimated_run_time,
});

const upcoming = (row: NextRow | undefined): Pick<RecentRuns, "next" | "late"> => ({
  next: row?.next_id && row.next_time ? { id: row.next_id, time: row.next_time } : null,
  late: row?.late ?? 0,
});
