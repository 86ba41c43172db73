import { useQuery } from "@tanstack/react-query";
import { flowRuns } from "../../schema/flow-runs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { query, useIsPraetor } from "../api.ts";
import type { List } from "../lists/list.ts";
import type { Listed } from "../lists/list-rows.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { FirstFlow } from "../parts/first-flow.tsx";
import { runPath } from "../parts/runs/run-link.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { columnsOf } from "./columns.tsx";
import { isFlowRun, type ListInput, notAhead, type Run } from "./lists.ts";
import { useColumnContext } from "./use-column-context.ts";
import type { Sort, Tab, View } from "./view.ts";

interface Props {
  view: View;
  list: List<Run>;
  /** What the list asks for, where the server answers the whole query. */
  all: ListInput | undefined;
  /** Whether runs that schedules have created ahead of their time are left out. */
  isWithoutAhead: boolean;
  flowName: (id: string) => string | undefined;
  onQuery: (q: string) => void;
  change: (patch: { sort: Sort }) => void;
}

export function RunTable({ view, list, all, isWithoutAhead, flowName, onQuery, change }: Props) {
  const { q, tab, sort, language } = view;
  const context = useColumnContext({ runs: list.rows, view, flowName, onQuery, change });
  const total = useTotal(tab, isWithoutAhead);
  const isFlowRuns = tab === "flow-runs";
  const bulkBar = ({ selection, onActing }: Listed<Run>) => (
    <BulkBar
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
      {...{ list, total, q, language, onQuery }}
      place={`${tab} ${sort}`}
      pathOf={pathOf}
      columns={(listed) => columnsOf(tab, listed, context)}
      bulkBar={isFlowRuns ? bulkBar : undefined}
      empty={<FirstFlow title={isFlowRuns ? "No flow runs yet" : "No task runs yet"} />}
      note={isWithoutAhead && <AheadNote onShow={() => onQuery(`${q} state:scheduled`.trim())} />}
    />
  );
}

const AheadNote = ({ onShow }: { onShow: () => void }) => (
  <span className="truncate max-sm:hidden">
    Upcoming runs hidden ·{" "}
    <button type="button" className="underline hover:text-fg" onClick={onShow}>
      Show
    </button>
  </span>
);

/** How many runs there are without any filter, so that the page can say how many are hidden. */
function useTotal(tab: Tab, isWithoutAhead: boolean): number | undefined {
  // Counting all is cheap on our server; elsewhere it may be slow, so it is not repeated there.
  const live = useIsPraetor() ? {} : { meta: { live: "none" } };
  const counted = isWithoutAhead ? { flow_runs: { state: notAhead } } : {};
  const flows = useQuery({ ...query(flowRuns.count, counted), ...live, enabled: tab === "flow-runs" });
  const tasks = useQuery({ ...query(taskRuns.count, {}), ...live, enabled: tab === "task-runs" });
  return tab === "flow-runs" ? flows.data : tasks.data;
}

const pathOf = (run: Run): string =>
  isFlowRun(run)
    ? runPath({ kind: "flow-run", id: run.id })
    : runPath({ kind: "task-run", id: run.id, flowRunId: run.flow_run_id });
