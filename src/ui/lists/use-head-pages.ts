import { type InfiniteData, type QueryClient, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Client } from "../../client/client.ts";
import { type Api, clientOf, useApi } from "../api.ts";
import { useTouched } from "../live.ts";
import {
  arrived,
  type Cursor,
  compare,
  type HeadChanges,
  isNothing,
  merge,
  type Order,
  type Page,
  type Row,
  renew,
} from "./head-changes.ts";
import type { List } from "./list.ts";

type Pages<T> = InfiniteData<Page<T>, Cursor | null>;

/** A list that is read from its head by keyset pages. */
export interface HeadSource<T extends Row> {
  noun: string;
  /** Identifies the list in the cache; must be the same object for the same list. */
  input: object;
  pageSize: number;
  /** Order of the list, for rows that arrive later; undefined where only the server knows it. */
  order: Order<T> | undefined;
  read: (client: Client, cursor: Cursor | null, signal?: AbortSignal) => Promise<Page<T>>;
  /** Reads the first page again when something has changed; as `read` unless that would cost too much. */
  readHead?: (client: Client) => Promise<Page<T>>;
  /** Tells rows as they come, where no change of the noun does; returns how to stop it. */
  follow?: (api: Api, follower: Follower<T>) => () => void;
  /** Reads nothing, where another list stands in its place. */
  isOff?: boolean;
}

/** Hears rows that a stream tells. */
export interface Follower<T> {
  onRow: (row: T) => void;
  /** Rows may have been missed: the head is read again. */
  onMissed: () => void;
}

/**
 * A list that grows downwards by pages and lives at its head: rows change in place by live events; rows that come or
 * go wait until they may move or `admit` is called.
 */
export function useHeadPages<T extends Row>(source: HeadSource<T>): List<T> {
  const queries = useQueryClient();
  const [mayMove, setMayMove] = useState(true);
  const { noun, input, order, read } = source;
  const queryKey = useMemo(() => [noun, "filter", input, "pages"], [noun, input]);
  const pages = useInfiniteQuery<Page<T>, Error, Pages<T>, readonly unknown[], Cursor | null>({
    queryKey,
    queryFn: ({ client, pageParam, signal }) => read(clientOf(client), pageParam, signal),
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
    // Reading all pages again would cost one request for each; the head below is enough.
    staleTime: Number.POSITIVE_INFINITY,
    meta: { live: "patch" },
    enabled: !source.isOff,
  });
  const { waiting, admit } = useHead(source, queryKey, { mayMove, isRead: pages.data !== undefined });

  const drop = useCallback(
    (ids: readonly string[]) =>
      queries.setQueryData<Pages<T>>(
        queryKey,
        (old) => old && { ...old, pages: merge(old.pages, { fresh: [], gone: new Set(ids) }, order) },
      ),
    [queries, queryKey, order],
  );

  const { data } = pages;
  const rows = useMemo(() => unique(data?.pages.flatMap((page) => page.results) ?? []), [data]);
  return {
    rows,
    loaded: rows.length,
    matching: data?.pages[0]?.matching,
    ...searchOf(data?.pages),
    isPending: pages.isPending,
    isFresh: true,
    error: pages.error,
    refetch: () => void queries.resetQueries({ queryKey }),
    hasMore: pages.hasNextPage,
    isLoadingMore: pages.isFetchingNextPage,
    loadMore: () => void (pages.isFetchingNextPage || pages.isFetchNextPageError || pages.fetchNextPage()),
    waiting: mayMove ? null : waiting,
    admit,
    drop,
    onMayMove: setMayMove,
  };
}

/** How far a search has got; nothing for a list that is read along an index. */
function searchOf<T>(pages: readonly Page<T>[] = []): Pick<List<T>, "search"> {
  if (!pages.some(({ searched }) => searched !== undefined)) return {};
  const next = pages.at(-1)?.next;
  const searched = pages.reduce((sum, page) => sum + (page.searched ?? 0), 0);
  return { search: { pages: pages.length, searched, to: next && "after" in next ? next.after.key : null } };
}

