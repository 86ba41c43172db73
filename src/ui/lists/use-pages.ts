import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Client } from "../../client/client.ts";
import { clientOf } from "../api.ts";

const pageSize = 200;

export interface Pages<T> {
  rows: readonly T[];
  isPending: boolean;
  /** Of the last reading; the rows may be there all the same. */
  error: unknown;
  refetch: () => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
}

interface Input<T> {
  noun: string;
  /** Identifies the list in the cache. */
  input: unknown;
  read: (client: Client, page: { limit: number; offset: number }, signal: AbortSignal) => Promise<T[]>;
}

/** A list that is read by pages as one scrolls. */
export function usePages<T extends { id: string }>({ noun, input, read }: Input<T>): Pages<T> {
  const pages = useInfiniteQuery({
    queryKey: [noun, "filter", input, "pages"],
    queryFn: ({ client, pageParam, signal }) =>
      read(clientOf(client), { limit: pageSize, offset: pageParam }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, all) => (last.length < pageSize ? undefined : all.length * pageSize),
  });
  const { data } = pages;
  // A row that moves while pages are read may come twice.
  const rows = useMemo(
    () => [...new Map((data?.pages.flat() ?? []).map((row) => [row.id, row])).values()],
    [data],
  );
  return {
    rows,
    isPending: pages.isPending,
    error: pages.error,
    refetch: () => void pages.refetch(),
    hasMore: pages.hasNextPage,
    isLoadingMore: pages.isFetchingNextPage,
    loadMore: () => void (pages.isFetchingNextPage || pages.fetchNextPage()),
  };
}
