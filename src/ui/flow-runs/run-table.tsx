import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { useNarrow } from "../kit/media.ts";
import { Failed } from "../kit/panel.tsx";
import { Pill } from "../kit/pill.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Table } from "../kit/table/table.tsx";
import { useRows } from "../kit/table/use-rows.ts";
import { wordsFor } from "../kit/table/use-steady.ts";
import { MistakenQuery } from "../lists/mistaken-query.tsx";
import { NoMatch } from "../lists/no-match.tsx";
import { FirstFlow } from "../parts/first-flow.tsx";
import { useRowHeight } from "../parts/row-height.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { Status } from "./list-status.tsx";
import { isFlowRun, type ListInput, type Run } from "./lists.ts";
import type { Waiting } from "./merge.ts";
import { useColumns } from "./use-columns.tsx";
import type { RunList } from "./use-run-list.ts";
import type { Sort, View } from "./view.ts";

interface Props {
  loaded: RunList;
  /** Those of the loaded ones that pass the query. */
  runs: readonly Run[];
  /** What the list asks for, where the server answers the whole query. */
  all: ListInput | undefined;
  total: number | undefined;
  /** Given where what schedules have made ahead of its time is left out. */
  onShowAhead: (() => void) | undefined;
  view: View;
  flowName: (id: string) => string | undefined;
  onQuery: (q: string) => void;
  change: (patch: { sort: Sort }) => void;
  onMayMove: (mayMove: boolean) => void;
}

export function RunTable(props: Props) {
  const { loaded, runs, total, view, onQuery } = props;
  const { misunderstood } = view.query;
  if (misunderstood.length > 0)
    return <MistakenQuery q={view.q} misunderstood={misunderstood} onQuery={onQuery} />;
  if (loaded.isPending) return <SkeletonRows rows={20} label="Loading runs" />;
  if (loaded.error && loaded.runs.length === 0)
    return <Failed what="Runs" error={loaded.error} onRetry={loaded.refetch} />;
  if (runs.length === 0 && loaded.isLoadingMore) return <SkeletonRows rows={20} label="Searching runs" />;
  if (runs.length > 0) return <FilledTable {...props} />;
  return view.q ? (
    <NoMatch q={view.q} what="run" total={total} language={view.language} onQuery={onQuery} />
  ) : (
    <FirstFlow title={view.tab === "flow-runs" ? "No flow has run yet" : "No task has run yet"} />
  );
}

function FilledTable(props: Props) {
  const { loaded, runs, all, total, view, flowName, onQuery, change, onMayMove, onShowAhead } = props;
  const navigate = useNavigate();
  const narrow = useNarrow();
  const canSelect = view.tab === "flow-runs";
  const list = useRows({
    rows: runs,
    place: `${view.tab} ${view.sort} ${view.q}`,
    row: "run",
    group: "Runs",
    canSelect,
    onOpen: (run) => void navigate(pathOf(run)),
  });
  const { selection, mayMove } = list;
  const [isActing, setActing] = useState(false);
  useEffect(() => onMayMove(mayMove && !isActing), [mayMove, isActing, onMayMove]);
  const columns = useColumns({ runs, view, flowName, onQuery, change, selection, narrow });
  const admit = () => {
    loaded.admit();
    list.toTop();
  };
  return (
    <section aria-label="Runs" className="relative flex min-h-0 flex-1 flex-col" {...list.frame}>
      <Pill text={mayMove ? null : waitingWords(loaded.waiting)} onPress={admit} />
      <Table
        label={canSelect ? "Flow runs" : "Task runs"}
        {...list.table}
        columns={columns}
        rowHeight={useRowHeight(narrow)}
        {...(loaded.hasMore ? { onEnd: loaded.loadMore } : {})}
        showHead={!narrow}
      />
      <Status
        loaded={loaded}
        shown={runs.length}
        total={total}
        filtered={view.q !== ""}
        onShowAhead={onShowAhead}
      />
      {selection.selected.length > 0 && (
        <BulkBar
          selection={selection}
          loaded={runs.length}
          all={loaded.hasMore ? all : undefined}
          flowName={flowName}
          onDeleted={loaded.drop}
          onChanged={loaded.refetch}
          onActing={setActing}
        />
      )}
    </section>
  );
}

const waitingWords = (waiting: Waiting | null): string | null =>
  waiting &&
  wordsFor({
    fresh: waiting.gap ? `${waiting.fresh.length}+` : waiting.fresh.length,
    gone: waiting.gone.size,
  });

const pathOf = (run: Run): string =>
  isFlowRun(run)
    ? runPath({ kind: "flow-run", id: run.id })
    : runPath({ kind: "task-run", id: run.id, flowRunId: run.flow_run_id });
