import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { GlobalLimit } from "../../schema/concurrency-limits.ts";
import type { Deployment } from "../../schema/deployments.ts";
import type { Change } from "../../schema/live.ts";
import { useMissed, useScopes, useTouched } from "../live.ts";

type Cached = Deployment | Deployment[] | InfiniteData<Deployment[]> | number;

/**
 * Slots are taken and given back without a change of the deployment whose limit they are of. What the limits tell
 * goes into the deployments that are in sight, and nothing has to be read again.
 */
export function useLiveLimits(isWanted = true): void {
  const queries = useQueryClient();
  const hear = useCallback(
    (change: Change) => {
      const { success, data: limit } = GlobalLimit.safeParse(change.row);
      if (!success) return;
      queries.setQueriesData<Cached>({ queryKey: ["deployments"] }, (old) => old && patched(old, limit));
    },
    [queries],
  );
  useScopes(isWanted ? [{ noun: "concurrency-limits" }] : [], hear);
}

/** The same data with the limit in it; the very same object when it is of none of these. */
function patched(data: Cached, limit: GlobalLimit): Cached {
  if (typeof data === "number") return data;
  if (Array.isArray(data)) return rowsWith(data, limit);
  if ("pages" in data) {
    const pages = data.pages.map((page) => rowsWith(page, limit));
    return pages.some((page, index) => page !== data.pages[index]) ? { ...data, pages } : data;
  }
  return has(data, limit) ? { ...data, global_concurrency_limit: limit } : data;
}

const has = (row: Deployment, limit: GlobalLimit) => row.global_concurrency_limit?.id === limit.id;
const rowsWith = (rows: Deployment[], limit: GlobalLimit): Deployment[] =>
  rows.some((row) => has(row, limit))
    ? rows.map((row) => (has(row, limit) ? { ...row, global_concurrency_limit: limit } : row))
    : rows;

const poolScopes = [{ noun: "work-pools" }, { noun: "work-queues" }, { noun: "workers" }] as const;

/** Reads pools, queues and workers again when one came or went, and the counts in them when runs moved. */
export function usePoolChanges(isWanted: boolean): void {
  const queries = useQueryClient();
  const read = useCallback((noun: string) => void queries.invalidateQueries({ queryKey: [noun] }), [queries]);
  const hear = useCallback(({ kind, noun }: Change) => void (kind !== "updated" && read(noun)), [read]);
  useScopes(isWanted ? poolScopes : [], hear);
  const counts = useCallback(() => {
    for (const noun of ["work-pools", "work-queues"]) {
      const cached = queries.getQueriesData({ queryKey: [noun] });
      if (cached.some(([, data]) => isCounted(data))) read(noun);
    }
  }, [queries, read]);
  useTouched("flow-runs", counts);
  const all = useCallback(() => {
    if (isWanted) for (const { noun } of poolScopes) read(noun);
  }, [isWanted, read]);
  useMissed(all);
}

/** Whether slots are counted in what was read: only where there is a limit. */
function isCounted(data: unknown): boolean {
  if (Array.isArray(data)) return data.some(isCounted);
  if (typeof data !== "object" || data === null) return false;
  if ("pages" in data) return isCounted(data.pages);
  return "concurrency_limit" in data && data.concurrency_limit !== null;
}
