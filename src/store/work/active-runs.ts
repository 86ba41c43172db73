import { sql } from "kysely";
import type { SlotSummary } from "../../schema/concurrency-status.ts";
import { toMs } from "../../schema/scalars.ts";
import { StateType } from "../../schema/states.ts";
import type { Scope } from "../engine/scope.ts";

/** The runs of a queue that are pending or running: all are counted, one page is listed. */
export interface ActiveRuns {
  count: number;
  runs: SlotSummary[];
}

interface Row extends Omit<SlotSummary, "time_in_current_state" | "state_type"> {
  state_type: string | null;
  work_queue_id: string;
}

/** The runs that occupy slots of queues, longest first; the same page of each queue. */
export async function activeRuns(
  scope: Scope,
  ids: readonly string[],
  { limit, page }: { limit: number; page: number },
): Promise<Map<string, ActiveRuns>> {
  const among = scope.dialect.isOneOf(sql.ref("work_queue_id"), ids);
  const isActive = sql`${among} and state_type in ('PENDING', 'RUNNING')`;
  const counted = await scope.all(sql<{ work_queue_id: string; total: number }>`
    select work_queue_id, count(*) as total from flow_run where ${isActive} group by work_queue_id`);
  const skipped = limit * (page - 1);
  const rows = await scope.all(sql<Row>`select * from (
      select id, name, state_type, state_name, start_time, state_timestamp, work_queue_id,
        row_number() over (partition by work_queue_id order by state_timestamp, id) as place
      from flow_run where ${isActive}
    ) as placed where place > ${skipped} and place <= ${skipped + limit} order by place`);
  const active = new Map(ids.map((id): [string, ActiveRuns] => [id, { count: 0, runs: [] }]));
  for (const { work_queue_id, total } of counted) active.set(work_queue_id, { count: total, runs: [] });
  for (const row of rows) active.get(row.work_queue_id)?.runs.push(summary(row, scope.now()));
  return active;
}

function summary(row: Row, now: number): SlotSummary {
  const { id, name, state_type, state_name, start_time, state_timestamp } = row;
  const since = state_timestamp === null ? null : Math.max(0, now - toMs(state_timestamp)) / 1000;
  const type = state_type === null ? null : StateType.parse(state_type);
  return {
    id,
    name,
    state_type: type,
    state_name,
    start_time,
    state_timestamp,
    time_in_current_state: since,
  };
}
