import { type MouseEvent, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useNarrow } from "../kit/media.ts";
import { Failed } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Table, type TableHandle } from "../kit/table.tsx";
import { FirstFlow } from "../parts/first-flow.tsx";
import { runPath } from "../parts/run-link.tsx";
import { useSettings } from "../settings.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { NoMatch } from "./empty.tsx";
import { Pill, Status } from "./list-status.tsx";
import { isFlowRun, type Run } from "./lists.ts";
import { onGridKey, type RowKeys, useRowShortcuts } from "./row-keys.ts";
import { useColumns } from "./use-columns.tsx";
import type { RunList } from "./use-run-list.ts";
import { useSelection } from "./use-selection.ts";
import type { View } from "./view.ts";

interface Props {
  loaded: RunList;
  /** Those of the loaded ones that pass the query. */
  runs: readonly Run[];
  total: number | undefined;
  view: View;
  flowName: (id: string) => string | undefined;
  onQuery: (q: string) => void;
  onMayMove: (mayMove: boolean) => void;
}

export function RunTable(props: Props) {
  const { loaded, runs, total, view, onQuery } = props;
  if (loaded.isPending) return <SkeletonRows rows={20} label="Loading runs" />;
  if (loaded.error && loaded.runs.length === 0)
    return <Failed what="Runs" error={loaded.error} onRetry={loaded.refetch} />;
  if (runs.length === 0 && loaded.isLoadingMore) return <SkeletonRows rows={20} label="Searching runs" />;
  if (runs.length > 0) return <FilledTable {...props} />;
  return view.q ? (
    <NoMatch total={total} q={view.q} onQuery={onQuery} />
  ) : (
    <FirstFlow title={view.tab === "flow-runs" ? "No flow has run yet" : "No task has run yet"} />
  );
}

/** Where the reader was in each list, to come back to. */
const places = new Map<string, { top: number; cursor: number }>();

function FilledTable({ loaded, runs, total, view, flowName, onQuery, onMayMove }: Props) {
  const navigate = useNavigate();
  const narrow = useNarrow();
  const place = `${view.tab} ${view.sort} ${view.q}`;
  const [was] = useState(() => places.get(place) ?? { top: 0, cursor: 0 });
  const [cursor, setCursor] = useState(was.cursor);
  const [atTop, setAtTop] = useState(was.top < 4);
  const [isOver, setOver] = useState(false);
  const table = useRef<TableHandle>(null);
  const selection = useSelection(runs);
  const mayMove = atTop && !isOver && selection.selected.length === 0;
  useEffect(() => onMayMove(mayMove), [mayMove, onMayMove]);
  const columns = useColumns({ runs, view, flowName, onQuery, selection, narrow });
  const rowHeight = useRowHeight(narrow);

  const last = runs.length - 1;
  const canSelect = view.tab === "flow-runs";
  const open = (run: Run | undefined) => void (run && navigate(pathOf(run)));
  const move = (to: number) => {
    const next = Math.min(last, Math.max(0, to));
    setCursor(next);
    table.current?.focus(next);
  };
  const keys: RowKeys = { cursor, last, move, selection, canSelect, open: () => open(runs[cursor]) };
  useRowShortcuts(keys);
  const press = (run: Run, event: MouseEvent) => {
    if (canSelect && (event.metaKey || event.ctrlKey || event.shiftKey))
      selection.toggle(runs.indexOf(run), event.shiftKey);
    else open(run);
  };
  const admit = () => {
    loaded.admit();
    table.current?.toTop();
  };
  return (
    <section
      aria-label="Runs"
      className="relative flex min-h-0 flex-1 flex-col"
      onPointerEnter={(event) => setOver(event.pointerType === "mouse")}
      onPointerLeave={() => setOver(false)}
    >
      <Pill waiting={mayMove ? null : loaded.waiting} onAdmit={admit} />
      <Table
        label={canSelect ? "Flow runs" : "Task runs"}
        handle={table}
        rows={runs}
        rowKey={(run) => run.id}
        columns={columns}
        rowHeight={rowHeight}
        cursor={Math.min(cursor, last)}
        onCursor={setCursor}
        isSelected={(run) => selection.has(run.id)}
        onPress={press}
        onKey={(event) => onGridKey(event, keys)}
        startAt={was.top}
        onScroll={(top) => {
          places.set(place, { top, cursor });
          setAtTop(top < 4);
        }}
        {...(loaded.hasMore ? { onEnd: loaded.loadMore } : {})}
        showHead={!narrow}
      />
      <Status loaded={loaded} shown={runs.length} total={total} filtered={view.q !== ""} />
      {selection.selected.length > 0 && (
        <BulkBar selection={selection} loaded={runs.length} flowName={flowName} onDeleted={loaded.drop} />
      )}
    </section>
  );
}

const pathOf = (run: Run): string =>
  isFlowRun(run)
    ? runPath({ kind: "flow-run", id: run.id })
    : runPath({ kind: "task-run", id: run.id, flowRunId: run.flow_run_id });

const heights = { compact: 32, normal: 34, comfortable: 36 } as const;
function useRowHeight(narrow: boolean): number {
  const { density } = useSettings();
  return narrow ? 54 : heights[density];
}
