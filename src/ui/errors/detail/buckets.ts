import type { FailureGroup } from "../../../schema/failures.ts";
import type { HistoryInterval } from "../../../schema/flow-runs.ts";
import { timestamp } from "../../../schema/scalars.ts";
import { timeOf } from "../../parts/time/times.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** How far the chart looks back, and how long one bar is, in milliseconds; counts are kept by the hour. */
export const periods = {
  "24h": { label: "24 h", span: day, step: hour },
  "7d": { label: "7 days", span: 7 * day, step: 2 * hour },
  "30d": { label: "30 days", span: 30 * day, step: day },
  "90d": { label: "90 days", span: 90 * day, step: day },
} as const;

/** The first stands where the address says none. */
export const periodNames = ["7d", "24h", "30d", "90d"] as const;
export type Period = (typeof periodNames)[number];

interface Range {
  from: number;
  to: number;
  step: number;
}

/** Counts as bars of a chart of runs by state, the empty ones too. */
export function bucketsOf(
  counts: FailureGroup["counts"],
  { from, to, step }: Range,
): readonly HistoryInterval[] {
  const bars = Array.from({ length: Math.max(1, Math.ceil((to - from) / step)) }, () => 0);
  for (const { time, count } of counts) {
    const at = Math.floor((timeOf(time) - from) / step);
    if (bars[at] !== undefined) bars[at] += count;
  }
  return bars.map((count, at) => ({
    interval_start: timestamp(from + at * step),
    interval_end: timestamp(from + (at + 1) * step),
    states:
      count === 0
        ? []
        : [
            {
              ...{ state_type: "FAILED" as const, state_name: "Failed", count_runs: count },
              ...{ sum_estimated_run_time: 0, sum_estimated_lateness: 0 },
            },
          ],
  }));
}
