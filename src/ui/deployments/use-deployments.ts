import { useEffect, useMemo } from "react";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { type Pages, usePages } from "../lists/use-pages.ts";
import { mean, parse } from "./query-language.ts";
import type { View } from "./view.ts";

/** By the time of the next run only the dashboard can sort, so it reads all before; within reason. */
const mostSorted = 1_000;

const wireSort = {
  name: "NAME_ASC",
  next: "NAME_ASC",
  changed: "UPDATED_DESC",
  newest: "CREATED_DESC",
} as const satisfies Record<View["sort"], string>;

/** The deployments that match, in pages. */
export function useDeployments({ q, sort }: View): Pages<Deployment> {
  const input = useMemo(() => ({ ...mean(parse(q)), sort: wireSort[sort] }), [q, sort]);
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
  return pages;
}
