import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { WorkPool } from "../../schema/work-pools.ts";
import { type Worker, workers as workerRoutes } from "../../schema/workers.ts";
import { query } from "../api.ts";
import { Button, IconButton } from "../kit/controls/button.tsx";
import { Panel } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { startWorker } from "../parts/actions/curl.ts";
import { Time } from "../parts/time/time.tsx";
import { WorkStatusBadge } from "../parts/work-status.tsx";
import { Since } from "./clock.tsx";
import type { PoolAction } from "./pool-dialogs.tsx";

interface Props {
  pool: WorkPool;
  workers: readonly Worker[] | undefined;
  onAction: (action: PoolAction) => void;
}

/** Who takes runs out of the pool, or how to start somebody who does. */
export function Workers({ pool, workers, onAction }: Props) {
  return (
    <section aria-label={`Workers of ${pool.name}`} className="min-w-0">
      <h3 className="flex h-7 items-center text-xs text-muted">Workers</h3>
      {workers ? (
        <WorkerList pool={pool} workers={workers} onAction={onAction} />
      ) : (
        <WorkersOnRequest pool={pool} onAction={onAction} />
      )}
    </section>
  );
}

function WorkerList({ pool, workers, onAction }: Props & { workers: readonly Worker[] }) {
  const isServed = workers.some((worker) => worker.status === "ONLINE");
  return (
    <>
      {workers.length > 0 && (
        <ul className="border-t">
          {workers.toSorted(byStatus).map((worker) => (
            <WorkerRow key={worker.id} worker={worker} pool={pool} onAction={onAction} />
          ))}
        </ul>
      )}
      {!isServed && (
        <div className={workers.length > 0 ? "pt-2" : "border-t pt-2"}>
          <p className="mb-1.5 text-muted">
            {workers.length > 0 ? "No worker is online" : "No worker has served this pool yet"}, so its runs
            wait. Start one:
          </p>
          <CliCommand command={startWorker(pool.name)} />
        </div>
      )}
      {isServed && (
        <details className="pt-1.5 text-muted">
          <summary className="w-fit rounded-sm text-xs hover:text-fg">Start another worker</summary>
          <div className="pt-1">
            <CliCommand command={startWorker(pool.name)} />
          </div>
        </details>
      )}
    </>
  );
}

const byStatus = (a: Worker, b: Worker): number =>
  b.status.localeCompare(a.status) || a.name.localeCompare(b.name, "en", { numeric: true });

function WorkerRow({
  worker,
  pool,
  onAction,
}: {
  worker: Worker;
  pool: WorkPool;
  onAction: Props["onAction"];
}) {
  const { last_heartbeat_time: beat, status } = worker;
  return (
    <li
      aria-label={`Worker ${worker.name}`}
      className="flex min-h-[var(--row)] flex-wrap items-center gap-x-3 border-b"
    >
      <span className="min-w-24 flex-1 truncate font-strong">{worker.name}</span>
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

/** Elsewhere each pool is a request, which is made when somebody wants to know. */
function WorkersOnRequest({ pool, onAction }: Omit<Props, "workers">) {
  const [isWanted, setWanted] = useState(false);
  const found = useQuery({ ...query(workerRoutes.filter, { pool: pool.name }), enabled: isWanted });
  if (!isWanted)
    return (
      <div className="border-t pt-2">
        <Button onClick={() => setWanted(true)}>Show workers</Button>
      </div>
    );
  return (
    <Panel what="Workers" source={found} skeleton={<SkeletonRows rows={1} label="Loading workers" />}>
      {(workers) => <WorkerList pool={pool} workers={workers} onAction={onAction} />}
    </Panel>
  );
}
