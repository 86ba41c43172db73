import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { query } from "../api.ts";
import { Panel } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import type { Column } from "../kit/table/table.tsx";
import { useFlowNames } from "../parts/flow-names.ts";
import { flowPath } from "../parts/paths.ts";
import { headline } from "../parts/runs/headline.ts";
import { Details, DurationCell } from "../parts/runs/run-cells.tsx";
import { RunLink, runPath } from "../parts/runs/run-link.tsx";
import { StateBadge, StateIcon } from "../parts/runs/state-badge.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { RunDuration } from "../parts/time/duration.tsx";
import { Time } from "../parts/time/time.tsx";
import { type TypicalDuration, useTypicalDurations } from "../parts/time/typical-duration.ts";
import { Foot } from "./list-foot.tsx";
import { ListRows } from "./list-rows.tsx";
import { listOf } from "./use-pages.ts";
import { useSteadyList } from "./use-steady-list.ts";

interface Props {
  /** Whose runs. */
  of: { deployment: string } | { flow: string } | { pool: string };
  /** The same in the language of the Runs page. */
  q: string;
  /** What to do about that there are none. */
  empty: ReactNode;
}

const most = 100;

/** The newest runs of a flow, a deployment or a work pool; those that lie in the future are not among them. */
export function NewestRuns({ of, q, empty }: Props) {
  const source = useQuery(
    query(flowRuns.filter, {
      flow_runs: {
        ...("deployment" in of ? { deployment_id: { any_: [of.deployment] } } : {}),
        // A run that is late is one that should have begun, so it belongs here.
        state: {
          operator: "or_",
          type: { not_any_: ["SCHEDULED"] },
          name: { any_: ["Late", "AwaitingRetry", "AwaitingConcurrencySlot"] },
        },
      },
      ...("flow" in of ? { flows: { id: { any_: [of.flow] } } } : {}),
      ...("pool" in of ? { work_pools: { name: { any_: [of.pool] } } } : {}),
      sort: "START_TIME_DESC",
      limit: most,
    }),
  );
  return (
    <Panel
      what="Runs"
      className="flex-1"
      source={source}
      skeleton={<SkeletonRows rows={10} label="Loading runs" />}
      isEmpty={(runs) => runs.length === 0}
      empty={empty}
    >
      {(runs) => <Filled runs={runs} q={q} showsFlow={"pool" in of} />}
    </Panel>
  );
}

function Filled({ runs, q, showsFlow }: { runs: readonly FlowRun[]; q: string; showsFlow: boolean }) {
  const list = useSteadyList(
    useMemo(() => listOf(runs), [runs]),
    q,
  );
  const usual = useTypicalDurations(runs.map((run) => run.flow_id));
  return (
    <ListRows
      what="run"
      title="Runs"
      list={list}
      place={`runs of ${q}`}
      pathOf={(run) => runPath({ kind: "flow-run", id: run.id })}
      columns={({ isNarrow }) => (isNarrow ? narrowColumns : columns(usual, showsFlow))}
      foot={
        <Foot>
          <span>
            {runs.length < most
              ? `${runs.length} ${runs.length === 1 ? "run" : "runs"}`
              : `${most} most recent runs`}
          </span>
          <Link to={runsPath(q)} className="text-fg underline">
            View all runs
          </Link>
        </Foot>
      }
    />
  );
}

const flowColumn: Column<FlowRun> = {
  key: "flow",
  head: "Flow",
  width: "minmax(90px, 0.7fr)",
  cell: (run) => <FlowName id={run.flow_id} />,
};

function FlowName({ id }: { id: string }) {
  const { nameOf } = useFlowNames();
  return (
    <Link to={flowPath(id)} tabIndex={-1} className="block truncate text-muted hover:text-fg hover:underline">
      {nameOf(id)}
    </Link>
  );
}

const columns = (
  usual: (flowId: string) => TypicalDuration | undefined,
  showsFlow: boolean,
): readonly Column<FlowRun>[] => [
  {
    key: "state",
    head: "State",
    width: "124px",
    className: "pl-3",
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
  ...(showsFlow ? [flowColumn] : []),
  {
    key: "started",
    head: "Started",
    width: "80px",
    cell: (run) => (
      <span className="text-muted">
        <Time time={run.start_time ?? run.expected_start_time} />
      </span>
    ),
  },
  {
    key: "duration",
    head: "Duration",
    width: "178px",
    className: "overflow-hidden",
    cell: (run) => <DurationCell run={run} usual={usual(run.flow_id)} />,
  },
  {
    key: "details",
    head: "Message, parameters, tags",
    width: "minmax(90px, 1.6fr)",
    cell: (run) => <Details run={run} parameters={run.parameters} />,
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
          <StateIcon type={run.state_type} name={run.state_name} title />
          <RunLink kind="flow-run" id={run.id} tabIndex={-1} className="min-w-0 flex-1 font-strong">
            {run.name}
          </RunLink>
          <span className="text-xs text-muted">
            <Time time={run.start_time ?? run.expected_start_time} />
          </span>
        </span>
        <span className="flex gap-2 pl-[22px] text-xs text-muted">
          <span className="shrink-0">
            <RunDuration run={run} />
          </span>
          <span className="truncate">{run.state_type === "COMPLETED" ? "" : headline(run)}</span>
        </span>
      </span>
    ),
  },
];
