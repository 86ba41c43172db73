import type { ReactNode } from "react";
import { Empty, Failed } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import type { Column } from "../kit/table/table.tsx";
import type { List, Search } from "./list.ts";
import { ListFoot } from "./list-foot.tsx";
import { type Listed, ListRows } from "./list-rows.tsx";
import { MistakenQuery } from "./mistaken-query.tsx";
import { NoMatch } from "./no-match.tsx";
import { type Language, read } from "./query-text.ts";
import { SearchProgress } from "./search-progress.tsx";
import { chosenColumns } from "./views/columns.ts";
import { useColumns } from "./views/use-columns.ts";

interface Props<T> {
  /** What one row is: `run`. */
  what: string;
  title: string;
  /** Names the table for a screen reader, where the title is wider. */
  label?: string;
  list: List<T>;
  /** How many there are without the query. */
  total: number | undefined;
  /** How many match the query, where that is counted. */
  matching?: number | undefined;
  q: string;
  /** Names the list beside its query: its order, its tab. */
  place: string;
  language: Language;
  onQuery: (q: string) => void;
  pathOf: (row: T) => string;
  /** The id of the row that is open beside the list. */
  open?: string | undefined;
  columns: (listed: Listed<T>) => readonly Column<T>[];
  /** Names the list whose columns can be chosen. */
  columnList?: string;
  /** Makes a column that was asked for by its key and is not among the others. */
  columnAt?: ((key: string) => Column<T> | undefined) | undefined;
  /** Shown while rows are selected; without it none can be. */
  bulkBar?: ((listed: Listed<T>) => ReactNode) | undefined;
  /** Shown when there is nothing at all. */
  empty: ReactNode;
  /** What else the line below the list says. */
  note?: ReactNode;
  /** Shows the rows otherwise than as a table, above the line below the list. */
  layout?: ((foot: ReactNode) => ReactNode) | undefined;
}

/** Nothing was found so far: says how far the search is, with a button to stop it. */
const SearchPanel = <T,>({ list, search, what }: { list: List<T>; search: Search; what: string }) => (
  <Empty title={search.isRunning ? `Searching ${what}` : "No match so far"}>
    <SearchProgress search={search} what={what} matches={0} hasMore={list.hasMore} />
  </Empty>
);

/** A list: its query is not understood, it loads, failed, is empty, nothing matches, or it has rows. */
export function ListTable<T extends { id: string }>(props: Props<T>) {
  const { what, title, list, total, q, place, language, onQuery, empty, note } = props;
  const { misunderstood } = read(q, language);
  const [keys] = useColumns(props.columnList ?? "");
  const columns = (listed: Listed<T>) => {
    const all = props.columns(listed);
    return props.columnList && !listed.isNarrow ? chosenColumns(all, keys, props.columnAt) : all;
  };
  const plural = title.toLowerCase();
  if (misunderstood.length > 0)
    return <MistakenQuery q={q} misunderstood={misunderstood} onQuery={onQuery} />;
  if (list.isPending) return <SkeletonRows rows={20} label={`Loading ${plural}`} />;
  if (list.error && list.loaded === 0)
    return <Failed what={title} error={list.error} onRetry={list.refetch} />;
  if (list.rows.length === 0 && list.search && list.hasMore)
    return <SearchPanel list={list} search={list.search} what={plural} />;
  if (list.rows.length === 0 && list.isLoadingMore)
    return <SkeletonRows rows={20} label={`Searching ${plural}`} />;
  if (list.rows.length === 0 && !q) return empty;
  if (list.rows.length === 0)
    return <NoMatch q={q} what={what} total={total} language={language} onQuery={onQuery} />;
  const foot = (
    <ListFoot
      what={plural}
      shown={list.rows.length}
      loaded={list.loaded}
      total={total}
      matching={props.matching}
      search={list.search}
      hasMore={list.hasMore}
      isLoadingMore={list.isLoadingMore}
      isFiltered={q !== ""}
      error={list.error}
      onRetry={list.refetch}
      note={note}
    />
  );
  if (props.layout) return props.layout(foot);
  return (
    <ListRows
      key={`${place} ${q}`}
      {...props}
      columns={columns}
      place={`${plural} ${place} ${q}`}
      foot={foot}
    />
  );
}
