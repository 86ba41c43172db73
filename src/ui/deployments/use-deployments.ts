import { useEffect, useMemo } from "react";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { useIsPraetor } from "../api.ts";
import { useNow } from "../kit/now.ts";
import type { ServerFilter } from "../lists/compile-query.ts";
import type { List } from "../lists/list.ts";
import { usePages } from "../lists/use-pages.ts";
import { nextFireOf } from "../parts/time/fires.ts";
import type { Sort } from "./view.ts";

/** A Prefect server cannot sort by the next run: there, the dashboard reads all and sorts them; within reason. */
const mostSorted = 1_000;

const wireSort = {
  name: "NAME_ASC",
  next: "NEXT_RUN_ASC",
  last: "LAST_RUN_DESC",
  status: "STATUS_ASC",
  changed: "UPDATED_DESC",
  newest: "CREATED_DESC",
} as const satisfies Record<Sort, string>;

/** The deployments that match, in pages. */
export function useDeployments(filter: ServerFilter, sort: Sort): List<Deployment> {
  const isPraetor = useIsPraetor();
  const isSortedHere = sort === "next" && !isPraetor;
  const input = useMemo(
    () => ({ ...filter, sort: isSortedHere ? ("NAME_ASC" as const) : wireSort[sort] }),
    [filter, sort, isSortedHere],
  );
  const pages = usePages<Deployment>({
    noun: "deployments",
    input,
    read: (client, page, signal) => client.call(deployments.filter, { ...input, ...page }, { signal }),
  });
  const readsOn = isSortedHere && pages.hasMore && !pages.isLoadingMore && pages.rows.length < mostSorted;
  const { loadMore } = pages;
  useEffect(() => {
    if (readsOn) loadMore();
  }, [readsOn, loadMore]);
  return { ...pages, rows: useSorted(pages.rows, isSortedHere) };
}

/** By when each fires next; those that never do come last. */
function useSorted(rows: readonly Deployment[], isSortedHere: boolean): readonly Deployment[] {
  const now = useNow(60);
  return useMemo(() => {
    if (!isSortedHere) return rows;
    const times = new Map(rows.map((row) => [row.id, nextFireOf(row, now) ?? Number.POSITIVE_INFINITY]));
    const at = (row: Deployment) => times.get(row.id) ?? 0;
    return rows.toSorted((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
  }, [rows, isSortedHere, now]);
}
