import { Suspense } from "react";
import { ChartFrame } from "../kit/chart-frame.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Failed } from "../kit/panel.tsx";
import { useNavigate } from "../kit/router.tsx";
import { calmCompleted, stateOrder, stateStyle } from "../parts/runs/states.ts";
import { runsPath } from "../parts/runs-path.ts";
import { roughly } from "../parts/time/durations.ts";
import { totalsOf } from "./counts.ts";
import type { NowFigures, NowSource } from "./figures.ts";
import { panelBox } from "./rows.tsx";
import { queryOf, ranges, type View } from "./view.ts";

const ActivityChart = lazyNamed(
  async () => (await import("../parts/charts/activity-chart.tsx")).ActivityChart,
);

const height = 148;

/** All runs by state over time; a stretch that is dragged over opens in Runs. */
export function Activity({ source, view }: { source: NowSource; view: View }) {
  const navigate = useNavigate();
  const open = (from: number, to: number) => {
    const text = `since:${new Date(from).toISOString()} until:${new Date(to).toISOString()}`;
    const rest = queryOf(view, "", false);
    void navigate(runsPath([rest, text.replaceAll(".000Z", "Z")].filter(Boolean).join(" ")));
  };
  const history = source.data?.history;
  return (
    <section className={`${panelBox} shrink-0`} aria-label="Activity">
      <header className="flex min-h-10 flex-wrap items-center gap-x-4 border-b px-3 py-1.5">
        <h2 className="flex-1 font-strong">Activity</h2>
        {history && <Legend history={history} view={view} />}
      </header>
      <div className="px-3 pt-3 pb-2">
        {source.isError && !history ? (
          <Failed what="Activity" error={source.error} onRetry={() => void source.refetch()} />
        ) : (
          <ChartFrame label="Runs over time by state" height={height} isPending={!history}>
            {(width) => (
              <Suspense fallback={null}>
                <ActivityChart history={history ?? []} width={width} height={height} onBrush={open} />
              </Suspense>
            )}
          </ChartFrame>
        )}
      </div>
    </section>
  );
}

/** What the colours mean, with how many there are; and how the height is to be read. */
function Legend({ history, view }: { history: NowFigures["history"]; view: View }) {
  const { completed, failed, running } = totalsOf(history);
  const others = stateOrder.filter(
    (type) =>
      !["COMPLETED", "FAILED", "CRASHED", "RUNNING"].includes(type) &&
      history.some(({ states }) => states.some((state) => state.state_type === type)),
  );
  const most = Math.max(
    0,
    ...history.map(({ states }) => states.reduce((sum, one) => sum + one.count_runs, 0)),
  );
  const entries = [
    { label: "Completed", count: completed, color: calmCompleted },
    { label: "Failed or crashed", count: failed, color: "var(--state-failed)" },
    { label: "Running", count: running, color: "var(--state-running)" },
    ...others.map((type) => ({
      label: stateStyle(type).label,
      count: countIn(history, type),
      color: stateStyle(type).color,
    })),
  ];
  return (
    <ul className="flex flex-wrap items-center gap-x-4 text-xs text-muted">
      {entries.map(({ label, count, color }) => (
        <li key={label} className="flex items-center gap-1.5">
          <span className="size-2 rounded-[2px]" style={{ background: color }} />
          {label} {count.toLocaleString("en")}
        </li>
      ))}
      {most > 0 && (
        <li>
          max {most.toLocaleString("en")} in {roughly(ranges[view.range].step / 1000)} (square-root scale)
        </li>
      )}
    </ul>
  );
}

const countIn = (history: NowFigures["history"], type: string): number =>
  history
    .flatMap(({ states }) => states)
    .reduce((sum, state) => sum + (state.state_type === type ? state.count_runs : 0), 0);
