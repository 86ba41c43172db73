import type { ReactNode } from "react";
import type { Deployment } from "../../schema/deployments.ts";
import { Link } from "../kit/router.tsx";
import type { HeadOrder } from "../kit/table/head-order.ts";
import type { Column } from "../kit/table/table.tsx";
import { fullName } from "../parts/actions/deployment-commands.ts";
import { RunsStrip } from "../parts/charts/runs-strip.tsx";
import { StatusBadge, StatusIcon, statusOf, statusWords } from "../parts/deployment-status.tsx";
import { deploymentPath } from "../parts/paths.ts";
import type { Recent } from "../parts/runs/recent-runs.ts";
import { runsPath } from "../parts/runs-path.ts";
import { TagList } from "../parts/tag.tsx";
import { NextFire } from "../parts/time/next-fire.tsx";
import { ScheduleSummary } from "../parts/time/schedule-summary.tsx";
import { Zone } from "../parts/time/time.tsx";
import { RunButton } from "../run-deployment/run-button.tsx";
import type { Key } from "./fields.ts";

export interface ColumnContext {
  flowName: (id: string) => string | undefined;
  recent: Recent;
  /** Narrows the query to what was clicked. */
  narrow: (key: Key, value: string) => void;
  byName: HeadOrder;
  byNext: HeadOrder;
  /** Undefined where the server cannot sort by it. */
  byLast?: HeadOrder;
  byStatus?: HeadOrder;
  select: Column<Deployment>;
}

/** As the menu of columns names them. */
export const columnNames = [
  { key: "status", label: "Status" },
  { key: "name", label: "Deployment, flow" },
  { key: "schedules", label: "Schedules" },
  { key: "next", label: "Next run" },
  { key: "runs", label: "Last runs" },
  { key: "pool", label: "Pool, queue" },
  { key: "limit", label: "Limit" },
  { key: "tags", label: "Tags" },
  { key: "run", label: "Run" },
] as const;

export function wideColumns(context: ColumnContext): readonly Column<Deployment>[] {
  const { recent, narrow } = context;
  return [
    context.select,
    {
      key: "status",
      head: "Status",
      ...(context.byStatus && { order: context.byStatus }),
      width: "106px",
      cell: (row) => <StatusBadge deployment={row} className="max-w-full" />,
    },
    {
      key: "name",
      head: "Deployment, flow",
      order: context.byName,
      width: "minmax(170px, 1.15fr)",
      cell: (row) => <Name row={row} context={context} />,
    },
    {
      key: "schedules",
      head: "Schedules",
      width: "minmax(170px, 1.4fr)",
      cell: (row) => <ScheduleSummary schedules={row.schedules} />,
    },
    {
      key: "next",
      head: (
        <>
          Next, <Zone />
        </>
      ),
      order: context.byNext,
      width: "146px",
      cell: (row) => <NextFire deployment={row} />,
    },
    {
      key: "runs",
      head: "Last runs",
      ...(context.byLast && { order: context.byLast }),
      width: "182px",
      cell: (row) => <RunsStrip recent={recent.of(row.id)} isPending={recent.isPending} />,
    },
    {
      key: "pool",
      head: "Pool, queue",
      width: "minmax(70px, 0.5fr)",
      cell: (row) => <Pool row={row} narrow={narrow} />,
    },
    { key: "limit", head: "Limit", width: "58px", cell: (row) => <LimitUse row={row} /> },
    runColumn(context),
    {
      key: "tags",
      head: "Tags",
      width: "minmax(80px, 0.7fr)",
      cell: (row) => <TagList tags={row.tags} onSelect={(tag) => narrow("tag", tag)} />,
    },
  ];
}

const runColumn = ({ flowName }: ColumnContext): Column<Deployment> => ({
  key: "run",
  head: "Run",
  width: "40px",
  cell: (row) => <RunButton deployment={row} flow={flowName(row.flow_id)} tabIndex={-1} />,
});

/** One column of two lines, for a phone. */
export function narrowColumns(context: ColumnContext): readonly Column<Deployment>[] {
  return [
    context.select,
    {
      key: "deployment",
      head: "Deployment",
      width: "minmax(0, 1fr)",
      cell: (row) => (
        <span className="block">
          <span className="flex items-center gap-2">
            <StatusIcon status={statusOf(row)} />
            <DeploymentLink row={row} className="flex-1" />
            <span className="shrink-0 text-xs">
              {row.paused ? <span className="text-paused">Paused</span> : <NextFire deployment={row} />}
            </span>
          </span>
          <span className="flex items-center gap-2 pl-[22px] text-xs text-muted">
            {statusOf(row) === "not-served" && <span className="shrink-0 text-late">{statusWords(row)}</span>}
            <span className="min-w-0 truncate">{context.flowName(row.flow_id)}</span>
            <span className="min-w-0 flex-1 truncate">
              <ScheduleSummary schedules={row.schedules} />
            </span>
          </span>
        </span>
      ),
    },
    runColumn(context),
  ];
}

function DeploymentLink({ row, className = "" }: { row: Deployment; className?: string }) {
  return (
    <Link
      to={deploymentPath(row.id)}
      tabIndex={-1}
      className={`min-w-0 truncate font-strong hover:underline ${className}`}
    >
      {row.name}
    </Link>
  );
}

function Name({ row, context }: { row: Deployment; context: ColumnContext }) {
  const flow = context.flowName(row.flow_id);
  const late = context.recent.of(row.id)?.late ?? 0;
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <DeploymentLink row={row} className="max-w-[70%] shrink-0" />
      {flow && (
        <Narrow
          title={`Only deployments of ${flow}`}
          text={flow}
          onPress={() => context.narrow("flow", flow)}
        />
      )}
      {flow && late > 0 && (
        <Link
          to={runsPath(`state:late deployment:"${fullName({ flow, name: row.name })}"`)}
          tabIndex={-1}
          className="shrink-0 text-late hover:underline"
        >
          {late} late
        </Link>
      )}
    </span>
  );
}

function Pool({ row, narrow }: { row: Deployment; narrow: ColumnContext["narrow"] }): ReactNode {
  const pool = row.work_pool_name;
  if (!pool) return <span className="text-faint">Served</span>;
  const queue = row.work_queue_name;
  return (
    <span className="flex min-w-0 gap-1.5">
      <Narrow title={`Only deployments in ${pool}`} text={pool} onPress={() => narrow("pool", pool)} />
      {queue && queue !== "default" && (
        <Narrow
          title={`Only deployments in queue ${queue}`}
          text={queue}
          onPress={() => narrow("queue", queue)}
        />
      )}
    </span>
  );
}

function Narrow({ text, title, onPress }: { text: string; title: string; onPress: () => void }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      title={title}
      className="min-w-0 truncate text-muted hover:text-fg hover:underline"
      onClick={onPress}
    >
      {text}
    </button>
  );
}

function LimitUse({ row }: { row: Deployment }) {
  const limit = row.global_concurrency_limit;
  if (!limit) return <span className="text-faint">–</span>;
  const isFull = limit.active_slots >= limit.limit;
  return (
    <span className={isFull ? "text-late" : "text-muted"} title={isFull ? "Every slot is taken" : undefined}>
      {limit.active_slots} of {limit.limit}
    </span>
  );
}
