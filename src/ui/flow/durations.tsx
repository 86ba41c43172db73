import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { dashboard } from "../../schema/dashboard.ts";
import type { Flow } from "../../schema/flows.ts";
import { query } from "../api.ts";
import { ChartFrame } from "../kit/chart-frame.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Failed } from "../kit/panel.tsx";
import { useNavigate } from "../kit/router.tsx";
import { runPath } from "../parts/runs/run-link.tsx";
import { timeOf } from "../parts/time/times.ts";
import { useNewest } from "../parts/use-newest.ts";

const DurationChart = lazyNamed(
  async () => (await import("../parts/charts/duration-chart.tsx")).DurationChart,
);

const height = 104;
const most = 300;

/** How long its newest runs took; a press opens one. Its place is kept where there is nothing to draw. */
export function Durations({ flow }: { flow: Flow }) {
  const navigate = useNavigate();
  const [opened] = useState(Date.now);
  const to = useNewest("flow-runs", 60_000);
  const history = useQuery(
    query(dashboard.flowRunHistory, {
      flows: { id: { any_: [flow.id] } },
      sort: "START_TIME_DESC",
      limit: most,
    }),
  );
  const runs = history.data?.filter((run) => run.duration > 0) ?? [];
  if (history.isError && !history.data)
    return <Failed what="Durations" error={history.error} onRetry={() => void history.refetch()} />;
  const from = Math.min(opened, ...runs.map((run) => timeOf(run.timestamp)));
  return (
    <div className="shrink-0 border-b px-3 pt-2">
      <ChartFrame label="Durations of its runs over time" height={height} isPending={!history.data}>
        {(width) =>
          runs.length < 2 ? (
            <p className="flex h-full items-center text-muted">Durations are drawn from two runs on.</p>
          ) : (
            <Suspense fallback={null}>
              <DurationChart
                runs={runs}
                window={{ from: from - (to - from) * 0.02, to }}
                width={width}
                height={height}
                onOpen={(id) => void navigate(runPath({ kind: "flow-run", id }))}
              />
            </Suspense>
          )
        }
      </ChartFrame>
    </div>
  );
}
