import { Plus } from "lucide-react";
import { Suspense, useState } from "react";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Empty, Panel } from "../kit/panel.tsx";
import { Skeleton, SkeletonRows } from "../kit/skeleton.tsx";
import { startWorker } from "../parts/actions/curl.ts";
import { Find } from "./find.tsx";
import { Pool } from "./pool.tsx";
import type { PoolAction } from "./pool-dialogs.tsx";
import { type PoolWithParts, usePools } from "./use-pools.ts";
import type { View } from "./view.ts";

const PoolDialog = lazyNamed(async () => (await import("./pool-dialogs.tsx")).PoolDialog);

interface Props {
  view: View;
  onView: (patch: Partial<View>) => void;
}

/** Work pools, each with its queues and the workers that serve it. */
export function Pools({ view, onView }: Props) {
  const pools = usePools();
  const [action, setAction] = useState<PoolAction | undefined>();
  const create = () => setAction({ kind: "create-pool" });
  const shown = pools.data?.filter((one) => isShown(one, view));
  return (
    <>
      <Tools all={pools.data} shown={shown?.length} {...{ view, onView }} onCreate={create} />
      <Panel
        what="Work pools"
        source={pools}
        skeleton={<PoolSkeleton />}
        isEmpty={(all) => all.length === 0}
        empty={<NoPools onCreate={create} />}
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
            shown?.map((one) => (
              <Pool
                key={one.pool.id}
                {...one}
                isTarget={one.pool.name === view.pool}
                targetQueue={one.pool.name === view.pool ? view.queue : undefined}
                onAction={setAction}
              />
            ))
          )
        }
      </Panel>
      <Suspense fallback={null}>
        {action && <PoolDialog action={action} onClose={() => setAction(undefined)} />}
      </Suspense>
    </>
  );
}

const isShown = ({ pool, queues, workers = [] }: PoolWithParts, { find, pool: target }: View): boolean =>
  pool.name === target ||
  [pool, ...queues, ...workers].some(({ name }) => name.toLowerCase().includes(find.toLowerCase()));

interface ToolsProps extends Props {
  all: readonly PoolWithParts[] | undefined;
  shown: number | undefined;
  onCreate: () => void;
}

function Tools({ all, shown, view, onView, onCreate }: ToolsProps) {
  const count = all?.length ?? 0;
  const ready = all?.filter(({ pool }) => pool.status === "READY").length ?? 0;
  const paused = all?.filter(({ pool }) => pool.is_paused).length ?? 0;
  const parts = [
    shown !== undefined && shown < count
      ? `${shown} of ${count} pools`
      : `${count} ${count === 1 ? "pool" : "pools"}`,
    `${ready} ready`,
    paused > 0 && `${paused} paused`,
  ];
  // An empty page has the button in its middle.
  if (all?.length === 0) return null;
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-b px-3 py-1.5">
      <Find label="Find a pool" value={view.find} onChange={(find) => onView({ find })} />
      {all && count > 0 && (
        <p role="status" className="text-muted max-sm:order-last max-sm:w-full">
          {parts.filter(Boolean).join(", ")}
        </p>
      )}
      <Button variant="primary" className="ml-auto max-sm:order-1" onClick={onCreate}>
        <Plus size={13} />
        New pool
      </Button>
    </div>
  );
}

function NoPools({ onCreate }: { onCreate: () => void }) {
  return (
    <Empty
      title="No work pools yet"
      code={`praetor deploy flows.ts:load --pool my-pool\n${startWorker("my-pool")}`}
      action={
        <Button variant="primary" size="md" onClick={onCreate}>
          <Plus size={13} />
          New pool
        </Button>
      }
    >
      Runs of a deployment wait in a queue of a work pool until a worker picks them up. A limit on the pool or
      the queue caps how many run at once. Deployments served by <code>flow.serve()</code> need no pool.
    </Empty>
  );
}

function PoolSkeleton() {
  return (
    <div role="status" aria-label="Loading the work pools">
      {["one", "two"].map((key) => (
        <div key={key} className="border-b">
          <div className="flex h-12 items-center gap-4 px-3">
            <Skeleton className="h-4 w-40" />
            <Skeleton className="h-3 w-24" />
          </div>
          <SkeletonRows rows={2} />
        </div>
      ))}
    </div>
  );
}
