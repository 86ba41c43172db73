import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { flowRuns } from "../../schema/flow-runs.ts";
import { query } from "../api.ts";
import { headOrder } from "../kit/table/head-order.ts";
import { selectColumn } from "../kit/table/select-column.tsx";
import type { Column } from "../kit/table/table.tsx";
import type { Selection } from "../kit/table/use-selection.ts";
import { mayWait, useExplained } from "../parts/runs/use-explained.ts";
import { useUsual } from "../parts/time/usual.ts";
import { flowRunColumns, narrowColumns, taskRunColumns } from "./columns.tsx";
import { isFlowRun, type Run } from "./lists.ts";
import { type Key, withTerm } from "./query-language.ts";
import type { Sort, View } from "./view.ts";

interface Input {
  runs: readonly Run[];
  view: View;
  flowName: (id: string) => string | undefined;
  onQuery: (q: string) => void;
  change: (patch: { sort: Sort }) => void;
  selection: Selection<Run>;
  narrow: boolean;
}

/** The columns for what is shown and how wide the window is. */
export function useColumns({
  runs,
  view,
  flowName,
  onQuery,
  change,
  selection,
  narrow,
}: Input): readonly Column<Run>[] {
  const runName = useRunNames(view.tab === "task-runs" ? runs : []);
  const usual = useUsual(view.tab === "flow-runs" ? runs.filter(isFlowRun).map((run) => run.flow_id) : []);
  const explained = useExplained(
    view.tab === "flow-runs" ? runs.filter((run) => isFlowRun(run) && mayWait(run)).map((run) => run.id) : [],
  );
  return useMemo(() => {
    const list = { sort: view.sort, onSort: (sort: Sort) => change({ sort }) };
    const context = {
      byName: headOrder<Sort>({ ...list, ascending: "name", first: "ascending" }),
      byStart: headOrder<Sort>({ ...list, ascending: "oldest", descending: "newest", first: "descending" }),
      flowName,
      explained,
      runName,
      usual,
      narrow: (key: Key, value: string) => onQuery(withTerm(view.q, key, value)),
      select: view.tab === "flow-runs" ? [selectColumn({ rows: runs, selection, what: "runs" })] : [],
    };
    if (narrow) return narrowColumns(context);
    return view.tab === "flow-runs" ? flowRunColumns(context) : taskRunColumns(context);
  }, [
    flowName,
    explained,
    runName,
    usual,
    onQuery,
    change,
    view.q,
    view.sort,
    view.tab,
    runs,
    selection,
    narrow,
  ]);
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
