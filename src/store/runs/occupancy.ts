import { sql } from "kysely";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { atMost } from "../sql/pages.ts";
import type { LimitTable } from "../tables.ts";
import { takenAt } from "../work/limit-rows.ts";
import { awaitsSlot, waitingSince } from "../work/slot-boards.ts";

/** What is taken of a limit or a queue, and what waits for it. */
export interface OccupancySample {
  id: string;
  used: number;
  waiting: number;
  /** Since when the first waits; null where none does. */
  since: string | null;
}

export interface OccupancyRow {
  owner_id: string;
  start: string;
  used: number;
  waiting: number;
  wait_seconds: number;
}

/** Most limits, and most queues, that are answered. */
const maxOwners = 500;
/** Most runs that are looked at to count waiters of limits. */
const maxWaiters = 5000;
/** Owns the rows that say that a server recorded. */
const recorder = "";

/** How much of limits and queues was taken: the most in each slot of time, which the caller chooses. */
export const occupancyNoun = noun(
  {
    /** Of all limits and queues of which something is taken or waited for, now. */
    sample,
    /** The slots of time from `since` on in which something was recorded, and what. */
    read,
  },
  {
    /** Raises what is recorded of a slot of time to these samples, and deletes what began before `before`. */
    record,
  },
);

async function sample(scope: Scope): Promise<OccupancySample[]> {
  const [limits, waiters, active, late] = await Promise.all([
    scope.all(sql<LimitTable>`select * from concurrency_limit where active_slots > 0`),
    scope.all(sql<OccupancySample>`select limit_id as id, 0 as used, count(*) as waiting, min(since) as since from (
        select deployment.limit_id, ${waitingSince} as since
        from flow_run join deployment on deployment.id = flow_run.deployment_id
        where ${awaitsSlot} and deployment.limit_id is not null ${atMost(maxWaiters)}
      ) as waits group by limit_id`),
    inQueues(scope, sql`flow_run.state_type in ('PENDING', 'RUNNING', 'CANCELLING')`),
    inQueues(scope, sql`flow_run.state_type = 'SCHEDULED' and flow_run.state_name = 'Late'`),
  ]);
  const found = new Map<string, OccupancySample>();
  const add = (id: string, more: Partial<OccupancySample>) =>
    found.set(id, { ...(found.get(id) ?? { id, used: 0, waiting: 0, since: null }), ...more });
  for (const limit of limits) add(limit.id, { used: takenAt(limit, scope.now()) });
  for (const { id, waiting, since } of waiters) add(id, { waiting, since });
  for (const { id, total } of active) add(id, { used: total });
  for (const { id, total, since } of late) add(id, { waiting: total, since });
  return [...found.values()].filter(({ used, waiting }) => used + waiting > 0);
}

/** From the few queues to their runs of these states, along the index by state. */
const inQueues = (scope: Scope, condition: ReturnType<typeof sql>) =>
  scope.all(sql<{ id: string; total: number; since: string | null }>`
    select work_queue.id, count(*) as total, min(flow_run.sort_time) as since
    from work_queue ${scope.dialect.joinNext} flow_run
      on flow_run.work_queue_id = work_queue.id and ${condition}
    group by work_queue.id`);

async function read(
  scope: Scope,
  { of, since }: { of: "limits" | "queues"; since: string },
): Promise<{ recorded: string[]; rows: OccupancyRow[] }> {
  const table = sql.table(of === "limits" ? "concurrency_limit" : "work_queue");
  const [recorded, rows] = await Promise.all([
    scope.all(sql<{ start: string }>`select start from occupancy
      where owner_id = ${recorder} and start >= ${since} order by start`),
    scope.all(sql<OccupancyRow>`select occupancy.* from (
        select id from ${table} order by name, id ${atMost(maxOwners)}
      ) as owner ${scope.dialect.joinNext} occupancy
      on occupancy.owner_id = owner.id and occupancy.start >= ${since}
      order by occupancy.owner_id, occupancy.start`),
  ]);
  return { recorded: recorded.map(({ start }) => start), rows };
}

export interface RecordedOccupancy {
  start: string;
  samples: readonly Omit<OccupancyRow, "start">[];
  before: string;
}

async function record(scope: WriteScope, { start, samples, before }: RecordedOccupancy): Promise<void> {
  const { rowsOf, form } = scope.dialect;
  const all = [{ owner_id: recorder, used: 0, waiting: 0, wait_seconds: 0 }, ...samples];
  const columns = { owner_id: "text", used: "integer", waiting: "integer", wait_seconds: "integer" } as const;
  const most = form({ sqlite: sql.raw("max"), postgres: sql.raw("greatest") });
  scope.write(sql`insert into occupancy (owner_id, start, used, waiting, wait_seconds)
    select sample.owner_id, ${start}, sample.used, sample.waiting, sample.wait_seconds
    from ${rowsOf(columns, all)} as sample where 1 = 1
    on conflict (owner_id, start) do update set
      used = ${most}(occupancy.used, excluded.used),
      waiting = ${most}(occupancy.waiting, excluded.waiting),
      wait_seconds = ${most}(occupancy.wait_seconds, excluded.wait_seconds)`);
  scope.write(sql`delete from occupancy where start < ${before}`);
}
