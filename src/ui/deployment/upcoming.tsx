import { useQuery } from "@tanstack/react-query";
import { SkipForward } from "lucide-react";
import { Suspense, useState } from "react";
import type { Deployment } from "../../schema/deployments.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { query } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { useNarrow } from "../kit/media.ts";
import { useNow } from "../kit/now.ts";
import { Empty, Panel } from "../kit/panel.tsx";
import { useNavigate } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { type Column, Table } from "../kit/table/table.tsx";
import { useRows } from "../kit/table/use-rows.ts";
import { skip } from "../parts/actions/run-actions.ts";
import { useRowHeight } from "../parts/row-height.ts";
import { RunLink, runPath } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { FireTime } from "../parts/time/next-fire.tsx";
import { Clipped } from "../parts/time/schedule-summary.tsx";
import { Zone } from "../parts/time/time.tsx";
import { type Upcoming as Row, timeline } from "./timeline.ts";

const RunBlastRadius = lazyNamed(
  async () => (await import("../parts/actions/run-blast-radius.tsx")).RunBlastRadius,
);

interface Props {
  deployment: Deployment;
  flow: string;
}

const most = 50;

/** The runs that are scheduled, and the fires for which no run has been made yet. */
export function Upcoming({ deployment, flow }: Props) {
  const source = useQuery(
    query(flowRuns.filter, {
      flow_runs: { deployment_id: { any_: [deployment.id] }, state: { type: { any_: ["SCHEDULED"] } } },
      sort: "NEXT_SCHEDULED_START_TIME_ASC",
      limit: most,
    }),
  );
  const now = useNow(10);
  const [skipped, setSkipped] = useState<FlowRun | null>(null);
  return (
    <Panel
      what="Upcoming runs"
      className="flex-1"
      source={source}
      skeleton={<SkeletonRows rows={10} label="Loading upcoming runs" />}
    >
      {(runs) => {
        const rows = timeline(deployment, runs, now);
        if (rows.length === 0) return <Nothing deployment={deployment} />;
        return (
          <>
            <Rows rows={rows} onSkip={setSkipped} />
            <Suspense fallback={null}>
              {skipped && (
                <RunBlastRadius
                  action={skip}
                  runs={[skipped]}
                  flowName={() => flow}
                  onClose={() => setSkipped(null)}
                  onDone={(ids) => ids.length > 0 && setSkipped(null)}
                />
              )}
            </Suspense>
          </>
        );
      }}
    </Panel>
  );
}

function Nothing({ deployment: { paused, schedules } }: { deployment: Deployment }) {
  if (paused)
    return <Empty title="No upcoming runs">The deployment is paused. Resume it to schedule runs.</Empty>;
  if (schedules.length > 0)
    return <Empty title="No upcoming runs">No schedule is active with upcoming fires.</Empty>;
  return <Empty title="No upcoming runs">Add a schedule, or run it for a later time with “Run with…”.</Empty>;
}

function Rows({ rows, onSkip }: { rows: readonly Row[]; onSkip: (run: FlowRun) => void }) {
  const navigate = useNavigate();
  const list = useRows({
    rows,
    place: `upcoming ${rows[0]?.id}`,
    row: "run",
    group: "Upcoming",
    canSelect: false,
    onOpen: ({ run }) => void (run && navigate(runPath({ kind: "flow-run", id: run.id }))),
  });
  const narrow = useNarrow();
  const rowHeight = useRowHeight(false);
  return (
    <Table label="Upcoming runs" {...list.table} columns={columns(narrow, onSkip)} rowHeight={rowHeight} />
  );
}

const columns = (narrow: boolean, onSkip: (run: FlowRun) => void): readonly Column<Row>[] => [
  {
    key: "at",
    head: (
      <>
        At, <Zone />
      </>
    ),
    width: narrow ? "148px" : "160px",
    className: "pl-3",
    cell: ({ at }) => <FireTime at={at} />,
  },
  {
    key: "reason",
    head: "Source",
    width: "minmax(110px, 1.4fr)",
    cell: ({ reason }) => <Clipped words={reason} />,
  },
  ...(narrow
    ? []
    : [
        {
          key: "run",
          head: "Run",
          width: "minmax(100px, 1fr)",
          cell: ({ run }: Row) =>
            run ? (
              <ScheduledRun run={run} />
            ) : (
              <span className="text-faint">created closer to its start</span>
            ),
        },
      ]),
  {
    key: "skip",
    head: <span className="sr-only">Skip</span>,
    width: "78px",
    cell: ({ run }) =>
      run && (
        <Button variant="ghost" aria-label={`Skip ${run.name}`} onClick={() => onSkip(run)}>
          <SkipForward size={13} />
          Skip
        </Button>
      ),
  },
];

const ScheduledRun = ({ run }: { run: FlowRun }) => (
  <span className="flex min-w-0 items-center gap-1.5">
    <StateIcon type={run.state_type} name={run.state_name} title />
    <RunLink kind="flow-run" id={run.id} tabIndex={-1}>
      {run.name}
    </RunLink>
  </span>
);
