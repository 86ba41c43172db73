import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import type { WorkPool } from "../../schema/work-pools.ts";
import type { Worker } from "../../schema/workers.ts";
import { query } from "../api.ts";
import { IconButton } from "../kit/controls/button.tsx";
import { Panel, type PanelSource } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { startWorker } from "../parts/actions/curl.ts";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { Since } from "../parts/time/clock.tsx";
import { Time } from "../parts/time/time.tsx";
import { WorkStatusBadge } from "../parts/work-status.tsx";
import type { PoolAction } from "./pool-dialogs.tsx";

interface Props {
  pool: WorkPool;
  source: PanelSource<readonly Worker[]>;
  onAction: (action: PoolAction) => void;
}

/** Who takes runs out of the pool and runs them, and how to start a worker. */
export function Workers({ pool, source, onAction }: Props) {
  const active = useQuery(
    query(flowRuns.filter, {
      flow_runs: { state: { type: { any_: ["PENDING", "RUNNING", "CANCELLING"] } } },
      work_pools: { name: { any_: [pool.name] } },
      sort: "START_TIME_ASC",
    }),
  );
  const runsOf = Map.groupBy(active.data ?? [], ({ labels }) => String(labels[workerLabel] ?? ""));
  return (
    <Panel
      label={`Workers of ${pool.name}`}
      what="Workers"
      className="flex-1 overflow-y-auto"
      source={source}
      skeleton={<SkeletonRows rows={2} label="Loading workers" />}
    >
      {(workers) => (
        <>
          {workers.length > 0 && (
            <ul>
              {workers.toSorted(byStatus).map((worker) => (
                <WorkerRow
                  key={worker.id}
                  {...{ worker, pool, onAction }}
                  runs={runsOf.get(worker.name) ?? []}
                />
              ))}
            </ul>
          )}
          <StartWorker pool={pool} workers={workers} />
        </>
      )}
    </Panel>
  );
}

/** The label of a run that names the worker which started it. */
const workerLabel = "prefect.worker.name";

function StartWorker({ pool, workers }: { pool: WorkPool; workers: readonly Worker[] }) {
  const isServed = workers.some((worker) => worker.status === "ONLINE");
  return (
    <div className="max-w-[640px] px-3 py-3">
      <p className="mb-1.5 text-muted">
        {isServed
          ? "Start another worker:"
          : `${workers.length > 0 ? "No worker is online" : "No worker has served this pool yet"}, so its runs wait. Start a worker:`}
      </p>
      <CliCommand command={startWorker(pool.name, pool.type)} />
    </div>
  );
}

const byStatus = (a: Worker, b: Worker): number =>
  b.status.localeCompare(a.status) || a.name.localeCompare(b.name, "en", { numeric: true });

interface RowProps extends Pick<Props, "pool" | "onAction"> {
  worker: Worker;
  /** Those that the worker has started and that have not ended. */
  runs: readonly FlowRun[];
}

function WorkerRow({ worker, pool, runs, onAction }: RowProps) {
  const { last_heartbeat_time: beat, status } = worker;
  return (
    <li
      aria-label={`Worker ${worker.name}`}
      className="flex min-h-[var(--row)] flex-wrap items-center gap-x-3 border-b px-3 py-0.5"
    >
      <span className="min-w-24 truncate font-strong">{worker.name}</span>
      <Started runs={runs} />
      {status === "ONLINE" ? (
        <>
          <WorkStatusBadge status="ONLINE" />
          <span className="text-muted">
            heartbeat <Time time={beat} />
          </span>
        </>
      ) : (
        <>
          <WorkStatusBadge status="OFFLINE" />
          <span className="text-late">
            silent{" "}
            {beat ? (
              <>
                for <Since time={beat} />
              </>
            ) : (
              "from the start"
            )}
          </span>
          <IconButton
            label={`Remove worker ${worker.name}`}
            onClick={() => onAction({ kind: "delete-worker", pool, worker })}
          >
            <Trash2 size={13} />
          </IconButton>
        </>
      )}
    </li>
  );
}

const shown = 4;

function Started({ runs }: { runs: readonly FlowRun[] }) {
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3">
      {runs.slice(0, shown).map((run) => (
        <span key={run.id} className="inline-flex min-w-0 items-center gap-1.5">
          <StateIcon type={run.state_type} name={run.state_name} title />
          <RunLink kind="flow-run" id={run.id}>
            {run.name}
          </RunLink>
        </span>
      ))}
      {runs.length > shown && <span className="text-muted">and {runs.length - shown} more</span>}
      {runs.length === 0 && <span className="text-faint">No running runs</span>}
    </span>
  );
}
