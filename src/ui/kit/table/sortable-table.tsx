import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { SearchInput } from "../controls/search-field.tsx";
import { cx } from "../cx.ts";
import { ScrollBox } from "../scroll-box.tsx";

interface Props {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}
interface Sort {
  column: number;
  isDescending: boolean;
}

/** Shorter ones are taken in at a glance. */
const worthSearching = 6;
/** Longer ones scroll in a frame of their own, and only what is in sight is in the document. */
const many = 100;
const rowHeight = 29;

/** A table that a run has written, of any length: searched, and sorted by its columns. */
export function SortableTable({ head, rows }: Props) {
  const [text, setText] = useState("");
  const [sort, setSort] = useState<Sort>();
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const shown = useMemo(() => sorted(found(rows, wanted), sort), [rows, wanted, sort]);
  const onSort = (column: number) => setSort(nextSort(sort, column));
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {rows.length >= worthSearching && (
        <div className="flex items-center gap-3 text-xs text-muted">
          <SearchInput
            label="Search the table"
            placeholder="Search the table"
            value={text}
            onChange={setText}
            className="w-44"
          />
          <span role="status">
            {wanted !== "" && `${shown.length.toLocaleString("en")} of `}
            {rows.length.toLocaleString("en")} rows
          </span>
        </div>
      )}
      <Body {...{ head, sort, onSort }} rows={shown} widths={useWidths(head, rows)} />
    </div>
  );
}

interface BodyProps extends Props {
  sort: Sort | undefined;
  onSort: (column: number) => void;
  /** In characters; given where rows are left out, which must not change the columns. */
  widths: readonly number[] | undefined;
}

function Body({ head, rows, sort, onSort, widths }: BodyProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const isVirtual = widths !== undefined;
  const virtual = useVirtualizer({
    count: rows.length,
    enabled: isVirtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = isVirtual ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const drawn = isVirtual ? items.map(({ index }) => index) : rows.map((_, index) => index);
  return (
    <ScrollBox ref={scroller} label="Table" className={isVirtual ? "max-h-[60vh] overflow-y-auto" : ""}>
      <table className="w-full" aria-rowcount={rows.length + 1} style={widths && fixed(widths)}>
        {widths && (
          <colgroup>
            {widths.map((width, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by their place
              <col key={column} style={{ width: `calc(${width}ch + 24px)` }} />
            ))}
          </colgroup>
        )}
        <Head {...{ head, sort, onSort }} />
        <tbody>
          <Gap height={before} columns={head.length} />
          {drawn.map((index) => (
            <tr key={index} aria-rowindex={index + 2} className="border-t">
              {rows[index]?.map((cell, column) => (
                <td
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by their place
                  key={column}
                  title={isVirtual ? cell : undefined}
                  className={cx("px-2.5 py-1", isVirtual ? "truncate" : "align-top break-words")}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
          <Gap height={after} columns={head.length} />
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** In place of rows that are out of sight. */
const Gap = ({ height, columns }: { height: number; columns: number }) =>
  height > 0 && (
    <tr style={{ height }}>
      <td colSpan={columns} />
    </tr>
  );

const Head = ({ head, sort, onSort }: Pick<BodyProps, "head" | "sort" | "onSort">) => (
  <thead className="sticky top-0 bg-sunken text-left text-xs text-muted">
    <tr aria-rowindex={1}>
      {head.map((name, column) => {
        const direction =
          sort?.column === column ? (sort.isDescending ? "descending" : "ascending") : undefined;
        const Arrow = direction === "descending" ? ArrowDown : ArrowUp;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by their place
          <th key={column} scope="col" aria-sort={direction} className="px-2.5 font-normal">
            <button
              type="button"
              className={cx("flex h-7 max-w-full items-center gap-1 hover:text-fg", direction && "text-fg")}
              onClick={() => onSort(column)}
            >
              <span className="truncate">{name || `Column ${column + 1}`}</span>
              {direction && <Arrow size={12} aria-hidden />}
            </button>
          </th>
        );
      })}
    </tr>
  </thead>
);

const fixed = (widths: readonly number[]) => ({
  tableLayout: "fixed" as const,
  minWidth: `calc(${widths.reduce((sum, width) => sum + width, 0)}ch + ${widths.length * 24}px)`,
});

/** Ascending, descending, as it was written. */
const nextSort = (sort: Sort | undefined, column: number): Sort | undefined => {
  if (sort?.column !== column) return { column, isDescending: false };
  return sort.isDescending ? undefined : { column, isDescending: true };
};

type Rows = readonly (readonly string[])[];

const found = (rows: Rows, wanted: string): Rows =>
  wanted === "" ? rows : rows.filter((cells) => cells.some((cell) => cell.toLowerCase().includes(wanted)));

const collator = new Intl.Collator("en", { numeric: true });

/** Numbers by their value, before any text. */
function sorted(rows: Rows, sort: Sort | undefined): Rows {
  if (!sort) return rows;
  const keyed = rows.map((row) => {
    const text = row[sort.column] ?? "";
    return { row, text, number: text.trim() === "" ? Number.NaN : Number(text) };
  });
  keyed.sort((a, b) => {
    const areNumbers = [Number.isNaN(a.number), Number.isNaN(b.number)];
    if (areNumbers[0] !== areNumbers[1]) return areNumbers[0] ? 1 : -1;
    return areNumbers[0] ? collator.compare(a.text, b.text) : a.number - b.number;
  });
  if (sort.isDescending) keyed.reverse();
  return keyed.map(({ row }) => row);
}

const sampled = 300;
const [narrowest, widest] = [4, 48];

function useWidths(head: readonly string[], rows: Rows): readonly number[] | undefined {
  return useMemo(() => {
    if (rows.length <= many) return undefined;
    return head.map((name, column) => {
      const longest = rows
        .slice(0, sampled)
        .reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0);
      return Math.min(widest, Math.max(narrowest, name.length + 2, longest));
    });
  }, [head, rows]);
}
