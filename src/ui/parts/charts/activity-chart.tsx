import { useMemo } from "react";
import type { HistoryInterval } from "../../../schema/flow-runs.ts";
import type { StateType } from "../../../schema/states.ts";
import { calmCompleted, stateOrder, stateStyle } from "../runs/states.ts";
import { timeOf } from "../time/times.ts";
import { type TimeBar, TimeBars } from "./time-bars.tsx";

interface Props {
  history: readonly HistoryInterval[];
  width: number;
  height: number;
  onBrush: (from: number, to: number) => void;
}

/** How many runs, by state, over time. */
export function ActivityChart({ history, ...rest }: Props) {
  const bars = useMemo(() => history.map(barOf), [history]);
  return <TimeBars bars={bars} what="runs" {...rest} />;
}

function barOf({ interval_start, interval_end, states }: HistoryInterval): TimeBar {
  const counts: Partial<Record<StateType, number>> = {};
  for (const { state_type, count_runs } of states)
    counts[state_type] = (counts[state_type] ?? 0) + count_runs;
  const parts = stateOrder.flatMap((type) => {
    const { label, color } = stateStyle(type);
    const isBad = type === "FAILED" || type === "CRASHED";
    const fill = type === "COMPLETED" ? calmCompleted : color;
    const count = counts[type] ?? 0;
    return count > 0 ? [{ key: type, label, color, fill, count, isBad }] : [];
  });
  return { from: timeOf(interval_start), to: timeOf(interval_end), parts };
}
