import type { Variable } from "../../schema/variables.ts";
import { Link } from "../kit/router.tsx";
import type { HeadOrder } from "../kit/table/head-order.ts";
import type { Column } from "../kit/table/table.tsx";
import { Copy } from "../parts/actions/copy.tsx";
import { TagList } from "../parts/tag.tsx";
import { Time, Zone } from "../parts/time/time.tsx";
import { copied, typeOf } from "./value-text.ts";

export interface ColumnContext {
  /** Where a variable is opened. */
  pathOf: (row: Variable) => string;
  onTag: (tag: string) => void;
  byName: HeadOrder;
  byChange: HeadOrder;
  select: Column<Variable>;
}

/** As the menu of columns names them. */
export const columnNames = [
  { key: "name", label: "Name" },
  { key: "value", label: "Value" },
  { key: "type", label: "Type" },
  { key: "tags", label: "Tags" },
  { key: "changed", label: "Changed" },
] as const;

export const wideColumns = (context: ColumnContext): readonly Column<Variable>[] => [
  context.select,
  {
    key: "name",
    head: "Name",
    order: context.byName,
    width: "minmax(160px, 1fr)",
    cell: (row) => <Name row={row} context={context} />,
  },
  {
    key: "value",
    head: "Value",
    width: "minmax(200px, 2fr)",
    cell: (row) => <Value row={row} />,
  },
  {
    key: "type",
    head: "Type",
    width: "112px",
    cell: (row) => <span className="block truncate text-xs text-muted">{typeOf(row.value)}</span>,
  },
  {
    key: "tags",
    head: "Tags",
    width: "minmax(80px, 0.6fr)",
    cell: (row) => <TagList tags={row.tags} onSelect={context.onTag} />,
  },
  {
    key: "changed",
    head: (
      <>
        Changed, <Zone />
      </>
    ),
    order: context.byChange,
    width: "124px",
    cell: (row) => (
      <span className="text-muted">
        <Time time={row.updated} />
      </span>
    ),
  },
];

/** One column of two lines, for a phone. */
export const narrowColumns = (context: ColumnContext): readonly Column<Variable>[] => [
  context.select,
  {
    key: "variable",
    head: "Variable",
    width: "minmax(0, 1fr)",
    cell: (row) => (
      <span className="block">
        <span className="flex items-center gap-2">
          <Name row={row} context={context} />
          <span className="ml-auto shrink-0">
            <TagList tags={row.tags} most={1} />
          </span>
        </span>
        <Preview value={row.value} />
      </span>
    ),
  },
];

const Name = ({ row, context }: { row: Variable; context: ColumnContext }) => (
  <Link to={context.pathOf(row)} tabIndex={-1} className="block truncate font-strong hover:underline">
    {row.name}
  </Link>
);

function Value({ row }: { row: Variable }) {
  return (
    <span className="flex min-w-0 items-center gap-1">
      <Preview value={row.value} />
      <span className="shrink-0 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
        <Copy text={copied(row.value)} label={`Copy the value of ${row.name}`} />
      </span>
    </span>
  );
}

const longestPreview = 200;

/** A value as JSON in one line, so that its type can be seen. */
function Preview({ value }: { value: unknown }) {
  const text = JSON.stringify(value ?? null);
  return (
    <span className="block min-w-0 truncate font-mono text-xs text-muted">
      {text.length > longestPreview ? `${text.slice(0, longestPreview)}…` : text}
    </span>
  );
}
