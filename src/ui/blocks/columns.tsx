import type { BlockDocument } from "../../schema/block-documents.ts";
import { Link } from "../kit/router.tsx";
import type { HeadOrder } from "../kit/table/head-order.ts";
import type { Column } from "../kit/table/table.tsx";
import { blockPath } from "../parts/paths.ts";
import { TagList } from "../parts/tag.tsx";
import { Time, Zone } from "../parts/time/time.tsx";
import type { Key } from "./fields.ts";
import { TypeIcon } from "./type-icon.tsx";

export interface ColumnContext {
  /** Narrows the query to what was clicked. */
  narrow: (key: Key, value: string) => void;
  byType: HeadOrder;
  byName: HeadOrder;
}

/** As the menu of columns names them. */
export const columnNames = [
  { key: "type", label: "Type" },
  { key: "name", label: "Name" },
  { key: "capabilities", label: "Capabilities" },
  { key: "changed", label: "Changed" },
] as const;

export const wideColumns = (context: ColumnContext): readonly Column<BlockDocument>[] => [
  {
    key: "type",
    head: "Type",
    order: context.byType,
    width: "minmax(160px, 0.7fr)",
    className: "pl-3",
    cell: (row) => <Type row={row} />,
  },
  {
    key: "name",
    head: "Name",
    order: context.byName,
    width: "minmax(180px, 1fr)",
    cell: (row) => <Name row={row} />,
  },
  {
    key: "capabilities",
    head: "Capabilities",
    width: "minmax(160px, 1fr)",
    cell: (row) => (
      <TagList
        tags={row.block_schema?.capabilities ?? []}
        most={3}
        onSelect={(capability) => context.narrow("can", capability)}
      />
    ),
  },
  {
    key: "changed",
    head: (
      <>
        Changed, <Zone />
      </>
    ),
    width: "124px",
    cell: (row) => (
      <span className="text-muted">
        <Time time={row.updated} />
      </span>
    ),
  },
];

/** One column of two lines, for a phone. */
export const narrowColumns = (): readonly Column<BlockDocument>[] => [
  {
    key: "block",
    head: "Block",
    width: "minmax(0, 1fr)",
    cell: (row) => (
      <span className="block pl-1">
        <Name row={row} />
        <span className="flex items-center text-xs text-muted">
          <Type row={row} />
          <span className="ml-auto">
            <Time time={row.updated} />
          </span>
        </span>
      </span>
    ),
  },
];

const Type = ({ row }: { row: BlockDocument }) => (
  <span className="flex min-w-0 items-center gap-2">
    <TypeIcon slug={row.block_type?.slug ?? ""} />
    <span className="truncate">{row.block_type_name}</span>
  </span>
);

const Name = ({ row }: { row: BlockDocument }) => (
  <Link to={blockPath(row.id)} tabIndex={-1} className="block truncate font-strong hover:underline">
    {row.name}
  </Link>
);
