import { toMs } from "../../schema/times.ts";
import type { Step, Value } from "../engine/protocol.ts";
import { countedOf, type StoredRun } from "./run-recording.ts";

// An inferred state is withdrawn when the process reports again: it had not crashed.

/** The newest state of a task run except the inferred one. */
export interface StateBefore {
  id: string;
  timestamp: string;
  type: string;
  name: string;
}

export const isInferredSql = `state_details like '%"inferred_after"%'`;

export const statesBeforeSql = (
  runs: string,
) => `select task_run_id, id, timestamp, type, name from task_run_state
  where ${runs} and not (type = 'CRASHED' and ${isInferredSql}) order by task_run_id, timestamp, id`;

/** Of rows of `statesBeforeSql`, the last one of each run. */
export function statesBefore(rows: readonly (readonly Value[])[]): Map<string, StateBefore> {
  const found = rows.map(
    ([run, id, timestamp, type, name]) =>
      [
        String(run),
        { id: String(id), timestamp: String(timestamp), type: String(type), name: String(name) },
      ] as const,
  );
  return new Map(found);
}

/** The run as it was before its state was inferred. */
export function withdrawn(run: StoredRun, before: StateBefore): StoredRun {
  const worked = before.type === "RUNNING" ? (toMs(run.timestamp) - toMs(before.timestamp)) / 1000 : 0;
  const total = Math.max(0, Math.round((run.counted.total_run_time - worked) * 1_000_000) / 1_000_000);
  // A run that crashed before it began had the time of the crash as its start.
  const start = run.start === run.timestamp ? null : run.start;
  const { id, type, name, timestamp } = before;
  const counted = countedOf({ type, name, expected: run.expected, start, total });
  return { ...run, stateId: id, timestamp, type, start, counted, isInferred: false };
}

const setSql = `update task_run set state_id = ?, state_type = ?, state_name = ?, state_timestamp = ?, start_time = ?,
  end_time = null, total_run_time = ?, updated = ?, version = version + 1 where id = ?`;
const deleteSql = "delete from task_run_state where task_run_id = ? and timestamp = ? and id = ?";

/** The statements of a withdrawal: they delete the state and restore the run. */
export function withdrawalSteps(run: StoredRun, after: StoredRun, now: string): Step[] {
  const { total_run_time, state_name } = after.counted;
  return [
    { sql: deleteSql, values: [run.id, run.timestamp, run.stateId], reads: false },
    {
      sql: setSql,
      values: [
        after.stateId,
        after.type,
        state_name,
        after.timestamp,
        after.start,
        total_run_time,
        now,
        run.id,
      ],
      reads: false,
    },
  ];
}
