import type { WorkPool } from "../../schema/work-pools.ts";
import type { WorkQueue } from "../../schema/work-queues.ts";
import { Button } from "../kit/controls/button.tsx";
import { Empty, Panel } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { Skeleton, SkeletonRows } from "../kit/skeleton.tsx";
import { poolPath, queuePath, workPoolsPath } from "../parts/paths.ts";
import { Load, WorkStatusBadge } from "../parts/work-status.tsx";
import { Find } from "./find.tsx";
import { NextSlotTime, OccupancyNotice, OccupancyStrip } from "./occupancy-strip.tsx";
import { type KnownOccupancy, useOccupancy } from "./use-occupancy.ts";
import { type PoolWithQueues, usePools } from "./use-pools.ts";
import type { View } from "./view.ts";

interface Props {
  view: View;
  onView: (patch: Partial<View>) => void;
}

/** The queues of each work pool: how many runs each has at once, and how many wait. */
export function Pools({ view, onView }: Props) {
  const pools = usePools();
  const occupancy = useOccupancy("queues");
  const shown = pools.data?.filter((one) => isShown(one, view));
  return (
    <>
      <Tools all={pools.data} shown={shown?.length} {...{ view, onView }} />
      <OccupancyNotice occupancy={occupancy} />
      <Panel
        what="Work pools"
        source={pools}
        skeleton={<PoolSkeleton />}
        isEmpty={(all) => all.length === 0}
        empty={<NoPools />}
      >
        {(all) =>
          shown?.length === 0 ? (
            <Empty
              title="No work pool matches"
              action={
                <Button variant="primary" onClick={() => onView({ find: "" })}>
                  Show all pools
                </Button>
              }
            >
              The filter hides {all.length === 1 ? "the only pool" : `all ${all.length} pools`}.
            </Empty>
          ) : (
            shown?.map((one) => <Pool key={one.pool.id} {...{ ...one, occupancy }} />)
          )
        }
      </Panel>
    </>
  );
}

const isShown = ({ pool, queues }: PoolWithQueues, { find }: View): boolean =>
  [pool, ...queues].some(({ name }) => name.toLowerCase().includes(find.toLowerCase()));

interface PoolProps extends PoolWithQueues {
  occupancy: KnownOccupancy;
}

function Pool({ pool, queues, occupancy }: PoolProps) {
  return (
    <section aria-label={`Work pool ${pool.name}`}>
      <h2 className="flex min-h-8 flex-wrap items-center gap-x-4 border-b bg-sunken px-3 py-1">
        <Link to={poolPath(pool.name)} className="min-w-0 truncate font-strong hover:underline">
          {pool.name}
        </Link>
        <PoolBadge pool={pool} />
        <span className="font-normal">
          <Load pool={pool} />
        </span>
        <span className="font-normal">
          <NextSlotTime next={occupancy.nextOf(pool.id)} />
        </span>
      </h2>
      <ol>
        {queues.map((queue) => (
          <QueueRow key={queue.id} {...{ queue, pool, occupancy }} />
        ))}
      </ol>
    </section>
  );
}

function PoolBadge({ pool }: { pool: WorkPool }) {
  return (
    <span className="font-normal">
      <WorkStatusBadge
        status={pool.status ?? "NOT_READY"}
        {...(pool.status === "NOT_READY" && { label: "No worker" })}
      />
    </span>
  );
}

interface RowProps {
  queue: WorkQueue;
  pool: WorkPool;
  occupancy: KnownOccupancy;
}

function QueueRow({ queue, pool, occupancy }: RowProps) {
  return (
    <li
      aria-label={`Queue ${queue.name} of ${pool.name}`}
      className="flex min-h-[var(--row)] flex-wrap items-center gap-x-4 border-b px-3 py-1"
    >
      <Link
        to={queuePath(pool.name, queue.name)}
        className="w-[200px] min-w-0 truncate font-strong hover:underline max-sm:w-auto max-sm:flex-1"
      >
        {queue.name}
      </Link>
      <span className="w-24">
        {queue.is_paused ? <WorkStatusBadge status="PAUSED" /> : <Load pool={queue} />}
      </span>
      <OccupancyStrip
        label={`Queue ${queue.name} of ${pool.name}`}
        id={queue.id}
        limit={queue.concurrency_limit ?? pool.concurrency_limit}
        {...(queue.active_slots !== null && { present: { used: queue.active_slots, waiting: 0 } })}
        occupancy={occupancy}
      />
      <NextSlotTime next={occupancy.nextOf(queue.id)} />
    </li>
  );
}

interface ToolsProps extends Props {
  all: readonly PoolWithQueues[] | undefined;
  shown: number | undefined;
}

function Tools({ all, shown, view, onView }: ToolsProps) {
  const count = all?.length ?? 0;
  const paused = all?.flatMap(({ queues }) => queues).filter((queue) => queue.is_paused).length ?? 0;
  const parts = [
    shown !== undefined && shown < count
      ? `${shown} of ${count} pools`
      : `${count} ${count === 1 ? "pool" : "pools"}`,
    paused > 0 && `${paused} ${paused === 1 ? "queue" : "queues"} paused`,
  ];
  // An empty page says what to do in its middle.
  if (all?.length === 0) return null;
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-b px-3 py-1.5">
      <Find label="Find a pool or queue" value={view.find} onChange={(find) => onView({ find })} />
      <p role="status" className="text-muted">
        {all ? parts.filter(Boolean).join(", ") : "\u00a0"}
      </p>
      <Link to={workPoolsPath} className="ml-auto text-accent hover:underline">
        All work pools
      </Link>
    </div>
  );
}

const NoPools = () => (
  <Empty
    title="No work pools yet"
    action={
      <Link to={workPoolsPath} className="text-accent underline">
        Work pools
      </Link>
    }
  >
    The queues of each work pool appear here with how many runs they start at once and how many wait. Create a
    pool on the page of work pools.
  </Empty>
);

function PoolSkeleton() {
  return (
    <div role="status" aria-label="Loading the work pools">
      {["one", "two"].map((key) => (
        <div key={key}>
          <div className="flex h-8 items-center gap-4 border-b px-3">
            <Skeleton className="h-3.5 w-40" />
            <Skeleton className="h-3 w-24" />
          </div>
          <SkeletonRows rows={2} />
        </div>
      ))}
    </div>
  );
}
