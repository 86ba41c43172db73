import { useEffect, useMemo } from "react";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { useNow } from "../kit/now.ts";
import type { ServerFilter } from "../lists/compile-query.ts";
import type { List } from "../lists/list.ts";
import { usePages } from "../lists/use-pages.ts";
import { nextFireOf } from "../parts/time/fires.ts";
import type { Sort } from "./view.ts";

/** By the time of the next run only the dashboard can sort, so it reads all before; within reason. */
const mostSorted = 1_000;

const wireSort = {
  name: "NAME_ASC",
  next: "NAME_ASC",
  changed: "UPDATED_DESC",
  newest: "CREATED_DESC",
} as const satisfies Record<Sort, string>;

/** The deployments that match, in pages. */
export function useDeployments(filter: ServerFilter, sort: Sort): List<Deployment> {
  const input = useMemo(() => ({ ...filter, sort: wireSort[sort] }), [filter, sort]);
  const pages = usePages<Deployment>({
    noun: "deployments",
    input,
    read: (client, page, signal) => client.call(deployments.filter, { ...input, ...page }, { signal }),
  });
  const readsOn = sort === "next" && pages.hasMore && !pages.isLoadingMore && pages.rows.length < mostSorted;
  const { loadMore } = pages;
  useEffect(() => {
    if (readsOn) loadMore();
  }, [readsOn, loadMore]);
  return { ...pages, rows: useSorted(pages.rows, sort) };
}

/** Only the dashboard knows when each fires next, so by that it sorts itself; those that never do come last. */
function useSorted(rows: readonly Deployment[], sort: Sort): readonly Deployment[] {
  const now = useNow(60);
  return useMemo(() => {
    if (sort !== "next") return rows;
    const times = new Map(rows.map((row) => [row.id, nextFireOf(row, now) ?? Number.POSITIVE_INFINITY]));
    const at = (row: Deployment) => times.get(row.id) ?? 0;
    return rows.toSorted((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
  }, [rows, sort, now]);
}
