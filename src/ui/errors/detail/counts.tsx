import { Suspense } from "react";
import type { FailureGroup } from "../../../schema/failures.ts";
import { ChartFrame } from "../../kit/chart-frame.tsx";
import { Segmented } from "../../kit/controls/segmented.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { useNavigate } from "../../kit/router.tsx";
import { runsPath } from "../../parts/runs-path.ts";
import { bucketsOf, periodNames, periods } from "./buckets.ts";
import type { Counted } from "./use-group.ts";

const ActivityChart = lazyNamed(
  async () => (await import("../../parts/charts/activity-chart.tsx")).ActivityChart,
);

const height = 112;

/** Failures over time; a stretch that is dragged over opens in Runs. */
export function Counts({ group, counted }: { group: FailureGroup; counted: Counted }) {
  const navigate = useNavigate();
  const open = (begin: number, end: number) => {
    const flow = group.flows.length === 1 ? `flow:"${group.flows[0]?.name}" ` : "";
    const times = [begin, end].map((ms) => new Date(ms).toISOString().replace(".000Z", "Z"));
    void navigate(runsPath(`${flow}state:failed,crashed since:${times[0]} until:${times[1]}`));
  };
  return (
    <section aria-label="Failures over time" className="shrink-0 border-b">
      <header className="flex h-9 items-center gap-2 px-3">
        <h2 className="flex-1 truncate font-strong">
          Failures <span className="font-normal text-muted">×{group.recent.toLocaleString("en")}</span>
        </h2>
        <Segmented
          label="Period"
          value={counted.period}
          onChange={counted.setPeriod}
          options={periodNames.map((value) => ({ value, label: periods[value].label }))}
        />
      </header>
      <div className="px-3 pb-2">
        <ChartFrame label="Failures over time" height={height}>
          {(width) => (
            <Suspense fallback={null}>
              <ActivityChart
                history={bucketsOf(group.counts, counted.range)}
                width={width}
                height={height}
                onBrush={open}
              />
            </Suspense>
          )}
        </ChartFrame>
      </div>
    </section>
  );
}
