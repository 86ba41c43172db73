import { isFinal, type StateType, stateTypes } from "../../schema/state-types.ts";
import { toMs } from "../../schema/times.ts";
import type { TimeColumns } from "../tables.ts";

type Times = Pick<TimeColumns, "expected_start_time" | "start_time" | "total_run_time"> & {
  state_type: string | null;
  state_timestamp: string | null;
};

/** The durations of a run at `now`: running time and lateness grow. */
export function estimates(row: Times, now: number) {
  const { expected_start_time: expected, start_time: start } = row;
  const type = stateTypeOf(row.state_type);
  const running = type === "RUNNING" && row.state_timestamp ? seconds(row.state_timestamp, now) : 0;
  const isOver = type !== null && isFinal(type);
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

const types: ReadonlyMap<string, StateType> = new Map(stateTypes.map((type) => [type, type]));
const stateTypeOf = (type: string | null): StateType | null =>
  type === null ? null : (types.get(type) ?? null);
