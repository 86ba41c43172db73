import { useMemo } from "react";
import { type ArtifactCollection, artifacts } from "../../schema/artifacts.ts";
import type { List } from "../lists/list.ts";
import { read } from "../lists/query-text.ts";
import { useClientFilter } from "../lists/use-client-filter.ts";
import { usePages } from "../lists/use-pages.ts";
import { useSteadyList } from "../lists/use-steady-list.ts";
import { useSettings } from "../settings.ts";
import { artifactQuery, language, updatedAt } from "./fields.ts";

export type Sort = "updated" | "created" | "key";

const wireSort = {
  updated: "UPDATED_DESC",
  created: "CREATED_DESC",
  key: "KEY_ASC",
} as const satisfies Record<Sort, string>;

/** Each comes with what it holds. */
const pageSize = 50;
const itself = (row: ArtifactCollection) => row;

/** The latest artifact of each key that matches. */
export function useArtifacts(q: string, sort: Sort): List<ArtifactCollection> {
  const { zone } = useSettings();
  const asked = useMemo(() => artifactQuery(read(q, language), { now: Date.now(), zone }), [q, zone]);
  const input = useMemo(() => ({ ...asked.filter, sort: wireSort[sort] }), [asked, sort]);
  const pages = usePages<ArtifactCollection>({
    ...{ noun: "artifacts", input, pageSize },
    read: (client, page, signal) => client.call(artifacts.filterLatest, { ...input, ...page }, { signal }),
  });
  // What follows in this order is older still.
  const last = pages.rows.at(-1);
  const isPast = sort === "updated" && asked.since !== undefined && last && updatedAt(last) < asked.since;
  const bounded = isPast ? { ...pages, hasMore: false } : pages;
  return useSteadyList(useClientFilter(bounded, asked.client, itself), `${sort} ${q}`);
}
