import type { Step, Value } from "./protocol.ts";

/** Columns that stand in indexes. */
const times = ["expected_start_time", "next_scheduled_start_time", "start_time", "end_time"] as const;

type Times = Record<(typeof times)[number], string | null>;

/**
 * The statement that writes `sets` into the row of a run, and its times where they are others than before: an index
 * costs as soon as one of its columns is set, whether its value is another or not.
 */
export function updateRun(
  table: "flow_run" | "task_run",
  { before, after, sets }: { before: Times & { id: string }; after: Times; sets: Record<string, Value> },
): Omit<Step, "reads"> {
  const changed = times.filter((column) => after[column] !== before[column]);
  const columns = [...Object.keys(sets), ...changed];
  return {
    sql: `update ${table} set version = version + 1${columns.map((name) => `, ${name} = ?`).join("")} where id = ?`,
    values: [...Object.values(sets), ...changed.map((column) => after[column]), before.id],
  };
}
