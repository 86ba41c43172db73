import type { State } from "../../schema/states.ts";
import type { Step, Value } from "../engine/protocol.ts";

/** Columns that stand in indexes. */
const indexed = [
  ...(["expected_start_time", "next_scheduled_start_time", "start_time", "end_time"] as const),
  "total_run_time",
] as const;

type Times = Record<Exclude<(typeof indexed)[number], "total_run_time">, string | null> & {
  total_run_time: number;
};

interface Moved {
  before: Times & { id: string };
  after: Times & {
    updated: string | null;
    run_count: number;
    empirical_policy: object;
  };
  state: State;
  /** What only one kind of runs has. */
  own: Record<string, Value>;
}

/**
 * The statement that writes a transition into the row of a run, and columns of indexes only where they are others than
 * before: an index costs as soon as one of its columns is set, whether its value is another or not.
 */
export function updateRun(
  table: "flow_run" | "task_run",
  { before, after, state, own }: Moved,
): Omit<Step, "reads"> {
  const changed = indexed.filter((column) => after[column] !== before[column]);
  const sets: Record<string, Value> = {
    updated: after.updated,
    state_id: state.id,
    state_type: state.type,
    state_name: state.name,
    state_timestamp: state.timestamp,
    run_count: after.run_count,
    empirical_policy: JSON.stringify(after.empirical_policy),
    ...own,
  };
  return {
    sql: updateSql(table, Object.keys(sets), changed),
    values: [...Object.values(sets), ...changed.map((column) => after[column]), before.id],
  };
}

const texts = new Map<string, string>();

/** Made once for each choice of indexed columns: the other columns are always the same in a table. */
function updateSql(table: string, columns: readonly string[], changed: readonly string[]): string {
  const key = `${table} ${changed}`;
  const sets = () => [...columns, ...changed].map((name) => `, ${name} = ?`).join("");
  const text = texts.get(key) ?? `update ${table} set version = version + 1${sets()} where id = ?`;
  texts.set(key, text);
  return text;
}
