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

/** Tables whose rows have runs, by the column of a run that names the row. */
const owners = { flow_id: "flow", deployment_id: "deployment", work_queue_id: "work_queue" } as const;
interface Found {
  rows: Row[];
  next: NextRow | undefined;
}

/** Along an index of the owners named: what is read grows with the rows asked for only. */
export async function readRecentRuns(
  scope: Scope,
  { by, ids, limit }: Parsed<typeof recentRuns.list>,
): Promise<RecentRuns[]> {
  const now = scope.now();
  const found =
    by === "work-pool"
      ? await ofPools(scope, ids, limit)
      : await readOwned(scope, by === "flow" ? "flow_id" : "deployment_id", ids, limit);
  return ids.map((id) => {
    const { rows = [], next } = found.get(id) ?? {};
    const name = next?.name ?? null;
    return { id, name, runs: rows.map((row) => briefly(row, now)), ...upcoming(next) };
  });
}

/** Queues that are looked at for all pools of a request. */
const maxQueues = 1000;

/** A pool has the runs of its queues. */
async function ofPools(scope: Scope, ids: readonly string[], limit: number): Promise<Map<string, Found>> {
  const queues = await scope.all(sql<{ id: string; pool_id: string; name: string }>`
    select queue.id, pool.id as pool_id, pool.name
    from work_queue as queue join work_pool as pool on pool.id = queue.work_pool_id
    where ${scope.dialect.isOneOf(sql.ref("pool.id"), ids)}
    order by queue.priority, queue.id ${atMost(maxQueues)}`);
  const queueIds = queues.map(({ id }) => id);
  const found = await readOwned(scope, "work_queue_id", queueIds, limit);
  const pools = [...Map.groupBy(queues, ({ pool_id }) => pool_id)].map(([id, own]): [string, Found] => {
    const parts = own.flatMap((queue) => found.get(queue.id) ?? []);
    const rows = parts.flatMap((part) => part.rows).toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
    const nexts = parts.flatMap(({ next }) => next ?? []);
    const [first] = nexts
      .filter(({ next_time }) => next_time !== null)
      .toSorted((a, b) => ((a.next_time ?? "") < (b.next_time ?? "") ? -1 : 1));
    const late = nexts.reduce((sum, next) => sum + next.late, 0);
    const { next_id = null, next_time = null } = first ?? {};
    const next = { owner: id, name: own[0]?.name ?? null, next_id, next_time, late };
    return [id, { rows: rows.slice(0, limit), next }];
  });
  return new Map(pools);
}

const timeOf = ({ start_time, expected_start_time }: Row): string => start_time ?? expected_start_time ?? "";

async function readOwned(
  scope: Scope,
  column: keyof typeof owners,
  ids: readonly string[],
  limit: number,
): Promise<Map<string, Found>> {
  const owner = sql.ref(`each.${column}`);
  const named = sql.table(owners[column]);
  const { rowsOf, joinEach } = scope.dialect;
  const distinct = [...new Set(ids)].map((id) => ({ id }));
  const wanted = sql`${rowsOf({ id: "text" }, distinct)} as wanted`;
  const latest = sql`select id from flow_run as each
    where ${owner} = wanted.id and (each.start_time is not null or each.state_type = 'PENDING')
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
          where ${owner} = wanted.id and each.next_scheduled_start_time is not null
            and each.state_name = 'Late') as late
      from ${wanted} left join flow_run as first on first.id = (
        select id from flow_run as each
        where ${owner} = wanted.id and each.next_scheduled_start_time is not null
          and each.state_type = 'SCHEDULED'
        order by each.next_scheduled_start_time limit 1)`),
  ]);
  const runs = Map.groupBy(rows, (row) => row.owner);
  const nextOf = new Map(next.map((row) => [row.owner, row]));
  return new Map(distinct.map(({ id }) => [id, { rows: runs.get(id) ?? [], next: nextOf.get(id) }]));
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
