import { maxStateMessage, shortened } from "../schema/long-texts.ts";
import { toMs, toTimestamp } from "../schema/scalars.ts";
import type { State, StateCreate } from "../schema/states.ts";
import { defaultStateName, isFinal } from "../schema/states.ts";

/** The columns of a run that are derived from its states; the same for flow runs and task runs. */
export interface RunTimes {
  run_count: number;
  expected_start_time: string | null;
  next_scheduled_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  total_run_time: number;
}

interface Written {
  from: State | null;
  to: StateCreate;
  id: string;
  now: string;
  ids: { flow_run_id?: string | null; task_run_id?: string | null };
}

/** The state as stored: with name, timestamp and the id of its run. */
export function writtenState({ from, to, id, now, ids }: Written): State {
  const timestamp = from && from.timestamp >= now ? oneMicrosecondAfter(from.timestamp) : now;
  const details = { ...to.state_details };
  if (ids.flow_run_id) details.flow_run_id = ids.flow_run_id;
  if (ids.task_run_id) details.task_run_id = ids.task_run_id;
  if (to.type === "SCHEDULED") details.scheduled_time ??= timestamp;
  return {
    id,
    type: to.type,
    name: to.name || defaultStateName(to.type),
    timestamp,
    message: to.message && shortened(to.message, maxStateMessage),
    data: to.data ?? null,
    state_details: details,
  };
}

/** How a run's times and counts change when `state` is written after `from`. */
export function timesAfter<T extends RunTimes>(run: T, from: State | null, state: State, counts = true): T {
  const entersRunning = state.type === "RUNNING";
  const wasFinal = from !== null && isFinal(from.type);
  const next = { ...run };
  if (from?.type === "RUNNING") {
    next.total_run_time = rounded(run.total_run_time + secondsBetween(from.timestamp, state.timestamp));
  }
  if (entersRunning) {
    next.start_time ??= state.timestamp;
    if (counts) next.run_count += 1;
  }
  if (isFinal(state.type)) {
    next.end_time = state.timestamp;
    next.start_time ??= state.timestamp;
  } else if (wasFinal) next.end_time = null;
  const scheduled = state.type === "SCHEDULED" ? state.state_details.scheduled_time : null;
  next.expected_start_time ??= scheduled ?? state.timestamp;
  next.next_scheduled_start_time = scheduled;
  return next;
}

/** Rounded to microseconds, the resolution of the clock; floats would show more. */
const rounded = (seconds: number) => Math.round(seconds * 1_000_000) / 1_000_000;

const secondsBetween = (earlier: string, later: string): number =>
  Math.max(0, (toMs(later) - toMs(earlier)) / 1000);

export function oneMicrosecondAfter(time: string): string {
  const micros = Number(time.slice(20, 26)) + 1;
  if (micros < 1_000_000) return `${time.slice(0, 20)}${String(micros).padStart(6, "0")}Z`;
  const second = new Date(Date.parse(`${time.slice(0, 19)}Z`) + 1000).toISOString();
  return toTimestamp(second) ?? time;
}
