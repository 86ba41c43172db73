import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import type { WorkPool } from "../../schema/work-pools.ts";
import { query } from "../api.ts";
import { Empty, Panel } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import type { Column } from "../kit/table/table.tsx";
import { Foot } from "../lists/list-foot.tsx";
import { ListRows } from "../lists/list-rows.tsx";
import { listOf } from "../lists/use-pages.ts";
import { useSteadyList } from "../lists/use-steady-list.ts";
import { useFlowNames } from "../parts/flow-names.ts";
import { RunLink, runPath } from "../parts/runs/run-link.tsx";
import { StateBadge } from "../parts/runs/state-badge.tsx";
import { FireTime } from "../parts/time/next-fire.tsx";
import { Zone } from "../parts/time/time.tsx";
import { timeOf } from "../parts/time/times.ts";

const most = 100;

/** The runs that wait in the pool: late ones first, then those whose time has not come. */
export function Upcoming({ pool }: { pool: WorkPool }) {
  const source = useQuery(
    query(flowRuns.filter, {
      flow_runs: { state: { type: { any_: ["SCHEDULED"] } } },
      work_pools: { name: { any_: [pool.name] } },
      sort: "NEXT_SCHEDULED_START_TIME_ASC",
      limit: most,
    }),
  );
  return (
    <Panel
      what="Upcoming runs"
      className="flex-1"
      source={source}
      skeleton={<SkeletonRows rows={10} label="Loading upcoming runs" />}
      isEmpty={(runs) => runs.length === 0}
      empty={
        <Empty title="No upcoming runs">
          Runs wait here from the time they are scheduled until a worker takes them up. Run a deployment of
          this pool, or give the deployment a schedule.
        </Empty>
      }
    >
      {(runs) => <Rows runs={runs} pool={pool} />}
    </Panel>
  );
}

function Rows({ runs, pool }: { runs: readonly FlowRun[]; pool: WorkPool }) {
  const list = useSteadyList(
    useMemo(() => listOf(runs), [runs]),
    pool.name,
  );
  const { nameOf } = useFlowNames(runs.map((run) => run.flow_id));
  return (
    <ListRows
      what="run"
      title="Upcoming runs"
      list={list}
      place={`upcoming ${pool.name}`}
      pathOf={(run) => runPath({ kind: "flow-run", id: run.id })}
      columns={({ isNarrow }) => (isNarrow ? narrowColumns : columns(nameOf))}
      foot={
        <Foot>
          <span>
            {runs.length < most
              ? `${runs.length} ${runs.length === 1 ? "run" : "runs"}`
              : `The next ${most} runs`}
          </span>
        </Foot>
      }
    />
  );
}

const At = ({ run }: { run: FlowRun }) => {
  const time = run.next_scheduled_start_time ?? run.expected_start_time;
  return time === null ? <span className="text-faint">–</span> : <FireTime at={timeOf(time)} />;
};

const columns = (nameOf: (id: string) => string | undefined): readonly Column<FlowRun>[] => [
  {
    key: "at",
    head: (
      <>
        At, <Zone />
      </>
    ),
    width: "164px",
    className: "pl-3",
    cell: (run) => <At run={run} />,
  },
  {
    key: "state",
    head: "State",
    width: "124px",
    cell: (run) => <StateBadge type={run.state_type} name={run.state_name} className="max-w-full" />,
  },
  {
    key: "name",
    head: "Run",
    width: "minmax(110px, 1fr)",
    cell: (run) => (
      <RunLink kind="flow-run" id={run.id} tabIndex={-1} className="block font-strong">
        {run.name}
      </RunLink>
    ),
  },
  {
    key: "flow",
    head: "Flow",
    width: "minmax(110px, 1fr)",
    cell: (run) => <span className="truncate text-muted">{nameOf(run.flow_id)}</span>,
  },
  {
    key: "queue",
    head: "Queue",
    width: "minmax(80px, 0.6fr)",
    cell: (run) => <span className="truncate text-muted">{run.work_queue_name}</span>,
  },
];

const narrowColumns: readonly Column<FlowRun>[] = [
  {
    key: "run",
    head: "Run",
    width: "minmax(0, 1fr)",
    cell: (run) => (
      <span className="block pl-1">
        <span className="flex items-center gap-2">
          <RunLink kind="flow-run" id={run.id} tabIndex={-1} className="min-w-0 flex-1 font-strong">
            {run.name}
          </RunLink>
          <StateBadge type={run.state_type} name={run.state_name} />
        </span>
        <span className="block text-xs text-muted">
          <At run={run} />
        </span>
      </span>
    ),
  },
];
