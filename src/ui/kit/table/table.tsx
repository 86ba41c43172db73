import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
} from "react";
import { cx } from "../cx.ts";
import type { HeadOrder } from "./head-order.ts";

export interface Column<T> {
  key: string;
  head: ReactNode;
  /** Makes the head a button that orders the list. */
  order?: HeadOrder;
  /** A track of CSS grid. */
  width: string;
  className?: string;
  cell: (row: T) => ReactNode;
}

export interface TableHandle {
  /** Brings a row into sight and gives it the keyboard. */
  focus: (index: number) => void;
  toTop: () => void;
}

interface Props<T> {
  label: string;
  rows: readonly T[];
  rowKey: (row: T) => string;
  columns: readonly Column<T>[];
  rowHeight: number;
  /** What a row shows across all columns, where it is not made of cells. */
  whole?: (row: T) => ReactNode;
  /** The row that keys act on. */
  cursor: number;
  onCursor: (index: number) => void;
  isSelected: (row: T) => boolean;
  /** A click on a row, but not on a link or button in it. */
  onPress: (row: T, event: MouseEvent) => void;
  onKey: (event: KeyboardEvent) => void;
  /** Near the end: more is wanted. */
  onEnd?: () => void;
  onScroll?: (top: number) => void;
  startAt?: number;
  showHead?: boolean;
  footer?: ReactNode;
  handle?: Ref<TableHandle>;
}

/** A table of any length: only what is in sight is in the document. Follows the grid pattern of ARIA. */
export function Table<T>(props: Props<T>) {
  const { label, rows, columns, rowHeight, onEnd, footer } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialOffset: props.startAt ?? 0,
  });
  const measured = useRef(rowHeight);
  useEffect(() => {
    if (measured.current === rowHeight) return;
    measured.current = rowHeight;
    virtual.measure();
  }, [virtual, rowHeight]);
  useImperativeHandle(props.handle, () => ({
    focus: (index) => {
      virtual.scrollToIndex(index);
      requestAnimationFrame(() => rowAt(scroller.current, index)?.focus({ preventScroll: true }));
    },
    toTop: () => scroller.current?.scrollTo({ top: 0 }),
  }));
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const wantsMore = rows.length > 0 && last >= rows.length - 25;
  useEffect(() => {
    if (wantsMore) onEnd?.();
  }, [wantsMore, onEnd]);
  const press = (event: MouseEvent) => {
    const { target } = event;
    if (!(target instanceof Element) || target.closest("a, button, input, label")) return;
    // The panel of a tab around the table has a `data-index`, too.
    const row = rows[Number(target.closest("[role=row][data-index]")?.getAttribute("data-index") ?? -1)];
    if (row !== undefined && !getSelection()?.toString()) props.onPress(row, event);
  };

  const template = { gridTemplateColumns: columns.map((column) => column.width).join(" ") };
  return (
    <div
      ref={scroller}
      className="relative min-h-0 flex-1 overflow-y-auto overflow-x-hidden bg-surface md:[scrollbar-gutter:stable]"
      onScroll={(event) => props.onScroll?.(event.currentTarget.scrollTop)}
    >
      <div
        role="grid"
        className="group/grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-multiselectable
        onKeyDown={props.onKey}
        onClick={press}
      >
        {props.showHead !== false && <Head columns={columns} template={template} />}
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <Row
                key={props.rowKey(row)}
                {...props}
                row={row}
                index={item.index}
                top={item.start}
                template={template}
              />
            );
          })}
        </div>
      </div>
      {footer}
    </div>
  );
}

function Head<T>({ columns, template }: { columns: readonly Column<T>[]; template: CSSProperties }) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 bg-surface">
      <div
        role="row"
        aria-rowindex={1}
        className="grid h-8 items-center border-b text-xs text-muted"
        style={template}
      >
        {columns.map((column) => (
          <div
            key={column.key}
            role="columnheader"
            aria-sort={column.order?.direction}
            className={cx("truncate px-2", column.className)}
          >
            {column.order ? <OrderButton {...column.order}>{column.head}</OrderButton> : column.head}
          </div>
        ))}
      </div>
    </div>
  );
}

function OrderButton({ direction, onPress, children }: HeadOrder & { children: ReactNode }) {
  const Arrow = direction === "descending" ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      className={cx(
        "flex h-8 max-w-full items-center gap-1 outline-offset-[-2px] hover:text-fg",
        direction && "text-fg",
      )}
      onClick={onPress}
    >
      <span className="truncate">{children}</span>
      {direction && <Arrow size={12} aria-hidden />}
    </button>
  );
}

interface RowProps<T> extends Props<T> {
  row: T;
  index: number;
  top: number;
  template: CSSProperties;
}

function Row<T>({
  row,
  index,
  top,
  template,
  columns,
  cursor,
  isSelected,
  rowHeight,
  onCursor,
  whole,
}: RowProps<T>) {
  const selected = isSelected(row);
  const across = whole?.(row);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      tabIndex={index === cursor ? 0 : -1}
      onFocus={() => onCursor(index)}
      className={cx(
        "group absolute inset-x-0 top-0 grid items-center border-b outline-offset-[-2px]",
        selected ? "bg-accent-soft" : "hover:bg-hover",
        index === cursor && "group-focus-within/grid:shadow-[inset_2px_0_0_var(--accent)]",
      )}
      style={{ ...template, height: rowHeight, transform: `translateY(${top}px)` }}
    >
      {across === undefined ? (
        columns.map((column) => (
          <div key={column.key} role="gridcell" className={cx("min-w-0 px-2", column.className)}>
            {column.cell(row)}
          </div>
        ))
      ) : (
        <div role="gridcell" aria-colspan={columns.length} className="col-span-full h-full min-w-0">
          {across}
        </div>
      )}
    </div>
  );
}

const rowAt = (frame: HTMLElement | null, index: number) =>
  frame?.querySelector<HTMLElement>(`[role=row][data-index="${index}"]`);
