import type { ReactNode } from "react";
import { cx } from "../kit/cx.ts";
import { Link } from "../kit/router.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { TrendLine } from "../kit/trend-line.tsx";
import { runsPath } from "../parts/runs-path.ts";
import {
  changed,
  completionTrend,
  failureTrend,
  percent,
  sharedLimits,
  totalsOf,
  waitingCount,
} from "./counts.ts";
import type { NowFigures } from "./figures.ts";
import { queryOf, ranges, type View } from "./view.ts";

interface Props {
  data: NowFigures | undefined;
  /** How many different failures there are; undefined until known. */
  groups: number | undefined;
  view: View;
}

const waitingStates = "state:late,pending,cancelling,awaitingretry,awaitingconcurrencyslot";

/** What can be read from two metres: failing, waiting, running, completed, each with its course. */
export function Cards({ data, groups, view }: Props) {
  return (
    <div className="grid shrink-0 grid-cols-4 gap-3 max-lg:grid-cols-2">
      {data ? <Loaded {...{ data, groups, view }} /> : names.map((name) => <Card key={name} label={name} />)}
    </div>
  );
}

const names = ["Failing", "Waiting", "Running", "Completed"] as const;

function Loaded({ data, groups, view }: Omit<Props, "data"> & { data: NowFigures }) {
  const { before, label } = ranges[view.range];
  const { failed, completed, ended } = totalsOf(data.history);
  const waiting = waitingCount(data);
  const usual = data.usually_running;
  const share = ended > 0 ? completed / ended : undefined;
  const running = data.running.count;
  return (
    <>
      <Card
        to={runsPath(queryOf(view, "state:failed,crashed"))}
        label={failed > 0 && groups ? `Failing in ${groups} ${groups === 1 ? "group" : "groups"}` : "Failing"}
        value={failed.toLocaleString("en")}
        detail={data.failed_before === null ? label : changed(failed, data.failed_before, before)}
        color={failed > 0 ? "text-failed" : "text-muted"}
        trend={failureTrend(data.history)}
      />
      <Card
        to={runsPath(queryOf(view, waitingStates, false))}
        label="Waiting"
        value={more(waiting, data.waiting.is_partial && data.loads === null)}
        detail={waitingDetail(data)}
        color={waiting > 0 ? "text-late" : "text-muted"}
        trend={data.loads ? [...data.loads.waiting, waiting] : []}
      />
      <Card
        to={runsPath(queryOf(view, "state:running", false))}
        label="Running"
        value={more(running, data.waiting.is_partial && data.loads === null)}
        detail={usual === null ? "now" : `usually ${rounded(usual)} at this hour`}
        color={running > 0 ? "text-running" : "text-muted"}
        trend={data.loads ? [...data.loads.running, running] : []}
      />
      <Card
        to={runsPath(queryOf(view, "state:completed"))}
        label={`Completed in ${view.range === "7d" ? "7 days" : view.range.replace("h", " h")}`}
        value={share === undefined ? "–" : percent(share)}
        detail={`${completed.toLocaleString("en")} of ${ended.toLocaleString("en")}`}
        color={share === undefined ? "text-muted" : "text-completed"}
        trend={completionTrend(data.history)}
      />
    </>
  );
}

const more = (count: number, isCapped: boolean) => `${count.toLocaleString("en")}${isCapped ? "+" : ""}`;
const rounded = (value: number) => (value < 1 ? "less than 1" : Math.round(value).toLocaleString("en"));

/** What most of them wait for. */
function waitingDetail({ waiting, paused, full_limits }: NowFigures): string {
  const most = sharedLimits(full_limits).toSorted((a, b) => b.waiting - a.waiting)[0];
  if (most) return `${most.waiting.toLocaleString("en")} for one limit`;
  const groups = waiting.groups.length;
  if (groups > 0) return `for ${groups} ${groups === 1 ? "reason" : "reasons"}`;
  return paused.count > 0 ? `${paused.count} paused besides` : "none late, none without a slot";
}

interface CardProps {
  label: string;
  to?: string;
  value?: string;
  detail?: ReactNode;
  color?: string;
  trend?: readonly number[];
}

function Card({ label, to, value, detail, color, trend = [] }: CardProps) {
  const box = "relative flex h-[104px] flex-col rounded-md border bg-surface px-4 py-3";
  if (value === undefined || to === undefined)
    return (
      <div className={box} role="status" aria-label={`Loading ${label.toLowerCase()}`}>
        <Skeleton className="my-1 h-7 w-16" />
        <Skeleton className="mt-1.5 h-3 w-28" />
        <Skeleton className="mt-2 h-3 w-20" />
      </div>
    );
  return (
    <Link to={to} className={cx(box, "hover:bg-hover")}>
      <span className={cx("text-xl font-strong", color)}>{value}</span>
      <span className="truncate text-muted">{label}</span>
      <span className="truncate text-muted">{detail}</span>
      <TrendLine values={trend} className={cx("absolute top-4 right-4 max-sm:hidden", color)} />
    </Link>
  );
}
