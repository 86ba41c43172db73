import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useState } from "react";
import { useNarrow } from "../../kit/media.ts";
import { Pill } from "../../kit/pill.tsx";
import { useNavigate } from "../../kit/router.tsx";
import { useShortcuts } from "../../kit/shortcuts.ts";
import { type Column, Table } from "../../kit/table/table.tsx";
import { useRows } from "../../kit/table/use-rows.ts";
import type { Selection } from "../../kit/table/use-selection.ts";
import { useRowHeight } from "../../parts/row-height.ts";
import { type Listed, waitingText } from "../list-rows.tsx";
import { listOf } from "../use-pages.ts";
import { useSteadyList } from "../use-steady-list.ts";
import { GroupHead } from "./group-head.tsx";
import { GroupRest } from "./group-rest.tsx";
import { type GroupItem, keyOf } from "./merged-groups.ts";

export interface GroupedRowsProps<T> {
  /** What one row is, for the list of shortcuts: `run`; and their heading. */
  what: string;
  title: string;
  label: string;
  items: readonly GroupItem<T>[];
  /** Another place is another list: its lines stand anew. */
  place: string;
  /** False while more is being counted. */
  isWhole: boolean;
  pathOf: (row: T) => string;
  columns: (listed: Listed<T>) => readonly Column<T>[];
  bulkBar: (listed: Listed<T>) => ReactNode;
  /** A group as its line shows it, and in words. */
  groupLabel: (group: GroupItem<T> & { kind: "group" }) => { label: ReactNode; name: string };
  onToggle: (key: string) => void;
  onNarrow: (group: (GroupItem<T> & { kind: "group" })["group"]) => void;
  foot: ReactNode;
}

/** Groups and the rows of the open ones in one table, with the keys of every list. */
export function GroupedRows<T extends { id: string }>(props: GroupedRowsProps<T>) {
  const { what, title, place, columns, onToggle, onNarrow } = props;
  const navigate = useNavigate();
  const isNarrow = useNarrow();
  const [isActing, onActing] = useState(false);
  const list = useSteadyList(
    useMemo(() => listOf(props.items), [props.items]),
    place,
  );
  const items = list.rows;
  const open = (item: GroupItem<T>) => {
    if (item.kind === "group") onToggle(keyOf(item.group));
    else if (item.kind === "row") void navigate(props.pathOf(item.row));
    else if (item.rows.hasMore) item.rows.loadMore();
  };
  const table = useRows({ rows: items, place, row: what, group: title, canSelect: true, onOpen: open });
  const rows = useMemo(() => items.flatMap((item) => (item.kind === "row" ? [item.row] : [])), [items]);
  const selection = rowSelection(items, table.selection);
  const at = items[table.table.cursor];
  useShortcuts([
    {
      ...{ keys: "o", label: "Show only this group", group: title },
      run: () => at?.kind === "group" && onNarrow(at.group),
    },
  ]);
  const mayMove = table.mayMove && !isActing;
  const { onMayMove } = list;
  useEffect(() => onMayMove(mayMove), [mayMove, onMayMove]);
  const listed: Listed<T> = { rows, selection, isNarrow, onActing };
  const most = Math.max(0, ...items.map((item) => (item.kind === "group" ? item.group.count : 0)));
  const onKey = (event: KeyboardEvent) => {
    const isToggle = event.key === "ArrowRight" ? "closed" : event.key === "ArrowLeft" ? "open" : undefined;
    if (isToggle && at?.kind === "group" && at.isOpen === (isToggle === "open")) open(at);
    else table.table.onKey(event);
  };
  return (
    <section aria-label={title} className="relative flex min-h-0 flex-1 flex-col" {...table.frame}>
      <Pill
        text={list.waiting && waitingText(list.waiting)}
        onPress={() => {
          list.admit();
          table.toTop();
        }}
      />
      <Table
        label={props.label}
        {...table.table}
        onKey={onKey}
        isSelected={(item) => item.kind === "row" && table.selection.has(item.id)}
        columns={columns(listed).map((column) => ofItems(column))}
        whole={(item) =>
          item.kind === "group" ? (
            <GroupHead
              {...props.groupLabel(item)}
              group={item.group}
              what={what}
              isOpen={item.isOpen}
              isWhole={props.isWhole}
              most={most}
              onToggle={() => open(item)}
              onNarrow={() => onNarrow(item.group)}
            />
          ) : item.kind === "more" ? (
            <GroupRest rows={item.rows} what={`${what}s`} />
          ) : undefined
        }
        rowHeight={useRowHeight(isNarrow)}
        showHead={!isNarrow}
      />
      {props.foot}
      {selection.selected.length > 0 && props.bulkBar(listed)}
    </section>
  );
}

const ofItems = <T,>(column: Column<T>): Column<GroupItem<T>> => ({
  ...column,
  cell: (item) => (item.kind === "row" ? column.cell(item.row) : null),
});

/** Only rows can be chosen; one that stands in two groups is one row. */
function rowSelection<T extends { id: string }>(
  items: readonly GroupItem<T>[],
  lines: Selection<GroupItem<T>>,
): Selection<T> {
  const chosen = lines.selected.flatMap((item) => (item.kind === "row" ? [item.row] : []));
  const selected = [...new Map(chosen.map((row) => [row.id, row])).values()];
  const ids = new Set(selected.map(({ id }) => id));
  const places = items.flatMap((item, place) => (item.kind === "row" ? [place] : []));
  return {
    ...{ selected, all: lines.all, clear: lines.clear },
    has: (id) => ids.has(id),
    toggle: (index, extend) => lines.toggle(places[index] ?? -1, extend),
  };
}
