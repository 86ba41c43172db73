import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { GlobalLimit } from "../../schema/concurrency-limits.ts";
import type { Deployment } from "../../schema/deployments.ts";
import type { Change } from "../../schema/live.ts";
import { useScopes } from "../live.ts";

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
