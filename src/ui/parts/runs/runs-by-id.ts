import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import { maxPage } from "../../../schema/scalars.ts";
import { query } from "../../api.ts";

/** The flow runs of these ids, in one request; none where there is none to ask for. */
export function useRunsById(wanted: readonly (string | null)[]): (id: string) => FlowRun | undefined {
  const ids = [...new Set(wanted.filter((id) => id !== null))].toSorted().slice(0, maxPage);
  const { data } = useQuery({
    ...query(flowRuns.filter, { flow_runs: { id: { any_: ids } } }),
    enabled: ids.length > 0,
    meta: { live: "patch" },
    placeholderData: (previous) => previous,
  });
  return useMemo(() => {
    const runs = new Map(data?.map((run) => [run.id, run]));
    return (id) => runs.get(id);
  }, [data]);
}
