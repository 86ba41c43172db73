import { useQuery } from "@tanstack/react-query";
import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import { type WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { query, useIsPraetor } from "../api.ts";
import type { PanelSource } from "../kit/panel.tsx";
import { usePoolChanges } from "../parts/live-limits.ts";

export interface PoolWithQueues {
  pool: WorkPool;
  /** In the order in which they are served. */
  queues: readonly WorkQueue[];
}

/** All pools with their queues: two requests, however many there are. */
export function usePools(): PanelSource<readonly PoolWithQueues[]> {
  const isPraetor = useIsPraetor();
  // Rows change in place with each poll; the lists are read again only when they grow or shrink.
  const meta = isPraetor ? { live: "patch" } : {};
  const pools = useQuery({ ...query(workPools.filter, {}), meta });
  const queues = useQuery({ ...query(workQueues.filter, {}), meta });
  usePoolChanges(isPraetor);
  const queuesOf = Map.groupBy(queues.data ?? [], (queue) => queue.work_pool_id);
  const data =
    pools.data &&
    queues.data &&
    pools.data
      .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
      .map((pool) => ({
        pool,
        queues: (queuesOf.get(pool.id) ?? []).toSorted((a, b) => a.priority - b.priority),
      }));
  const failed = pools.isError ? pools : queues;
  return {
    data,
    error: failed.error,
    isPending: pools.isPending || queues.isPending,
    isError: failed.isError,
    refetch: () => Promise.all([pools.refetch(), queues.refetch()]),
  };
}
