import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { flowRuns } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { query } from "../api.ts";
import { ChartFrame } from "../kit/chart-frame.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Failed } from "../kit/panel.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { useNewest } from "../parts/use-newest.ts";

const ActivityChart = lazyNamed(
  async () => (await import("../parts/charts/activity-chart.tsx")).ActivityChart,
);

const ranges = { "1h": 3_600_000, "6h": 21_600_000, "24h": 86_400_000, "7d": 604_800_000 } as const;
type Range = keyof typeof ranges;
const rangeNames = Object.keys(ranges) as readonly Range[];
const bars = 60;
const height = 132;

/** All runs by state over time; a stretch that is dragged over opens in Runs. */
export function Activity({ oldest }: { oldest: number | undefined }) {
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const range = rangeNames.find((name) => name === search.get("range")) ?? fitting(oldest);
  const step = ranges[range] / bars;
  const end = useNewest("flow-runs", step);
  const span = {
    history_start: timestamp(end - ranges[range]),
    history_end: timestamp(end),
    history_interval_seconds: step / 1000,
  };
  const history = useQuery({
    ...query(flowRuns.history, span),
    enabled: oldest !== undefined,
    placeholderData: (previous) => previous,
  });
  const open = (from: number, to: number) => {
    const text = `since:${new Date(from).toISOString()} until:${new Date(to).toISOString()}`;
    void navigate(runsPath(text.replaceAll(".000Z", "Z")));
  };
  return (
    <section className="px-3 pt-4">
      <header className="flex h-9 items-center">
        <h2 className="flex-1 font-strong">Activity</h2>
        <Segmented
          label="Range"
          value={range}
          onChange={(next) => setSearch({ range: next }, { replace: true })}
          options={rangeNames.map((name) => ({ value: name, label: name }))}
        />
      </header>
      {history.isError && !history.data ? (
        <Failed what="Activity" error={history.error} onRetry={() => void history.refetch()} />
      ) : (
        <ChartFrame label="Runs over time by state" height={height} isPending={!history.data}>
          {(width) => (
            <Suspense fallback={null}>
              <ActivityChart history={history.data ?? []} width={width} height={height} onBrush={open} />
            </Suspense>
          )}
        </ChartFrame>
      )}
    </section>
  );
}

/** A day; less where the oldest flow is younger, so that a first hour is not one bar. */
const fitting = (oldest: number | undefined): Range => {
  const age = oldest === undefined ? Number.POSITIVE_INFINITY : Date.now() - oldest;
  return age < ranges["1h"] ? "1h" : age < ranges["6h"] ? "6h" : "24h";
};
