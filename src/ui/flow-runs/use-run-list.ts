import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { clientOf } from "../api.ts";
import { useTouched } from "../live.ts";
import { type Cursor, type ListInput, type Run, type RunPage, readPage } from "./lists.ts";
import { compare, isNothing, merge, renew, type Waiting } from "./merge.ts";

type Pages = InfiniteData<RunPage, Cursor | null>;

export interface RunList {
  runs: readonly Run[];
  isPending: boolean;
  error: unknown;
  refetch: () => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  /** What has changed about the set of rows and is held back. */
  waiting: Waiting | null;
  /** Lets it in. */
  admit: () => void;
  /** Takes out rows that the reader has deleted, wherever the pointer is. */
  drop: (ids: readonly string[]) => void;
}

/**
 * A list of runs that grows downwards by pages and lives at its head: rows change in place by live events;
 * rows that come or go wait until `mayMove` allows it or `admit` is called.
 */
export function useRunList(list: ListInput, mayMove: boolean): RunList {
  const queries = useQueryClient();
  const queryKey = useMemo(() => [list.tab, "filter", list, "pages"], [list]);
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ client, pageParam, signal }) => readPage(clientOf(client), list, pageParam, signal),
    initialPageParam: null as Cursor | null,
    getNextPageParam: (last: RunPage) => last.next,
    // Reading all pages again would cost one request for each; the head below is enough.
    staleTime: Number.POSITIVE_INFINITY,
    meta: { live: "patch" },
  });
  const { waiting, admit } = useHead(list, queryKey, mayMove);

  const drop = useCallback(
    (ids: readonly string[]) =>
      queries.setQueryData<Pages>(
        queryKey,
        (old) => old && { ...old, pages: merge(old.pages, { ...nothing, gone: new Set(ids) }, list.sort) },
      ),
    [queries, queryKey, list.sort],
  );

  const { data } = pages;
  const runs = useMemo(() => unique(data?.pages.flatMap((page) => page.results) ?? []), [data]);
  return {
    runs,
    isPending: pages.isPending,
    error: pages.error,
    refetch: () => void queries.resetQueries({ queryKey }),
    hasMore: pages.hasNextPage,
    isLoadingMore: pages.isFetchingNextPage,
    loadMore: () => void (pages.isFetchingNextPage || pages.isFetchNextPageError || pages.fetchNextPage()),
    waiting,
    admit,
    drop,
  };
}

const nothing: Waiting = { fresh: [], gone: new Set(), gap: false };

/** Reads the first page again when something was touched, and keeps what it changes until it may be shown. */
function useHead(list: ListInput, queryKey: readonly unknown[], mayMove: boolean) {
  const queries = useQueryClient();
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const busy = useRef<"no" | "reading" | "again">("no");

  const admit = useCallback(() => {
    setWaiting(null);
    if (!waiting) return;
    if (waiting.gap) return void queries.resetQueries({ queryKey });
    queries.setQueryData<Pages>(
      queryKey,
      (old) => old && { ...old, pages: merge(old.pages, waiting, list.sort) },
    );
  }, [queries, queryKey, waiting, list.sort]);

  const readHead = useCallback(async () => {
    if (!queries.getQueryData<Pages>(queryKey)) return;
    if (busy.current !== "no") {
      busy.current = "again";
      return;
    }
    busy.current = "reading";
    try {
      const { results } = await readPage(clientOf(queries), list, null);
      const old = queries.getQueryData<Pages>(queryKey);
      if (!old) return;
      queries.setQueryData<Pages>(queryKey, { ...old, pages: renew(old.pages, results) });
      setWaiting(compare(old.pages, results, list.sort));
    } catch {
      // The freshness dot tells that the server is away; the next touch tries again.
    } finally {
      const again = String(busy.current) === "again";
      busy.current = "no";
      if (again) void readHead();
    }
  }, [queries, queryKey, list]);
  useTouched(list.tab, readHead);

  // A list that comes back from the cache may have missed rows.
  useEffect(() => {
    setWaiting(null);
    const age = Date.now() - (queries.getQueryState(queryKey)?.dataUpdatedAt ?? Date.now());
    if (age > 1000) void readHead();
  }, [queries, queryKey, readHead]);

  const visible = waiting && !isNothing(waiting) ? waiting : null;
  useEffect(() => {
    if (visible && mayMove) admit();
  }, [visible, mayMove, admit]);
  return { waiting: visible, admit };
}

function unique(runs: Run[]): Run[] {
  const seen = new Set<string>();
  return runs.filter((run) => !seen.has(run.id) && seen.add(run.id));
}
