import { localTime, zoneOffset } from "../../rules/schedules.ts";
import { Switch } from "../kit/controls/switch.tsx";
import { Link } from "../kit/router.tsx";
import type { HeadOrder } from "../kit/table/head-order.ts";
import type { Column } from "../kit/table/table.tsx";
import { RunsStrip } from "../parts/charts/runs-strip.tsx";
import { deploymentPath } from "../parts/paths.ts";
import type { Recent } from "../parts/runs/recent-runs.ts";
import { TagList } from "../parts/tag.tsx";
import { duration } from "../parts/time/durations.ts";
import { nextFire } from "../parts/time/fires.ts";
import { FireTime, useNext } from "../parts/time/next-fire.tsx";
import { Clipped } from "../parts/time/schedule-summary.tsx";
import { Time, Zone } from "../parts/time/time.tsx";
import { zoneName } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";
import type { Key } from "./fields.ts";
import { RowMenu } from "./row-menu.tsx";
import type { ScheduleRow } from "./rows.ts";
import type { Opened } from "./schedule-dialogs.tsx";
import { useSeen } from "./use-recent-of-seen.ts";

export interface ColumnContext {
  recent: Recent & { see: (id: string) => void };
  /** Narrows the query to what was pressed. */
  narrow: (key: Key, value: string) => void;
  open: (opened: Opened) => void;
  onActive: (row: ScheduleRow, active: boolean) => void;
  byName: HeadOrder;
  byNext: HeadOrder;
  byLongest: HeadOrder;
  select: Column<ScheduleRow>;
}

/** As the menu of columns names them. */
export const columnNames = [
  { key: "active", label: "Active" },
  { key: "deployment", label: "Deployment, flow" },
  { key: "rule", label: "Schedule" },
  { key: "next", label: "Next fire" },
  { key: "own", label: "In its own zone" },
  { key: "runs", label: "Last runs" },
  { key: "usual", label: "Usual duration" },
  { key: "pool", label: "Pool" },
  { key: "tags", label: "Tags" },
  { key: "menu", label: "Actions" },
] as const;

export function wideColumns(context: ColumnContext): readonly Column<ScheduleRow>[] {
  const { recent, narrow } = context;
  return [
    context.select,
    activeColumn(context),
    {
      key: "deployment",
      head: "Deployment, flow",
      order: context.byName,
      width: "minmax(150px, 1.1fr)",
      cell: (row) => <Names row={row} narrow={narrow} />,
    },
    {
      key: "rule",
      head: "Schedule",
      width: "minmax(150px, 1.2fr)",
      // Its zone has a column of its own.
      cell: (row) => (
        <span className="block truncate" title={row.name}>
          {row.name.replace(/ \([^()]+\)$/, "")}
        </span>
      ),
    },
    {
      key: "next",
      head: (
        <>
          Next, <Zone />
        </>
      ),
      order: context.byNext,
      width: "160px",
      cell: (row) => <Next row={row} />,
    },
    {
      key: "own",
      head: "In its own zone",
      width: "minmax(190px, 1fr)",
      cell: (row) => <OwnTime row={row} />,
    },
    {
      key: "runs",
      head: "Last runs",
      width: "176px",
      cell: (row) => <LastRuns row={row} recent={recent} />,
    },
    {
      key: "usual",
      head: "Usually",
      order: context.byLongest,
      width: "74px",
      cell: (row) => <Usual row={row} />,
    },
    {
      key: "pool",
      head: "Pool",
      width: "minmax(60px, 0.4fr)",
      cell: (row) => <Pool row={row} narrow={narrow} />,
    },
    {
      key: "tags",
      head: "Tags",
      width: "minmax(80px, 0.5fr)",
      cell: (row) => <TagList tags={row.tags} onSelect={(tag) => narrow("tag", tag)} />,
    },
    menuColumn(context),
  ];
}

/** Two lines in one column, for a phone. */
export function narrowColumns(context: ColumnContext): readonly Column<ScheduleRow>[] {
  return [
    context.select,
    {
      key: "schedule",
      head: "Schedule",
      width: "minmax(0, 1fr)",
      cell: (row) => (
        <span className="block">
          <span className="flex items-center gap-2">
            <DeploymentLink row={row} />
            <span className="ml-auto shrink-0 text-xs">
              <Next row={row} />
            </span>
          </span>
          <span className="flex gap-2 text-xs text-muted">
            <Clipped words={row.name} />
          </span>
        </span>
      ),
    },
    activeColumn(context),
    menuColumn(context),
  ];
}

