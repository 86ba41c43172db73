import { memo } from "react";
import { localTime } from "../../../rules/schedules.ts";
import { cx } from "../../kit/cx.ts";
import { useNow } from "../../kit/now.ts";
import { Popover } from "../../kit/overlays/popover.tsx";
import { Link } from "../../kit/router.tsx";
import { deploymentPath } from "../../parts/paths.ts";
import { duration } from "../../parts/time/durations.ts";
import { clusterMinutes } from "../../schedule-editor/week/lanes.ts";
import type { Bar, Cluster, WeekDay } from "../../schedule-editor/week/model.ts";
import type { ScheduleRow } from "../rows.ts";
import { Demand, demandHeight } from "./demand.tsx";

interface Props {
  day: WeekDay;
  rows: readonly ScheduleRow[];
  zone: string;
  other: string;
  slots: number | undefined;
  /** The most that is wanted at once in the week. */
  most: number;
}

const lane = 20;
const dayMs = 86_400_000;
const dayFormat = new Intl.DateTimeFormat("en-GB", {
  ...{ weekday: "short", day: "numeric", month: "short", timeZone: "UTC" },
});

/** One day: its fires in lanes, what finds no lane as counts, and the demand for a limit below. */
export const DayRow = memo(function DayRow({ day, rows, zone, other, slots, most }: Props) {
  const { bars, clusters, lanes, change, start } = day;
  const clustersAt = lanes * lane + 4;
  const demandAt = clustersAt + (clusters.length > 0 ? lane : 0);
  const height = Math.max(46, demandAt + (slots === undefined ? 4 : demandHeight + 4));
  const zones = { zone, other };
  return (
    <section data-day={day.date} aria-label={dayName(day.date)} className="flex border-b" style={{ height }}>
      <header className="sticky left-0 z-10 flex w-[104px] shrink-0 flex-col bg-surface px-3 py-1">
        <span className="font-strong whitespace-nowrap">{dayName(day.date)}</span>
        <span className="text-xs text-muted">
          {day.count === 0 ? "no fires" : `${day.count.toLocaleString("en")} fires`}
        </span>
      </header>
      <div className="relative min-w-0 flex-1 border-l bg-[repeating-linear-gradient(to_right,var(--line)_0_1px,transparent_1px_calc(100%/12))]">
        {change && <ClockChange change={change} />}
        <Now start={start} zone={zone} />
        {bars.map((bar, index) => {
          const row = rows[bar.schedule];
          if (!row) return null;
          const isFirst = index === 0;
          return <BarLink key={`${row.id} ${bar.from}`} {...{ bar, row, zones, isFirst }} />;
        })}
        {clusters.map((cluster) => (
          <ClusterButton key={cluster.from} cluster={cluster} top={clustersAt} rows={rows} zones={zones} />
        ))}
        {slots !== undefined && <Demand day={day} zone={zone} slots={slots} most={most} top={demandAt} />}
      </div>
    </section>
  );
});

const dayName = (date: string): string => dayFormat.format(Date.parse(date)).replace(",", "");
const percent = (minutes: number): string => `${(minutes / 1440) * 100}%`;

interface Zones {
  zone: string;
  other: string;
}

interface BarProps {
  bar: Bar;
  row: ScheduleRow;
  zones: Zones;
  isFirst: boolean;
}

function BarLink({ bar, row, zones, isFirst }: BarProps) {
  const label = barWords(bar, row, zones);
  return (
    <Link
      to={deploymentPath(row.deployment_id)}
      data-mark=""
      data-tip={label}
      aria-label={label}
      tabIndex={isFirst ? 0 : -1}
      className="group/bar absolute flex h-[18px] items-center rounded-[3px] hover:z-10"
      style={{
        left: percent(bar.from),
        top: bar.lane * lane + 3,
        width: percent(bar.to - bar.from),
        minWidth: 6,
      }}
    >
      <span
        className={cx(
          "absolute inset-0 rounded-[3px] border-l-2 border-accent bg-accent-soft group-hover/bar:bg-active",
          bar.isContinued && "rounded-l-none border-l-0",
          bar.note && "border-late outline outline-dashed outline-late",
        )}
      />
      {bar.hasLabel && (
        <span
          className="relative max-w-full min-w-[4.4vw] shrink-0 truncate pl-1.5 text-xs"
          style={{ width: "100%" }}
        >
          {row.deployment_name}
          {bar.count > 1 && <span className="text-muted"> ×{bar.count}</span>}
        </span>
      )}
    </Link>
  );
}

