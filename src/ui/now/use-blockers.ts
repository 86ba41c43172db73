import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { type FullLimit, type SilentWorker, waiting } from "../../schema/waiting.ts";
import { query, useIsPraetor } from "../api.ts";
import { type Explained, useByRun, useCapacityChanges } from "../parts/runs/use-explained.ts";
import {
  type TypicalDuration,
  typicalDurationOf,
  useTypicalDurations,
} from "../parts/time/typical-duration.ts";

export interface Blockers {
  explained: Explained;
  limits: readonly FullLimit[];
  workers: readonly SilentWorker[];
  usual: (flowId: string) => TypicalDuration | undefined;
}

interface Wanted {
  waiting: readonly FlowRun[];
  running: readonly FlowRun[];
}

const none: readonly never[] = [];
const most = 200;

/**
 * Why these runs wait, how long those usually take, and what else of the capacity needs somebody: one request, once
 * it is known which runs there are.
 */
export function useBlockers(wanted: Wanted | undefined): Blockers {
  const isPraetor = useIsPraetor();
  const flowIds = [...new Set(wanted?.running.map((run) => run.flow_id))].toSorted();
  const { data } = useQuery({
    ...query(waiting.blockers, {
      flow_run_ids: wanted?.waiting.map((run) => run.id).toSorted() ?? [],
      flow_ids: flowIds.slice(0, most),
    }),
    enabled: isPraetor && wanted !== undefined,
    placeholderData: (previous) => previous,
  });
  useCapacityChanges(isPraetor);
  const theirs = useTypicalDurations(isPraetor ? [] : flowIds);
  const ours = useMemo(
    () => new Map(data?.durations.map(({ flow_id, seconds }) => [flow_id, typicalDurationOf(seconds)])),
    [data],
  );
  return {
    explained: useByRun(data?.waiting),
    limits: data?.full_limits ?? none,
    workers: data?.silent_workers ?? none,
    usual: isPraetor ? (flowId) => ours.get(flowId) : theirs,
  };
}
