import { parseExact } from "../../schema/exact-json.ts";
import { timestamp } from "../../schema/scalars.ts";
import { noDetails, type State, StateType } from "../../schema/states.ts";

export { newId } from "../../schema/ids.ts";

// From stored rows to rows of the wire.

export interface StateRow {
  id: string;
  type: string;
  name: string;
  timestamp: string;
  message: string | null;
  data: string | null;
  state_details: string;
  /** Given where the details leave them out. */
  owner?: Pick<State["state_details"], "flow_run_id" | "task_run_id">;
}

export const stateFrom = (row: StateRow): State => ({
  id: row.id,
  type: StateType.parse(row.type),
  name: row.name,
  timestamp: row.timestamp,
  message: row.message,
  data: row.data === null ? null : parseExact(row.data),
  state_details: { ...noDetails, ...JSON.parse(row.state_details), ...row.owner },
});

/** Only what says something is kept; reading fills the rest in again. */
export function detailsJson(details: State["state_details"]): string {
  const said = Object.entries(details).filter(([key, value]) => value !== Reflect.get(noDetails, key));
  return JSON.stringify(Object.fromEntries(said));
}

const portion = 1000;

/** Rows in lists that one statement can insert: SQLite takes at most 32,766 parameters. */
export function inPortions<T>(rows: readonly T[]): T[][] {
  const count = Math.ceil(rows.length / portion);
  return Array.from({ length: count }, (_, at) => rows.slice(at * portion, (at + 1) * portion));
}

export const jsonOrNull = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** The last moment of an interval that ends at `ms`. */
export const oneMicrosecondBefore = (ms: number): string => timestamp(ms - 1).replace(/000Z$/, "999Z");
