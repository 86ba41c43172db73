import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import { useNarrow } from "../kit/media.ts";
import { Failed } from "../kit/panel.tsx";
import { Pill } from "../kit/pill.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { type Column, Table } from "../kit/table/table.tsx";
import { useRows } from "../kit/table/use-rows.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import { useSteady, wordsFor } from "../kit/table/use-steady.ts";
import { useRowHeight } from "../parts/row-height.ts";
import { type Recent, useRecentRuns } from "../parts/runs/recent-runs.ts";
import { ListFoot } from "./list-foot.tsx";
import type { ListView } from "./list-view.ts";
import { MistakenQuery } from "./mistaken-query.tsx";
import { NoMatch } from "./no-match.tsx";
import { type Language, read } from "./query-text.ts";
import type { Pages } from "./use-pages.ts";

/** The list as it stands, for its columns and for what can be done with the chosen rows. */
export interface Listed<T> {
  rows: readonly T[];
  selection: Selection<T>;
  recent: Recent;
  isNarrow: boolean;
  /** Lets in what waits. */
  admit: () => void;
}

interface Props<T> {
  /** What a row is; also names the runs that it has had. */
  what: "deployment" | "flow";
  title: string;
  loaded: Pages<T>;
  /** The loaded rows in the order of the list, where the server does not know it. */
  sorted?: readonly T[];
  /** How many there are without the query. */
  total: number | undefined;
  view: ListView;
  language: Language;
  onQuery: (q: string) => void;
  pathOf: (id: string) => string;
  columns: (list: Listed<T>) => readonly Column<T>[];
  /** Shown while rows are chosen; without it none can be. */
  bulkBar?: (list: Listed<T>) => ReactNode;
  /** Shown when there is nothing at all. */
  empty: ReactNode;
}

/** A list of things that have runs: loading, failed, empty, nothing matches, or its rows. */
export function ListTable<T extends { id: string }>(props: Props<T>) {
  const { what, title, loaded, total, view, language, onQuery, empty } = props;
  const { misunderstood } = read(view.q, language);
  if (misunderstood.length > 0)
    return <MistakenQuery q={view.q} misunderstood={misunderstood} onQuery={onQuery} />;
  if (loaded.isPending) return <SkeletonRows rows={20} label={`Loading ${title.toLowerCase()}`} />;
  if (loaded.error && loaded.rows.length === 0)
    return <Failed what={title} error={loaded.error} onRetry={loaded.refetch} />;
  if (loaded.rows.length > 0) return <FilledTable {...props} />;
  if (!view.q) return empty;
  return <NoMatch q={view.q} what={what} total={total} language={language} onQuery={onQuery} />;
}

function FilledTable<T extends { id: string }>(props: Props<T>) {
  const { what, title, loaded, sorted = loaded.rows, total, view, pathOf, columns, bulkBar } = props;
  const navigate = useNavigate();
  const isNarrow = useNarrow();
  const [mayMove, setMayMove] = useState(true);
  const steady = useSteady(sorted, mayMove);
  const plural = title.toLowerCase();
  const list = useRows({
    rows: steady.rows,
    place: `${plural} ${view.sort} ${view.q}`,
    row: what,
    group: title,
    canSelect: bulkBar !== undefined,
    onOpen: (row) => void navigate(pathOf(row.id)),
  });
  if (list.mayMove !== mayMove) setMayMove(list.mayMove);
  const recent = useRecentRuns(
    what,
    loaded.rows.map((row) => row.id),
  );
  const { selection } = list;
  const listed = { rows: steady.rows, selection, recent, isNarrow, admit: steady.admit };
  return (
    <section aria-label={title} className="relative flex min-h-0 flex-1 flex-col" {...list.frame}>
      <Pill text={wordsFor(steady)} onPress={steady.admit} />
      <Table
        label={title}
        {...list.table}
        columns={columns(listed)}
        rowHeight={useRowHeight(isNarrow)}
        {...(loaded.hasMore ? { onEnd: loaded.loadMore } : {})}
        showHead={!isNarrow}
      />
      <ListFoot
        what={plural}
        shown={steady.rows.length}
        total={total}
        hasMore={loaded.hasMore}
        isFiltered={view.q !== ""}
        error={loaded.error}
        onRetry={loaded.refetch}
      />
      {selection.selected.length > 0 && bulkBar?.(listed)}
    </section>
  );
}
