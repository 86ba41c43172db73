import { useEffect, useMemo } from "react";
import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import { type WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { type Worker, workers } from "../../schema/workers.ts";
import { useIsPraetor } from "../api.ts";
import type { ServerFilter } from "../lists/compile-query.ts";
import type { List } from "../lists/list.ts";
import type { Sorts } from "../lists/list-view.ts";
import { usePages } from "../lists/use-pages.ts";
import { usePoolChanges } from "../parts/live-limits.ts";

export type Sort = "name" | "newest";

export const sorts: Sorts<Sort> = [
  { value: "name", label: "Name" },
  { value: "newest", label: "Newest" },
];

/** A pool with what is in it. */
export interface PoolRow {
  id: string;
  name: string;
  pool: WorkPool;
  /** In the order in which they are served; undefined until known. */
  queues: readonly WorkQueue[] | undefined;
  /** Undefined where they are not known: a Prefect server tells them only pool by pool. */
  workers: readonly Worker[] | undefined;
}

/** Rows are read until here, to be sorted and counted; pools, queues and workers are few. */
const mostRead = 2_000;
const everything = {};

/** The pools that match, with their queues and workers: one request for each 200 of a kind. */
export function usePools(filter: ServerFilter, sort: Sort): List<PoolRow> {
  const isPraetor = useIsPraetor();
  const input = useMemo(() => ({ work_pools: filter.work_pools ?? null }), [filter]);
  // Rows change in place with each poll and heartbeat; the lists are read again only when they grow or shrink.
  const isPatched = isPraetor;
  const pools = useWhole(
    usePages<WorkPool>({
      ...{ noun: "work-pools", input, isPatched },
      read: (client, page, signal) => client.call(workPools.filter, { ...input, ...page }, { signal }),
    }),
  );
  const queues = useWhole(
    usePages<WorkQueue>({
      ...{ noun: "work-queues", input: everything, isPatched },
      read: (client, page, signal) => client.call(workQueues.filter, page, { signal }),
    }),
  );
  const known = useWhole(
    usePages<Worker>({
      ...{ noun: "workers", input: everything, isPatched },
      read: (client, page, signal) =>
        isPraetor ? client.call(workers.list, page, { signal }) : Promise.resolve([]),
    }),
  );
  usePoolChanges(isPraetor);
  const queueRows = queues.isPending ? undefined : queues.rows;
  const workerRows = isPraetor && !known.isPending ? known.rows : undefined;
  const rows = useMemo(() => {
    const queuesOf = Map.groupBy(queueRows ?? [], (queue) => queue.work_pool_id);
    const workersOf = Map.groupBy(workerRows ?? [], (worker) => worker.work_pool_id);
    return pools.rows.toSorted(orders[sort]).map((pool) => ({
      ...{ id: pool.id, name: pool.name, pool },
      queues: queueRows && (queuesOf.get(pool.id) ?? []).toSorted((a, b) => a.priority - b.priority),
      workers: workerRows && (workersOf.get(pool.id) ?? []),
    }));
  }, [pools.rows, queueRows, workerRows, sort]);
  return { ...pools, rows, loaded: rows.length };
}

const orders: Record<Sort, (a: WorkPool, b: WorkPool) => number> = {
  name: (a, b) => a.name.localeCompare(b.name, "en", { numeric: true }),
  newest: (a, b) => ((a.created ?? "") < (b.created ?? "") ? 1 : -1),
};

/** Reads on until all is there, within reason. */
function useWhole<T>(list: List<T>): List<T> {
  const readsOn = list.hasMore && !list.isLoadingMore && list.rows.length < mostRead;
  const { loadMore } = list;
  useEffect(() => {
    if (readsOn) loadMore();
  }, [readsOn, loadMore]);
  return list;
}
