import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Client } from "../../client/client.ts";
import { clientOf } from "../api.ts";
import type { List } from "./list.ts";

interface Input<T> {
  noun: string;
  /** Identifies the list in the cache. */
  input: unknown;
  pageSize?: number;
  read: (client: Client, page: { limit: number; offset: number }, signal: AbortSignal) => Promise<T[]>;
  /** Rows change in place, and the list is read again only when the page asks for it. */
  isPatched?: boolean;
}

/** A list that is read by offset as one scrolls; all of it is read again when its noun was touched. */
export function usePages<T extends { id: string }>(source: Input<T>): List<T> {
  const { noun, input, read, pageSize = 200, isPatched } = source;
  const queries = useQueryClient();
  const queryKey = [noun, "filter", input, "pages"];
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ client, pageParam, signal }) =>
      read(clientOf(client), { limit: pageSize, offset: pageParam }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, all) => (last.length < pageSize ? undefined : all.length * pageSize),
    ...(isPatched && { meta: { live: "patch" } }),
  });
  const { data } = pages;
  // A row that moves while pages are read may come twice.
  const rows = useMemo(
    () => [...new Map((data?.pages.flat() ?? []).map((row) => [row.id, row])).values()],
    [data],
  );
  return {
    rows,
    loaded: rows.length,
    isPending: pages.isPending,
    isFresh: pages.isFetchedAfterMount,
    error: pages.error,
    refetch: () => void pages.refetch(),
    hasMore: pages.hasNextPage,
    isLoadingMore: pages.isFetchingNextPage,
    loadMore: () => void (pages.isFetchingNextPage || pages.fetchNextPage()),
    ...still,
    drop: (ids) => {
      const kept = (page: T[]) => page.filter(({ id }) => !ids.includes(id));
      queries.setQueryData<InfiniteData<T[]>>(
        queryKey,
        (old) => old && { ...old, pages: old.pages.map(kept) },
      );
    },
  };
}

const nothing = () => undefined;
const still = { waiting: null, admit: nothing, drop: nothing, onMayMove: nothing };

/** Rows that were read whole, as a list. */
export const listOf = <T>(rows: readonly T[]): List<T> => ({
  rows,
  loaded: rows.length,
  ...{ isPending: false, isFresh: true, error: null, refetch: nothing },
  ...{ hasMore: false, isLoadingMore: false, loadMore: nothing },
  ...still,
});