/** Reads the first page again when something was touched, and keeps what it changes until it may be shown. */
function useHead<T extends Row>(
  source: HeadSource<T>,
  queryKey: readonly unknown[],
  { mayMove, isRead }: { mayMove: boolean; isRead: boolean },
) {
  const queries = useQueryClient();
  const [changes, setChanges] = useState<HeadChanges<T> | null>(null);
  const busy = useRef<"no" | "reading" | "again">("no");
  const newest = useRef(source);
  useEffect(() => {
    newest.current = source;
  });

  const admit = useCallback(() => {
    setChanges(null);
    if (!changes) return;
    if (changes.gap) return void restart(queries, queryKey, newest.current);
    queries.setQueryData<Pages<T>>(
      queryKey,
      (old) => old && { ...old, pages: merge(old.pages, changes, newest.current.order) },
    );
  }, [queries, queryKey, changes]);

  /** What an earlier visit to the page left is replaced at once. */
  const readHead = useCallback(
    async (isOpening = false) => {
      if (newest.current.isOff || !queries.getQueryData<Pages<T>>(queryKey)) return;
      if (busy.current !== "no") {
        busy.current = "again";
        return;
      }
      busy.current = "reading";
      const list = newest.current;
      try {
        const head = await (list.readHead ?? ((client) => list.read(client, null)))(clientOf(queries));
        const old = queries.getQueryData<Pages<T>>(queryKey);
        if (!old) return;
        const found = compare(old.pages, head, list);
        const isReplaced = isOpening && !found.gap;
        const renewed = renew(old.pages, head.results);
        const pages = isReplaced ? merge(renewed, found, list.order) : renewed;
        queries.setQueryData<Pages<T>>(queryKey, { ...old, pages });
        setChanges(isReplaced ? null : found);
      } catch {
        // The freshness dot tells that the server is away; the next touch tries again.
      } finally {
        const again = String(busy.current) === "again";
        busy.current = "no";
        if (again) void readHead();
      }
    },
    [queries, queryKey],
  );
  useTouched(source.noun, readHead);
  const onRows = useCallback(
    (rows: readonly T[]) => {
      const old = queries.getQueryData<Pages<T>>(queryKey);
      if (old) setChanges((waiting) => arrived(old.pages, waiting, rows, newest.current.order));
    },
    [queries, queryKey],
  );
  // Only then: what came before the stream was open is found by reading the head once more.
  useFollowed(isRead ? source.follow : undefined, onRows, readHead);

  // A list that comes back from the cache may have missed rows.
  useEffect(() => {
    setChanges(null);
    const age = Date.now() - (queries.getQueryState(queryKey)?.dataUpdatedAt ?? Date.now());
    if (age > 1000) void readHead(true);
  }, [queries, queryKey, readHead]);

  const visible = changes && !isNothing(changes) ? changes : null;
  useEffect(() => {
    if (visible && mayMove) admit();
  }, [visible, mayMove, admit]);
  const waiting = visible && {
    fresh: visible.gap ? `${visible.fresh.length}+` : visible.fresh.length,
    gone: visible.gone.size,
  };
  return { waiting, admit };
}

/** The first page anew, in place of all that were read; the rows in sight stay until then. */
async function restart<T extends Row>(
  queries: QueryClient,
  queryKey: readonly unknown[],
  { read }: HeadSource<T>,
): Promise<void> {
  try {
    const page = await read(clientOf(queries), null);
    queries.setQueryData<Pages<T>>(queryKey, { pages: [page], pageParams: [null] });
  } catch {
    await queries.resetQueries({ queryKey });
  }
}

const gatherFor = 250;

/** Hears the stream of a list, a few rows at a time. */
function useFollowed<T extends Row>(
  follow: HeadSource<T>["follow"],
  onRows: (rows: readonly T[]) => void,
  onMissed: () => void,
): void {
  const api = useApi();
  useEffect(() => {
    if (!follow) return;
    let gathered: T[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      onRows(gathered);
      gathered = [];
    };
    const stop = follow(api, {
      onRow: (row) => {
        gathered.unshift(row);
        timer ??= setTimeout(flush, gatherFor);
      },
      onMissed,
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [follow, api, onRows, onMissed]);
}

function unique<T extends Row>(rows: T[]): T[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(row.id) && seen.add(row.id));
}
