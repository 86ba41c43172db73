import type { ReactNode } from "react";
import { Link } from "../kit/router.tsx";
import type { HeadOrder } from "../kit/table/head-order.ts";
import type { Column } from "../kit/table/table.tsx";
import { RunsStrip } from "../parts/charts/runs-strip.tsx";
import { poolPath } from "../parts/paths.ts";
import type { Recent } from "../parts/runs/recent-runs.ts";
import { runsPath } from "../parts/runs-path.ts";
import { Time } from "../parts/time/time.tsx";
import { Load, WorkStatusBadge } from "../parts/work-status.tsx";
import { PauseButton } from "./pause-button.tsx";
import type { PoolRow } from "./use-pools.ts";

export interface ColumnContext {
  recent: Recent;
  onType: (type: string) => void;
  byName: HeadOrder;
  select: Column<PoolRow>;
  /** Whether the server tells workers and late runs of all pools. */
  hasWorkers: boolean;
}

/** As the menu of columns names them. */
export const columnNames = [
  { key: "status", label: "Status" },
  { key: "name", label: "Work pool" },
  { key: "type", label: "Type" },
  { key: "slots", label: "Slots" },
  { key: "queues", label: "Queues" },
  { key: "workers", label: "Workers" },
  { key: "polled", label: "Last poll" },
  { key: "late", label: "Late" },
  { key: "runs", label: "Last runs" },
  { key: "pause", label: "Pause" },
] as const;

export function wideColumns(context: ColumnContext): readonly Column<PoolRow>[] {
  const { recent, hasWorkers } = context;
  return [
    context.select,
    { key: "status", head: "Status", width: "104px", cell: ({ pool }) => <PoolStatus pool={pool} /> },
    {
      key: "name",
      head: "Work pool",
      order: context.byName,
      width: "minmax(150px, 1.2fr)",
      cell: (row) => <Name row={row} />,
    },
    {
      key: "type",
      head: "Type",
      width: "minmax(76px, 0.5fr)",
      cell: ({ pool }) => (
        <button
          type="button"
          tabIndex={-1}
          title={`Only pools of type ${pool.type}`}
          className="max-w-full truncate text-muted hover:text-fg hover:underline"
          onClick={() => context.onType(pool.type)}
        >
          {pool.type}
        </button>
      ),
    },
    { key: "slots", head: "Slots in use", width: "124px", cell: ({ pool }) => <Load pool={pool} /> },
    { key: "queues", head: "Queues", width: "minmax(90px, 0.7fr)", cell: (row) => <Queues row={row} /> },
    ...(hasWorkers ? [workersColumn] : []),
    { key: "polled", head: "Last poll", width: "92px", cell: (row) => <LastPoll row={row} /> },
    ...(hasWorkers ? [lateColumn(recent)] : []),
    runsColumn(recent),
    pauseColumn,
  ];
}

const workersColumn: Column<PoolRow> = {
  key: "workers",
  head: "Workers",
  width: "92px",
  cell: (row) => <Workers row={row} />,
};

const pauseColumn: Column<PoolRow> = {
  key: "pause",
  head: <span className="sr-only">Pause</span>,
  width: "40px",
  cell: ({ pool }) => <PauseButton pool={pool} tabIndex={-1} />,
};

const lateColumn = (recent: Recent): Column<PoolRow> => ({
  key: "late",
  head: "Late",
  width: "64px",
  cell: (row) => <Late row={row} recent={recent} />,
});

const runsColumn = (recent: Recent): Column<PoolRow> => ({
  key: "runs",
  head: "Last runs",
  width: "182px",
  cell: (row) => <RunsStrip recent={recent.of(row.id)} isPending={recent.isPending} />,
});

/** One column of two lines, for a phone. */
export function narrowColumns(context: ColumnContext): readonly Column<PoolRow>[] {
  return [
    context.select,
    {
      key: "pool",
      head: "Work pool",
      width: "minmax(0, 1fr)",
      cell: (row) => (
        <span className="block">
          <span className="flex items-center gap-2">
            <Name row={row} />
            <span className="ml-auto shrink-0 text-xs">
              <PoolStatus pool={row.pool} />
            </span>
          </span>
          <span className="flex items-center gap-3 text-xs text-muted">
            <span className="truncate">{row.pool.type}</span>
            <Load pool={row.pool} />
            {row.workers?.some(({ status }) => status === "ONLINE") && <Workers row={row} />}
            {(context.recent.of(row.id)?.late ?? 0) > 0 && <Late row={row} recent={context.recent} />}
          </span>
        </span>
      ),
    },
    pauseColumn,
  ];
}

export function PoolStatus({ pool }: { pool: PoolRow["pool"] }) {
  const status = pool.is_paused ? "PAUSED" : (pool.status ?? "NOT_READY");
  return <WorkStatusBadge status={status} {...(status === "NOT_READY" && { label: "No worker" })} />;
}

const Name = ({ row: { pool } }: { row: PoolRow }) => (
  <span className="flex min-w-0 items-baseline gap-2">
    <Link
      to={poolPath(pool.name)}
      tabIndex={-1}
      className="max-w-full shrink-0 truncate font-strong hover:underline"
    >
      {pool.name}
    </Link>
    {pool.description && <span className="truncate text-muted max-md:hidden">{pool.description}</span>}
  </span>
);

function Queues({ row: { queues } }: { row: PoolRow }): ReactNode {
  if (!queues) return null;
  const paused = queues.filter((queue) => queue.is_paused).length;
  return (
    <span className="truncate text-muted" title={queues.map(({ name }) => name).join(", ")}>
      {queues.length}
      {paused > 0 && <span className="text-paused">, {paused} paused</span>}
    </span>
  );
}

function Workers({ row: { workers } }: { row: PoolRow }): ReactNode {
  if (!workers) return null;
  const online = workers.filter((worker) => worker.status === "ONLINE").length;
  if (online > 0) return <span className="text-muted">{online} online</span>;
  return <span className="text-late">{workers.length > 0 ? "All offline" : "None"}</span>;
}

function LastPoll({ row: { queues = [] } }: { row: PoolRow }) {
  const polls = queues.flatMap(({ last_polled }) => last_polled ?? []).toSorted();
  return (
    <span className="text-muted">
      <Time time={polls.at(-1)} />
    </span>
  );
}

function Late({ row, recent }: { row: PoolRow; recent: Recent }) {
  const late = recent.of(row.id)?.late ?? 0;
  if (late === 0) return <span className="text-faint">–</span>;
  return (
    <Link
      to={runsPath(`state:late pool:"${row.name}"`)}
      tabIndex={-1}
      className="text-late whitespace-nowrap hover:underline"
    >
      {late} late
    </Link>
  );
}