const activeColumn = ({ onActive }: ColumnContext): Column<ScheduleRow> => ({
  key: "active",
  head: <span className="sr-only">Active</span>,
  width: "44px",
  cell: (row) => (
    <Switch
      label={`Active: ${row.deployment_name}, ${row.name}`}
      checked={row.active}
      onChange={(active) => onActive(row, active)}
    />
  ),
});

const menuColumn = ({ open }: ColumnContext): Column<ScheduleRow> => ({
  key: "menu",
  head: <span className="sr-only">Actions</span>,
  width: "44px",
  cell: (row) => <RowMenu row={row} open={open} />,
});

function DeploymentLink({ row }: { row: ScheduleRow }) {
  return (
    <Link
      to={deploymentPath(row.deployment_id)}
      tabIndex={-1}
      className="min-w-0 truncate font-strong hover:underline"
    >
      {row.deployment_name}
    </Link>
  );
}

function Names({ row, narrow }: { row: ScheduleRow; narrow: ColumnContext["narrow"] }) {
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <DeploymentLink row={row} />
      <button
        type="button"
        tabIndex={-1}
        title={`Only schedules of ${row.flow_name}`}
        className="min-w-0 truncate text-muted hover:text-fg hover:underline"
        onClick={() => narrow("flow", row.flow_name)}
      >
        {row.flow_name}
      </button>
    </span>
  );
}

/** When it fires next, or why it does not. */
function Next({ row }: { row: ScheduleRow }) {
  const { at } = useNext((now) => row.next.find((time) => time >= now) ?? nextFire(row.schedule, now));
  if (row.paused_until)
    return (
      <span className="text-paused">
        Paused until <Time time={row.paused_until} as="clock" />
      </span>
    );
  if (!row.active) return <span className="text-paused">Paused</span>;
  if (row.deployment_paused) return <span className="text-paused">Deployment paused</span>;
  return at === undefined ? <span className="text-late">Never fires</span> : <FireTime at={at} />;
}

/** The next fire on the clock of the schedule; its zone alone where that clock shows the same as the reader's. */
function OwnTime({ row: { schedule, next } }: { row: ScheduleRow }) {
  const { zone: viewer } = useSettings();
  const zone = schedule.timezone ?? "UTC";
  const [at] = next;
  const isSame = at !== undefined && zoneOffset(zone, at) === zoneOffset(zoneName(viewer), at);
  const title = next.map((time) => `${wordsOf(zone, time)} ${localTime(zone, time).offset}`).join("\n");
  return (
    <span className="flex min-w-0 items-baseline gap-1.5" title={title || zone}>
      {at !== undefined && !isSame && <span className="shrink-0">{wordsOf(zone, at)}</span>}
      <span className="min-w-0 truncate text-muted">{zone}</span>
    </span>
  );
}

/** `Sun 02:30` */
function wordsOf(zone: string, at: number): string {
  const { weekday, time } = localTime(zone, at);
  return `${weekday} ${time.replace(/:00$/, "")}`;
}

function LastRuns({ row, recent }: { row: ScheduleRow; recent: ColumnContext["recent"] }) {
  useSeen(row.id, recent.see);
  return <RunsStrip recent={recent.of(row.deployment_id)} isPending={recent.isPending} />;
}

function Usual({ row: { usual_seconds: seconds } }: { row: ScheduleRow }) {
  if (seconds === null) return <span className="text-faint">–</span>;
  return (
    <span className="text-muted" title="Median of the latest completed runs of the deployment">
      {duration(seconds)}
    </span>
  );
}

function Pool({ row, narrow }: { row: ScheduleRow; narrow: ColumnContext["narrow"] }) {
  const { work_pool_name: pool } = row;
  if (!pool) return <span className="text-faint">Served</span>;
  return (
    <button
      type="button"
      tabIndex={-1}
      title={`Only schedules in ${pool}`}
      className="max-w-full truncate text-muted hover:text-fg hover:underline"
      onClick={() => narrow("pool", pool)}
    >
      {pool}
    </button>
  );
}
