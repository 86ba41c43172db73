import { useQuery } from "@tanstack/react-query";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { type FullLimit, type SilentWorker, waiting } from "../../schema/waiting.ts";
import { query, useIsPraetor } from "../api.ts";
import { type Explained, useByRun, useCapacityChanges } from "../parts/use-explained.ts";

export interface Hindrances {
  explained: Explained;
  limits: readonly FullLimit[];
  workers: readonly SilentWorker[];
}

const none: readonly never[] = [];

/** Why these runs wait, and what else of the capacity needs somebody: one request, once it is known which runs wait. */
export function useHindrances(runs: readonly FlowRun[] | undefined): Hindrances {
  const isPraetor = useIsPraetor();
  const { data } = useQuery({
    ...query(waiting.hindrances, { flow_run_ids: runs?.map((run) => run.id).toSorted() ?? [] }),
    enabled: isPraetor && runs !== undefined,
    placeholderData: (previous) => previous,
  });
  useCapacityChanges(isPraetor);
  return {
    explained: useByRun(data?.waiting),
    limits: data?.full_limits ?? none,
    workers: data?.silent_workers ?? none,
  };
}
