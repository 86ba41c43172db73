import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { flowRuns } from "../../schema/flow-runs.ts";
import { query, useIsPraetor } from "../api.ts";
import { headOrder } from "../kit/table/head-order.ts";
import { mayWait, useExplained } from "../parts/runs/use-explained.ts";
import { useTypicalDurations } from "../parts/time/typical-duration.ts";
import type { ColumnContext } from "./columns.tsx";
import { type Key, withTerm } from "./fields.ts";
import { isFlowRun, type Run } from "./lists.ts";
import type { Sort, View } from "./view.ts";

interface Input {
  runs: readonly Run[];
  view: View;
  flowName: (id: string) => string | undefined;
  onQuery: (q: string) => void;
  change: (patch: { sort: Sort }) => void;
}

/** What the columns of runs need beside the runs, in one request for each kind of it. */
export function useColumnContext({ runs, view, flowName, onQuery, change }: Input): ColumnContext {
  const isTasks = view.tab === "task-runs";
  const canSortByDuration = useIsPraetor() || isTasks;
  const runName = useRunNames(isTasks ? runs : []);
  const usual = useTypicalDurations(isTasks ? [] : runs.filter(isFlowRun).map((run) => run.flow_id));
  const explained = useExplained(
    isTasks ? [] : runs.filter((run) => isFlowRun(run) && mayWait(run)).map((run) => run.id),
  );
  return useMemo(() => {
    const list = { sort: view.sort, onSort: (sort: Sort) => change({ sort }) };
    return {
      byName: headOrder<Sort>({ ...list, ascending: "name", first: "ascending" }),
      byStart: headOrder<Sort>({ ...list, ascending: "oldest", descending: "newest", first: "descending" }),
      byDuration: canSortByDuration
        ? headOrder<Sort>({ ...list, ascending: "shortest", descending: "longest", first: "descending" })
        : undefined,
      ...{ flowName, explained, runName, usual },
      narrow: (key: Key, value: string) => onQuery(withTerm(view.q, key, value)),
    };
  }, [flowName, explained, runName, usual, onQuery, change, view.q, view.sort, canSortByDuration]);
}

/** Names of the flow runs that task runs belong to, in one request. */
function useRunNames(runs: readonly Run[]): (id: string) => string | undefined {
  const ids = [...new Set(runs.flatMap((run) => (isFlowRun(run) ? [] : (run.flow_run_id ?? []))))].toSorted();
  const { data } = useQuery({
    ...query(flowRuns.filter, { flow_runs: { id: { any_: ids.slice(0, 200) } } }),
    enabled: ids.length > 0,
    meta: { live: "patch" },
    placeholderData: (previous) => previous,
  });
  return useMemo(() => {
    const names = new Map(data?.map((run) => [run.id, run.name]));
    return (id) => names.get(id);
  }, [data]);
}