/** `nightly of etl, 02:00 UTC, 03:00 Europe/Berlin, usually 12m` */
function barWords({ at, count, note }: Bar, row: ScheduleRow, { zone, other }: Zones): string {
  const time = (one: string) => `${localTime(one, at).time.slice(0, 5)} ${one}`;
  return [
    `${row.deployment_name} of ${row.flow_name}`,
    count > 1 ? `${count} fires from ${time(zone)}` : time(zone),
    ...(other === zone ? [] : [time(other)]),
    ...(row.usual_seconds === null ? [] : [`usually ${duration(row.usual_seconds)}`]),
    ...(note ? [note] : []),
  ].join(", ");
}

interface ClusterProps {
  cluster: Cluster;
  top: number;
  rows: readonly ScheduleRow[];
  zones: Zones;
}

/** Fires of half an hour that found no lane: how many, and which behind a press. */
function ClusterButton({ cluster, top, rows, zones: { zone } }: ClusterProps) {
  const label = `${cluster.count.toLocaleString("en")} more fires from ${clock(cluster.from)}`;
  return (
    <span className="absolute" style={{ left: percent(cluster.from), width: percent(clusterMinutes), top }}>
      <Popover
        label={label}
        trigger={
          <button
            type="button"
            data-mark=""
            tabIndex={-1}
            aria-label={label}
            className="h-[18px] w-full overflow-hidden rounded-[3px] bg-accent-soft text-[10.5px] leading-[18px] text-fg tabular-nums hover:bg-active"
          >
            {brief(cluster.count)}
          </button>
        }
      >
        <ul className="flex max-h-72 w-72 flex-col overflow-y-auto p-1.5">
          {cluster.fires.map(({ schedule, at }) => {
            const row = rows[schedule];
            return (
              row && (
                <li key={`${row.id} ${at}`}>
                  <Link
                    to={deploymentPath(row.deployment_id)}
                    className="flex h-7 items-center gap-2 rounded-sm px-2 hover:bg-hover"
                  >
                    <span className="text-muted tabular-nums">{localTime(zone, at).time.slice(0, 5)}</span>
                    <span className="min-w-0 truncate">{row.deployment_name}</span>
                    <span className="min-w-0 truncate text-muted">{row.flow_name}</span>
                  </Link>
                </li>
              )
            );
          })}
          {cluster.count > cluster.fires.length && (
            <li className="px-2 py-1 text-muted">
              and {(cluster.count - cluster.fires.length).toLocaleString("en")} more
            </li>
          )}
        </ul>
      </Popover>
    </span>
  );
}

const clock = (minute: number): string => localTime("UTC", minute * 60_000).time.slice(0, 5);
const brief = (count: number): string => (count < 1000 ? String(count) : `${Math.round(count / 1000)}k`);

/** Local times that do not exist, or come twice. */
function ClockChange({ change: { kind, from, to } }: { change: NonNullable<WeekDay["change"]> }) {
  const words = `${clock(from)}–${clock(to)} ${kind === "skipped" ? "does not exist" : "comes twice"}`;
  return (
    <span
      role="img"
      aria-label={words}
      data-tip={words}
      className={cx("absolute inset-y-0", kind === "skipped" ? "slot-unnamed" : "bg-sunken")}
      style={{ left: percent(from), width: percent(to - from) }}
    >
      <span className="absolute bottom-0 left-1 text-xs whitespace-nowrap text-late">{words}</span>
    </span>
  );
}

/** Where in the day it is now. */
function Now({ start, zone }: { start: number; zone: string }) {
  const now = useNow(60);
  if (now < start || now >= start + dayMs * 1.05) return null;
  const { date, time } = localTime(zone, now);
  if (date !== localTime(zone, start).date) return null;
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none absolute inset-y-0 z-10 w-px bg-danger"
      style={{ left: percent(hour * 60 + minute) }}
    />
  );
}
