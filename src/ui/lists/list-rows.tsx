import { type ReactNode, useEffect, useState } from "react";
import { useNarrow } from "../kit/media.ts";
import { Pill } from "../kit/pill.tsx";
import { useNavigate } from "../kit/router.tsx";
import { type Column, Table } from "../kit/table/table.tsx";
import { useRows } from "../kit/table/use-rows.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import { useRowHeight } from "../parts/row-height.ts";
import type { List } from "./list.ts";

/** The rows as they stand, for their columns and for what can be done with the selected ones. */
export interface Listed<T> {
  rows: readonly T[];
  selection: Selection<T>;
  isNarrow: boolean;
  /** While a dialog is open, the list beneath it has to stay. */
  onActing: (isActing: boolean) => void;
}

interface Props<T> {
  /** What one row is: `run`; and the heading of its shortcuts. */
  what: string;
  title: string;
  /** Names the table for a screen reader, where the title is wider. */
  label?: string;
  list: List<T>;
  /** Names the list, so that coming back to it finds the same place. */
  place: string;
  pathOf: (row: T) => string;
  /** The id of the row that is open beside the list. */
  open?: string | undefined;
  columns: (listed: Listed<T>) => readonly Column<T>[];
  /** Shown while rows are selected; without it none can be. */
  bulkBar?: ((listed: Listed<T>) => ReactNode) | undefined;
  foot: ReactNode;
}

/** The rows of a list, with their keys, their selection, and what waits to come in. */
export function ListRows<T extends { id: string }>(props: Props<T>) {
  const { what, title, label = title, list, place, pathOf, columns, bulkBar, foot } = props;
  const navigate = useNavigate();
  const isNarrow = useNarrow();
  const [isActing, onActing] = useState(false);
  const table = useRows({
    rows: list.rows,
    place,
    row: what,
    group: title,
    canSelect: bulkBar !== undefined,
    onOpen: (row) => void navigate(pathOf(row)),
  });
  const { selection } = table;
  const mayMove = table.mayMove && !isActing;
  const { onMayMove } = list;
  useEffect(() => onMayMove(mayMove), [mayMove, onMayMove]);
  // A list without rows has none to keep in place.
  useEffect(() => () => onMayMove(true), [onMayMove]);
  const admit = () => {
    list.admit();
    table.toTop();
  };
  const listed = { rows: list.rows, selection, isNarrow, onActing };
  return (
    <section aria-label={title} className="relative flex min-h-0 flex-1 flex-col" {...table.frame}>
      <Pill text={list.waiting && waitingText(list.waiting)} onPress={admit} />
      <Table
        label={label}
        {...table.table}
        isSelected={(row) => row.id === props.open || table.table.isSelected(row)}
        columns={columns(listed)}
        rowHeight={useRowHeight(isNarrow)}
        {...(list.hasMore ? { onEnd: list.loadMore } : {})}
        showHead={!isNarrow}
      />
      {foot}
      {selection.selected.length > 0 && bulkBar?.(listed)}
    </section>
  );
}

/** `2 new, 1 no longer in this list`. */
export const waitingText = ({ fresh, gone }: { fresh: number | string; gone: number }): string =>
  [fresh !== 0 && `${fresh} new`, gone > 0 && `${gone} no longer in this list`].filter(Boolean).join(", ");
