import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Change } from "../../schema/live.ts";
import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import { type WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { type Worker, workers } from "../../schema/workers.ts";
import { query, useIsPraetor } from "../api.ts";
import type { PanelSource } from "../kit/panel.tsx";
import { useMissed, useScopes, useTouched } from "../live.ts";

export interface PoolWithParts {
  pool: WorkPool;
  /** In the order in which they are served. */
  queues: readonly WorkQueue[];
  /** Undefined where they are not known: other servers tell them only pool by pool. */
  workers: readonly Worker[] | undefined;
}

const scopes = [{ noun: "work-pools" }, { noun: "work-queues" }, { noun: "workers" }] as const;

/** All pools with their queues and workers: three requests, however many there are. */
export function usePools(): PanelSource<readonly PoolWithParts[]> {
  const isPraetor = useIsPraetor();
  // Rows change in place with each poll and heartbeat; the lists are read again only when they grow or shrink.
  const meta = isPraetor ? { live: "patch" } : {};
  const pools = useQuery({ ...query(workPools.filter, {}), meta });
  const queues = useQuery({ ...query(workQueues.filter, {}), meta });
  const known = useQuery({ ...query(workers.list, {}), meta, enabled: isPraetor });
  useMembership(isPraetor);
  const queuesOf = Map.groupBy(queues.data ?? [], (queue) => queue.work_pool_id);
  const workersOf = known.data && Map.groupBy(known.data, (worker) => worker.work_pool_id);
  // Where they cannot be read at once, they are asked for pool by pool; but that is known only then.
  const isWaiting = isPraetor && known.isPending;
  const data =
    !isWaiting &&
    pools.data &&
    queues.data &&
    pools.data
      .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
      .map((pool) => ({
        pool,
        queues: (queuesOf.get(pool.id) ?? []).toSorted((a, b) => a.priority - b.priority),
        workers: workersOf && (workersOf.get(pool.id) ?? []),
      }));
  const failed = pools.isError ? pools : queues;
  return {
    data: data || undefined,
    error: failed.error,
    isPending: isWaiting || pools.isPending || queues.isPending,
    isError: failed.isError,
    refetch: () => Promise.all([pools.refetch(), queues.refetch()]),
  };
}

/** Reads the lists again when a row came or went, and the counts in them when runs moved. */
function useMembership(isWanted: boolean): void {
  const queries = useQueryClient();
  const read = useCallback((noun: string) => void queries.invalidateQueries({ queryKey: [noun] }), [queries]);
  const hear = useCallback(({ kind, noun }: Change) => void (kind !== "updated" && read(noun)), [read]);
  useScopes(isWanted ? scopes : [], hear);
  const counts = useCallback(() => {
    const isCounted = (one: { concurrency_limit: number | null }) => one.concurrency_limit !== null;
    for (const noun of ["work-pools", "work-queues"]) {
      const cached = queries.getQueriesData<(WorkPool | WorkQueue)[]>({ queryKey: [noun] });
      if (cached.some(([, rows]) => Array.isArray(rows) && rows.some(isCounted))) read(noun);
    }
  }, [queries, read]);
  useTouched("flow-runs", counts);
  const all = useCallback(() => {
    if (isWanted) for (const { noun } of scopes) read(noun);
  }, [isWanted, read]);
  useMissed(all);
}
