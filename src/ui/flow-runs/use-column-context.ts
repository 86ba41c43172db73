import { useCallback, useMemo } from "react";
import { useIsPraetor } from "../api.ts";
import { headOrder } from "../kit/table/head-order.ts";
import { useRunsById } from "../parts/runs/runs-by-id.ts";
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
  const runOf = useRunsById(isTasks ? runs.map((run) => (isFlowRun(run) ? null : run.flow_run_id)) : []);
  const runName = useCallback((id: string) => runOf(id)?.name, [runOf]);
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
