import { useQuery } from "@tanstack/react-query";
import { Suspense, useMemo, useState } from "react";
import { dashboard } from "../../schema/dashboard.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { query } from "../api.ts";
import { ChartFrame } from "../kit/chart-frame.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Failed } from "../kit/panel.tsx";
import { useNavigate } from "../kit/router.tsx";
import type { CompiledQuery } from "../lists/compile-query.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import { useNewest } from "../parts/use-newest.ts";
import { beganAt, type ListInput, type Run } from "./lists.ts";

const ActivityChart = lazyNamed(
  async () => (await import("../parts/charts/activity-chart.tsx")).ActivityChart,
);
const DurationChart = lazyNamed(
  async () => (await import("../parts/charts/duration-chart.tsx")).DurationChart,
);

const height = 92;
/** At most 60 bars of 8 states: 480 marks. */
const bars = 60;

interface Props {
  list: ListInput;
  /** Bounds of time that the query names. */
  bounds: Pick<CompiledQuery<never>, "since" | "until">;
  /** What is loaded, to choose a stretch of time that shows it. */
  runs: readonly Run[];
  onBrush: (from: number, to: number) => void;
}

/** Counts by state over time; dragging narrows the query to a stretch of it. */
export function Activity({ list, bounds, runs, onBrush }: Props) {
  const window = useWindow(list, bounds, runs);
  const span = {
    history_start: timestamp(window?.from ?? 0),
    history_end: timestamp(window?.to ?? 1000),
    history_interval_seconds: ((window?.to ?? 1000) - (window?.from ?? 0)) / 1000 / bars,
  };
  const history = useQuery({
    ...(list.tab === "flow-runs"
      ? query(flowRuns.history, { ...list.filter, flow_runs: untimed(list.filter.flow_runs), ...span })
      : query(taskRuns.history, { ...list.filter, task_runs: untimed(list.filter.task_runs), ...span })),
    enabled: window !== null,
    placeholderData: (previous) => previous,
  });
  if (history.isError && !history.data)
    return <Failed what="Activity" error={history.error} onRetry={() => void history.refetch()} />;
  return (
    <ChartFrame label="Runs over time by state" height={height} isPending={window !== null && !history.data}>
      {(width) => (
        <Suspense fallback={null}>
          <ActivityChart history={history.data ?? []} width={width} height={height} onBrush={onBrush} />
        </Suspense>
      )}
    </ChartFrame>
  );
}

/** How long runs took; a click opens one. */
export function Durations({ list, bounds, runs }: Omit<Props, "onBrush">) {
  const navigate = useNavigate();
  const window = useWindow(list, bounds, runs);
  const between = { after_: timestamp(window?.from ?? 0), before_: timestamp(window?.to ?? 1000) };
  const history = useQuery({
    ...query(dashboard.flowRunHistory, {
      ...list.filter,
      flow_runs: { ...list.filter.flow_runs, start_time: between },
      sort: "START_TIME_DESC",
      limit: 500,
    }),
    enabled: window !== null,
    placeholderData: (previous) => previous,
  });
  if (history.isError && !history.data)
    return <Failed what="Durations" error={history.error} onRetry={() => void history.refetch()} />;
  return (
    <ChartFrame
      label="Durations of runs over time"
      height={height}
      isPending={window !== null && !history.data}
    >
      {(width) => (
        <Suspense fallback={null}>
          {window && (
            <DurationChart
              runs={history.data ?? []}
              window={window}
              width={width}
              height={height}
              onOpen={(id) => void navigate(runPath({ kind: "flow-run", id }))}
            />
          )}
        </Suspense>
      )}
    </ChartFrame>
  );
}

/** The chart has a window of its own. */
const untimed = <T extends object>(filter: T | null | undefined): Partial<T> => {
  const timeless = Object.entries(filter ?? {}).filter(
    ([column]) => column !== "start_time" && column !== "expected_start_time",
  );
  return Object.fromEntries(timeless) as Partial<T>;
};

const minute = 60_000;
const spans = [5, 15, 60, 180, 360, 720, 1440, 3 * 1440, 7 * 1440, 30 * 1440, 90 * 1440].map(
  (n) => n * minute,
);

/**
 * The stretch of time to draw: what the query says, else the shortest round one that holds the newest page.
 * Its end moves on only when something happened, so that an idle page asks for nothing.
 */
function useWindow(list: ListInput, { since, until }: Props["bounds"], runs: readonly Run[]) {
  const oldest = useOldest(list, runs);
  const [opened] = useState(Date.now);
  const wanted = (until ?? opened) - (since ?? oldest ?? opened);
  const span = since === undefined ? (spans.find((one) => one >= wanted) ?? wanted) : wanted;
  const step = Math.max(1, Math.ceil(span / bars / 1000)) * 1000;
  const newest = useNewest(list.tab, step * 2);
  const to = Math.ceil((until ?? newest) / step) * step;
  return useMemo(
    () => (since === undefined && oldest === null ? null : { from: to - step * bars, to }),
    [since, oldest, step, to],
  );
}

/** When the oldest run of the first page began; fixed for as long as the list is the same. */
function useOldest(list: ListInput, runs: readonly Run[]): number | null {
  const [known, setKnown] = useState<{ list: ListInput; at: number } | null>(null);
  if (known?.list === list) return known.at;
  if (runs.length === 0) return null;
  const began = runs.slice(0, 100).flatMap((run) => Date.parse(beganAt(run) ?? "") || []);
  const at = Math.min(Date.now(), ...began);
  setKnown({ list, at });
  return at;
}
