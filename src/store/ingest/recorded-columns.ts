import type { Value } from "../engine/protocol.ts";

/** Columns that an event may set, in the order of `Recorded.values`. */
export const recordedColumns = [
  "name",
  "tags",
  "labels",
  "cache_key",
  "cache_expiration",
  "task_version",
  "empirical_policy",
  "task_inputs",
  "flow_run_run_count",
  "run_count",
  "expected_start_time",
  "start_time",
  "end_time",
  "total_run_time",
  "next_scheduled_start_time",
] as const;

const indexOf = (column: (typeof recordedColumns)[number]) => recordedColumns.indexOf(column);
export const expectedAt = indexOf("expected_start_time");
export const startAt = indexOf("start_time");
export const totalAt = indexOf("total_run_time");
const endAt = indexOf("end_time");
const nextAt = indexOf("next_scheduled_start_time");

/** Defaults of columns that are not null. */
const noDefaults: Record<string, string> = {
  name: "''",
  tags: "'[]'",
  labels: "'{}'",
  empirical_policy: "'{}'",
  task_inputs: "'{}'",
  flow_run_run_count: "0",
  run_count: "0",
  total_run_time: "0",
};

export const insertRunSql = `insert into task_run (id, created, updated, version, flow_run_id, task_key, dynamic_key,
  state_id, state_type, state_name, state_timestamp, ${recordedColumns.join(", ")})
  values (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ${recordedColumns.map((column) => insertedValue(column, "?")).join(", ")})`;

/** The value of a new row; `said` is the SQL of the event's value. */
export function insertedValue(column: string, said: string): string {
  return column in noDefaults ? `coalesce(${said}, ${noDefaults[column]})` : said;
}

/** The values of a row after a newer state, by the same rules as `updateOf`. */
export function updatedValue(column: (typeof recordedColumns)[number], stored: string, said: string): string {
  const at = indexOf(column);
  if (at === endAt || at === nextAt) return said;
  return at === startAt ? `coalesce(${stored}, ${said})` : `coalesce(${said}, ${stored})`;
}

export interface Update {
  sql: string;
  /** The set values, in order. */
  values: Value[];
}

const updates = new Map<number, string>();

/**
 * The statement that writes these values. Omitted values are kept, except for columns derived from the
 * state; only changed columns are set, as SQLite updates the index of every set column.
 */
export function updateOf(
  values: readonly Value[],
  before: { expected: Value; start: Value; counted: { total_run_time: number } },
): Update {
  let mask = 0;
  const set: Value[] = [];
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? null;
    const isSaid = value !== null || at === endAt || at === nextAt;
    // The first start is kept: a state that only implies one must not move it.
    if (!isSaid || (at === startAt && before.start !== null)) continue;
    if (at === expectedAt && before.expected === value) continue;
    if (at === totalAt && before.counted.total_run_time === value) continue;
    mask |= 1 << at;
    set.push(value);
  }
  const sql = updates.get(mask) ?? updateSql(mask);
  updates.set(mask, sql);
  return { sql, values: set };
}

function updateSql(mask: number): string {
  const named = recordedColumns.filter((_, at) => mask & (1 << at)).map((column) => `, ${column} = ?`);
  return `update task_run set updated = ?, version = version + 1, state_id = ?, state_type = ?, state_name = ?,
    state_timestamp = ?${named.join("")} where id = ?`;
}

/** The newer one wins; the older one fills its gaps, except for values derived from the state. */
export function merged(newer: readonly Value[], older: readonly Value[]): Value[] {
  return newer.map((value, at) => {
    if (at === endAt || at === nextAt) return value;
    if (at === startAt) return older[at] ?? value;
    return value ?? older[at] ?? null;
  });
}
