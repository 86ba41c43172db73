import { type ReactNode, useEffect } from "react";
import { useNarrow } from "../../kit/media.ts";
import { Pill } from "../../kit/pill.tsx";
import { type Column, Table } from "../../kit/table/table.tsx";
import { useRows } from "../../kit/table/use-rows.ts";
import type { List } from "../../lists/list.ts";
import { useRowHeight } from "../../parts/row-height.ts";

interface Props<T> {
  /** What one row is: `task run`. */
  what: string;
  label: string;
  /** Names the list, so that coming back to it finds the same place. */
  place: string;
  list: List<T>;
  columns: readonly Column<T>[];
  /** Keys of the columns that a phone has room for. */
  narrow: readonly string[];
  isPicked: (row: T) => boolean;
  onPick: (row: T) => void;
  foot: ReactNode;
}

/** A list of which one row is picked, and what is picked is told of elsewhere on the page. */
export function PickRows<T extends { id: string }>(props: Props<T>) {
  const { what, label, place, list, columns, narrow, isPicked, onPick, foot } = props;
  const { table, frame, mayMove, toTop } = useRows({
    ...{ rows: list.rows, place, row: what, group: label, canSelect: false, onOpen: onPick },
  });
  const isNarrow = useNarrow();
  const { onMayMove } = list;
  useEffect(() => onMayMove(mayMove), [mayMove, onMayMove]);
  useEffect(() => () => onMayMove(true), [onMayMove]);
  const fresh = list.waiting?.fresh;
  const admit = () => {
    list.admit();
    toTop();
  };
  return (
    <section aria-label={label} className="relative flex min-h-0 flex-1 flex-col" {...frame}>
      <Pill text={fresh ? `${fresh} new` : list.waiting ? "Changed" : null} onPress={admit} />
      <Table
        label={label}
        {...table}
        isSelected={isPicked}
        columns={isNarrow ? columns.filter(({ key }) => narrow.includes(key)) : columns}
        rowHeight={useRowHeight(false)}
        {...(list.hasMore ? { onEnd: list.loadMore } : {})}
      />
      {foot}
    </section>
  );
}
