import { useQuery } from "@tanstack/react-query";
import { flowRuns } from "../../../schema/flow-runs.ts";
import { query } from "../../api.ts";

/** How long runs of a flow usually take: the middle eight tenths of its latest completed runs. */
export interface TypicalDuration {
  low: number;
  middle: number;
  high: number;
  count: number;
}

const fewest = 5;

/** The usual durations of these flows, from one request for their latest completed runs. */
export function useTypicalDurations(
  flowIds: readonly string[],
): (flowId: string) => TypicalDuration | undefined {
  const ids = [...new Set(flowIds)].toSorted().slice(0, 200);
  const { data = [] } = useQuery({
    ...query(flowRuns.filter, {
      flow_runs: { state: { type: { any_: ["COMPLETED"] } } },
      flows: { id: { any_: ids } },
      sort: "END_TIME_DESC",
    }),
    enabled: ids.length > 0,
    staleTime: 300_000,
    // What is usual does not change by the second.
    meta: { live: "none" },
    placeholderData: (previous) => previous,
  });
  const byFlow = Map.groupBy(data, (run) => run.flow_id);
  const usual = new Map(
    [...byFlow].map(([id, runs]) => [id, typicalDurationOf(runs.map((run) => run.total_run_time))]),
  );
  return (flowId) => usual.get(flowId);
}

export function typicalDurationOf(seconds: readonly number[]): TypicalDuration | undefined {
  if (seconds.length < fewest) return undefined;
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? 0;
  return { low: at(0.1), middle: at(0.5), high: at(0.9), count: sorted.length };
}
