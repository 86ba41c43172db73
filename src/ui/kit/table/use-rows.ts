import { type MouseEvent, useRef, useState } from "react";
import { onGridKey, type RowKeys, useRowShortcuts } from "./row-keys.ts";
import type { TableHandle } from "./table.tsx";
import { useSelection } from "./use-selection.ts";

interface Input<T> {
  rows: readonly T[];
  /** Names the list, so that coming back to it finds the same place. */
  place: string;
  /** For the list of shortcuts: what a row is, and the heading they stand under. */
  row: string;
  group: string;
  canSelect: boolean;
  onOpen: (row: T) => void;
}

/** Where the reader was in each list, to come back to. */
const places = new Map<string, { top: number; cursor: number }>();

/** What a list of rows does with pointer and keys: cursor, selection, opening, and whether its rows may move. */
export function useRows<T extends { id: string }>({ rows, place, row, group, canSelect, onOpen }: Input<T>) {
  const [was] = useState(() => places.get(place) ?? { top: 0, cursor: 0 });
  const [cursor, setCursor] = useState(was.cursor);
  const [atTop, setAtTop] = useState(was.top < 4);
  const [isOver, setOver] = useState(false);
  const table = useRef<TableHandle>(null);
  const selection = useSelection(rows);
  const last = rows.length - 1;
  const open = (one: T | undefined) => one && onOpen(one);
  const move = (to: number) => {
    const next = Math.min(last, Math.max(0, to));
    setCursor(next);
    table.current?.focus(next);
  };
  const keys: RowKeys = {
    ...{ row, group, cursor, last, move, selection, canSelect },
    open: () => open(rows[cursor]),
  };
  useRowShortcuts(keys);
  return {
    selection,
    /** Nothing is to move under the pointer, in what was scrolled to, or while rows are chosen. */
    mayMove: atTop && !isOver && selection.selected.length === 0,
    toTop: () => table.current?.toTop(),
    /** For the element around the table. */
    frame: {
      onPointerEnter: ({ pointerType }: { pointerType: string }) => setOver(pointerType === "mouse"),
      onPointerLeave: () => setOver(false),
    },
    /** For the table. */
    table: {
      handle: table,
      rows,
      rowKey: (one: T) => one.id,
      cursor: Math.min(cursor, last),
      onCursor: setCursor,
      isSelected: (one: T) => selection.has(one.id),
      onPress: (one: T, event: MouseEvent) => {
        if (canSelect && (event.metaKey || event.ctrlKey || event.shiftKey))
          selection.toggle(rows.indexOf(one), event.shiftKey);
        else open(one);
      },
      onKey: (event: Parameters<typeof onGridKey>[0]) => onGridKey(event, keys),
      startAt: was.top,
      onScroll: (top: number) => {
        places.set(place, { top, cursor });
        setAtTop(top < 4);
      },
    },
  };
}
