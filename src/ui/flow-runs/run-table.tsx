import { useQuery } from "@tanstack/react-query";
import { flowRuns } from "../../schema/flow-runs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { query, useIsPraetor } from "../api.ts";
import type { List } from "../lists/list.ts";
import type { Listed } from "../lists/list-rows.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { FirstFlow } from "../parts/first-flow.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { columnsOf, outputColumn, parameterColumn } from "./columns.tsx";
import { type LeftOut, LeftOutNotes } from "./left-out.tsx";
import { type ListInput, notAhead, pathOf, type Run } from "./lists.ts";
import { useColumnContext } from "./use-column-context.ts";
import { useOutputs } from "./use-outputs.ts";
import type { Sort, Tab, View } from "./view.ts";

interface Props extends LeftOut {
  view: View;
  list: List<Run>;
  /** What the list asks for, where the server answers the whole query. */
  all: ListInput | undefined;
  flowName: (id: string) => string | undefined;
  onQuery: (q: string) => void;
  change: (patch: { sort: Sort }) => void;
}

export function RunTable({ view, list, all, flowName, onQuery, change, ...leftOut }: Props) {
  const { q, tab, sort, language } = view;
  const { isWithoutAhead, isWithoutSubflows } = leftOut;
  const context = useColumnContext({ runs: list.rows, view, flowName, onQuery, change });
  const outputs = useOutputs(list.rows, tab);
  const { total, matching } = useCounts({
    tab,
    isWithoutAhead,
    isWithoutSubflows,
    all,
    isPartial: list.hasMore && !list.search,
  });
  const isFlowRuns = tab === "flow-runs";
  const bulkBar = ({ selection, onActing }: Listed<Run>) => (
    <BulkBar
      tab={tab}
      selection={selection}
      loaded={list.rows.length}
      all={list.hasMore ? all : undefined}
      flowName={flowName}
      onDeleted={list.drop}
      onChanged={list.refetch}
      onActing={onActing}
    />
  );
  return (
    <ListTable
      what="run"
      title="Runs"
      label={isFlowRuns ? "Flow runs" : "Task runs"}
      {...{ list, total, matching, q, language, onQuery }}
      place={`${tab} ${sort}`}
      pathOf={pathOf}
      columns={(listed) => columnsOf(tab, listed, context)}
      columnList={tab}
      columnAt={isFlowRuns ? (key) => parameterColumn(key) ?? outputColumn(key, outputs) : undefined}
      bulkBar={bulkBar}
      empty={<FirstFlow title={isFlowRuns ? "No flow runs yet" : "No task runs yet"} />}
      note={<LeftOutNotes {...{ q, tab, onQuery }} {...leftOut} />}
    />
  );
}

interface CountsInput extends LeftOut {
  tab: Tab;
  all: ListInput | undefined;
  /** More rows match than are loaded. */
  isPartial: boolean;
}

/** How many runs there are without the query, and how many match it where the rows do not tell. */
function useCounts({ tab, isWithoutAhead, isWithoutSubflows, all, isPartial }: CountsInput) {
  const isPraetor = useIsPraetor();
  // Counting is cheap on our server; elsewhere it may be slow, so it is not repeated there.
  const live = isPraetor ? {} : { meta: { live: "none" } };
  const isTasks = tab === "task-runs";
  const leftOut = {
    ...(isWithoutAhead ? { state: notAhead } : {}),
    ...(isWithoutSubflows ? { parent_task_run_id: { is_null_: true } } : {}),
  };
  const counted = isWithoutAhead || isWithoutSubflows ? { flow_runs: leftOut } : {};
  const flows = useQuery({ ...query(flowRuns.count, counted), ...live, enabled: !isTasks });
  const tasks = useQuery({ ...query(taskRuns.count, {}), ...live, enabled: isTasks });
  const asks = isPraetor && isPartial && all !== undefined;
  const flowsFound = useQuery({
    ...query(flowRuns.count, all?.filter ?? {}),
    ...once,
    enabled: asks && !isTasks,
  });
  const tasksFound = useQuery({
    ...query(taskRuns.count, all?.filter ?? {}),
    ...once,
    enabled: asks && isTasks,
  });
  const found = isTasks ? tasksFound : flowsFound;
  return { total: isTasks ? tasks.data : flows.data, matching: asks ? found.data : undefined };
}

/** Counts of matches look at every run, so that changes do not have them made again each second. */
const once = { meta: { live: "none" }, staleTime: 30_000 } as const;
