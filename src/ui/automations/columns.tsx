import type { Automation } from "../../schema/automations.ts";
import { Link } from "../kit/router.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import type { HeadOrder } from "../kit/table/head-order.ts";
import type { Column } from "../kit/table/table.tsx";
import { automationPath } from "../parts/paths.ts";
import { TagList } from "../parts/tag.tsx";
import { Time } from "../parts/time/time.tsx";
import { EnabledSwitch } from "./enabled-switch.tsx";
import type { AutomationRow } from "./fields.ts";
import type { Firings } from "./use-firings.ts";

export interface ColumnContext {
  wordsOf: (automation: Automation) => AutomationRow;
  firings: { of: (id: string) => Firings | undefined; isPending: boolean };
  byName: HeadOrder;
  onTag: (tag: string) => void;
  select: Column<Automation>;
}

/** As the menu of columns names them. */
export const columnNames = [
  { key: "enabled", label: "Enabled" },
  { key: "name", label: "Automation" },
  { key: "trigger", label: "When" },
  { key: "actions", label: "Then" },
  { key: "last", label: "Last fired" },
  { key: "count", label: "In 7 days" },
  { key: "tags", label: "Tags" },
] as const;

export function wideColumns(context: ColumnContext): readonly Column<Automation>[] {
  const { wordsOf, firings, byName, onTag } = context;
  return [
    context.select,
    {
      key: "enabled",
      head: "Enabled",
      width: "64px",
      cell: (row) => <EnabledSwitch automation={row} />,
    },
    {
      key: "name",
      head: "Automation",
      order: byName,
      width: "minmax(150px, 1fr)",
      cell: (row) => (
        <span className="flex min-w-0 items-baseline gap-2">
          <Name row={row} />
          <Looped row={row} />
        </span>
      ),
    },
    {
      key: "trigger",
      head: "When",
      width: "minmax(180px, 1.6fr)",
      cell: (row) => <Words list={[wordsOf(row).trigger]} />,
    },
    {
      key: "actions",
      head: "Then",
      width: "minmax(150px, 1.1fr)",
      cell: (row) => <Words list={wordsOf(row).actions} />,
    },
    {
      key: "last",
      head: "Last fired",
      width: "104px",
      cell: (row) =>
        firings.isPending ? <Skeleton className="h-3 w-16" /> : <LastFired firings={firings.of(row.id)} />,
    },
    {
      key: "count",
      head: "In 7 days",
      width: "76px",
      cell: (row) => {
        const count = firings.of(row.id)?.count ?? 0;
        return <span className={count === 0 ? "text-faint" : ""}>{count.toLocaleString("en")}</span>;
      },
    },
    {
      key: "tags",
      head: "Tags",
      width: "minmax(70px, 0.5fr)",
      cell: (row) => <TagList tags={row.tags} onSelect={onTag} />,
    },
  ];
}

/** One column of two lines, for a phone. */
export function narrowColumns({ select, wordsOf, firings }: ColumnContext): readonly Column<Automation>[] {
  return [
    select,
    {
      key: "automation",
      head: "Automation",
      width: "minmax(0, 1fr)",
      cell: (row) => (
        <span className="block">
          <span className="flex items-center gap-2">
            <Name row={row} />
            <span className="ml-auto shrink-0 text-xs">
              <LastFired firings={firings.of(row.id)} />
            </span>
          </span>
          <span className="block truncate text-xs text-muted">{wordsOf(row).trigger}</span>
        </span>
      ),
    },
    { key: "enabled", head: "On", width: "44px", cell: (row) => <EnabledSwitch automation={row} /> },
  ];
}

function Name({ row }: { row: Automation }) {
  return (
    <Link
      to={automationPath(row.id)}
      tabIndex={-1}
      className={`min-w-0 truncate font-strong hover:underline ${row.enabled ? "" : "text-muted"}`}
    >
      {row.name}
    </Link>
  );
}

function Looped({ row }: { row: Automation }) {
  if (row.paused_reason !== "loop") return null;
  return (
    <span className="shrink-0 text-xs text-late" title="Paused by the server: it triggered itself in a loop">
      Loop
    </span>
  );
}

function Words({ list }: { list: readonly string[] }) {
  if (list.length === 0) return <span className="text-faint">No actions</span>;
  const text = list.join(", ");
  return (
    <span className="block truncate text-muted" title={text}>
      {text}
    </span>
  );
}

function LastFired({ firings }: { firings: Firings | undefined }) {
  if (!firings) return <span className="text-faint">–</span>;
  return (
    <span className="text-muted">
      <Time time={firings.last} />
    </span>
  );
}
