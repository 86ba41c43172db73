import type { ReactNode } from "react";
import type { FailureGroup } from "../../schema/failures.ts";
import { Link } from "../kit/router.tsx";
import type { HeadOrder } from "../kit/table/head-order.ts";
import type { Column } from "../kit/table/table.tsx";
import { Occurrences } from "../parts/charts/occurrences.tsx";
import { errorPath, flowPath } from "../parts/paths.ts";
import { Time } from "../parts/time/time.tsx";
import { timeOf } from "../parts/time/times.ts";
import { StandingBadge, StandingWords } from "./standing.tsx";
import { whereOf } from "./words.ts";

/** A group as a row of a list that can be selected. */
export interface ErrorRow extends FailureGroup {
  /** What it is called. */
  name: string;
}

interface ColumnContext {
  select: Column<ErrorRow>;
  /** The period that counts are of. */
  window: { from: number; to: number };
  orders: Record<"last" | "first" | "count", HeadOrder>;
}

/** As the menu of columns names them. */
export const columnNames = [
  { key: "error", label: "Error" },
  { key: "flows", label: "Flows" },
  { key: "version", label: "Version" },
  { key: "trend", label: "Trend" },
  { key: "count", label: "Count" },
  { key: "first", label: "First seen" },
  { key: "last", label: "Last seen" },
  { key: "status", label: "Status" },
] as const;

const timesOf = (row: ErrorRow) => row.counts.map(({ time, count }) => ({ time: timeOf(time), count }));

export function wideColumns({ select, window, orders }: ColumnContext): readonly Column<ErrorRow>[] {
  return [
    select,
    {
      key: "error",
      head: "Error",
      width: "minmax(260px, 2.4fr)",
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-2">
          <StandingBadge group={row} isIcon />
          <ErrorLink row={row} />
          <span className="min-w-0 shrink-[4] truncate font-mono text-xs text-muted" title={whereOf(row)}>
            {whereOf(row)}
          </span>
        </span>
      ),
    },
    { key: "flows", head: "Flows", width: "minmax(90px, 0.8fr)", cell: (row) => <Flows row={row} /> },
    { key: "version", head: "Version", width: "88px", cell: (row) => <Versions row={row} /> },
    {
      key: "trend",
      head: "Trend",
      width: "162px",
      cell: (row) => <Occurrences times={timesOf(row)} window={window} />,
    },
    {
      key: "count",
      head: "Count",
      order: orders.count,
      width: "78px",
      cell: (row) => <Count row={row} />,
    },
    {
      key: "first",
      head: "First seen",
      order: orders.first,
      width: "104px",
      cell: (row) => <Seen time={row.first_seen} />,
    },
    {
      key: "last",
      head: "Last seen",
      order: orders.last,
      width: "104px",
      cell: (row) => <Seen time={row.last_seen} />,
    },
    {
      key: "status",
      head: "Status",
      width: "118px",
      cell: (row) => <StandingWords group={row} />,
    },
  ];
}

/** One column of two lines, for a phone. */
export const narrowColumns = ({ select }: ColumnContext): readonly Column<ErrorRow>[] => [
  select,
  {
    key: "error",
    head: "Error",
    width: "minmax(0, 1fr)",
    cell: (row) => (
      <span className="block">
        <span className="flex items-center gap-2">
          <StandingBadge group={row} isIcon />
          <ErrorLink row={row} />
          <span className="ml-auto shrink-0 text-xs">
            <Count row={row} />
          </span>
        </span>
        <span className="flex gap-2 pl-[22px] text-xs text-muted">
          <span className="min-w-0 flex-1 truncate">
            {[whereOf(row), row.flows.map(({ name }) => name).join(", ")].filter(Boolean).join(" · ")}
          </span>
          <Seen time={row.last_seen} />
        </span>
      </span>
    ),
  },
];

const ErrorLink = ({ row }: { row: ErrorRow }) => (
  <Link
    to={errorPath(row.id)}
    tabIndex={-1}
    title={row.name}
    className="min-w-0 truncate font-strong hover:underline"
  >
    {row.name}
  </Link>
);

const Seen = ({ time }: { time: string }) => (
  <span className="text-muted">
    <Time time={time} />
  </span>
);

/** In the period; before it, the group may have had more. */
const Count = ({ row }: { row: ErrorRow }) => (
  <span className="font-strong" title={`${row.count.toLocaleString("en")} since it was first seen`}>
    ×{row.recent.toLocaleString("en")}
  </span>
);

function Flows({ row: { flows } }: { row: ErrorRow }): ReactNode {
  const [first, ...others] = flows;
  if (!first) return <span className="text-faint">–</span>;
  return (
    <span className="flex min-w-0 gap-1.5">
      <Link to={flowPath(first.id)} tabIndex={-1} className="min-w-0 truncate text-muted hover:underline">
        {first.name}
      </Link>
      <Rest names={others.map(({ name }) => name)} />
    </span>
  );
}

function Versions({ row: { versions } }: { row: ErrorRow }): ReactNode {
  const [first, ...others] = versions;
  if (!first) return <span className="text-faint">–</span>;
  return (
    <span className="flex min-w-0 items-baseline gap-1.5">
      <code className="min-w-0 truncate text-xs text-muted" title={first.name}>
        {first.name}
      </code>
      <Rest names={others.map(({ name }) => name)} />
    </span>
  );
}

function Rest({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <span className="shrink-0 text-faint" title={names.join(", ")}>
      +{names.length}
    </span>
  );
}
