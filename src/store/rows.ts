import { parseExact } from "../schema/exact-json.ts";
import { timestamp, toMs } from "../schema/scalars.ts";
import { isFinal, noDetails, type State, StateType } from "../schema/states.ts";
import type { TimeColumns } from "./tables.ts";

export { newId } from "../schema/ids.ts";

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
  const said = Object.entries(details).filter(([, value]) => value !== null && value !== false);
  return JSON.stringify(Object.fromEntries(said));
}

export const jsonOrNull = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** What the current state of a run adds to its row, under names of their own. */
export interface CurrentState {
  state_id: string | null;
  state_type: string | null;
  state_name: string | null;
  state_timestamp: string | null;
  state_message: string | null;
  state_data: string | null;
  state_details: string | null;
}

export function currentState(row: CurrentState, owner?: StateRow["owner"]): State | null {
  const { state_id: id, state_type: type, state_name: name, state_timestamp: timestamp } = row;
  if (id === null || type === null || name === null || timestamp === null) return null;
  const details = row.state_details ?? "{}";
  const { state_message: message, state_data: data } = row;
  return stateFrom({
    id,
    type,
    name,
    timestamp,
    message,
    data,
    state_details: details,
    ...(owner && { owner }),
  });
}

type Times = TimeColumns & Pick<CurrentState, "state_type" | "state_timestamp">;

/** The times of a run as they stand at `now`: what is running goes on, what has not started grows late. */
export function estimates(row: Times, now: number) {
  const { expected_start_time: expected, start_time: start } = row;
  const type = StateType.safeParse(row.state_type).data;
  const running = type === "RUNNING" && row.state_timestamp ? seconds(row.state_timestamp, now) : 0;
  const isOver = type !== undefined && isFinal(type);
  const lateness = !expected
    ? 0
    : start
      ? seconds(expected, toMs(start))
      : isOver
        ? 0
        : seconds(expected, now);
  return { estimated_run_time: row.total_run_time + running, estimated_start_time_delta: lateness };
}

/** To the microsecond, never negative. */
const seconds = (since: string, until: number): number =>
  Math.max(0, Math.round((until - toMs(since)) * 1000) / 1_000_000);

/** The last moment of an interval that ends at `ms`. */
export const oneMicrosecondBefore = (ms: number): string => timestamp(ms - 1).replace(/000Z$/, "999Z");
