import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Client } from "../../../client/client.ts";
import type { RunGroups } from "../../../schema/run-groups.ts";
import type { SearchPlace } from "../../../schema/run-search.ts";
import { clientOf } from "../../api.ts";
import { useTouched } from "../../live.ts";
import type { Search } from "../list.ts";
import { keyOf, type MergedGroups, mergeGroups } from "./merged-groups.ts";

/** Where a request goes on, and the values that have a group already. */
interface GroupPlace {
  after: SearchPlace;
  known: string[];
}

export interface GroupSource {
  noun: string;
  /** Identifies the groups in the cache; must be the same object for the same groups. */
  input: object;
  read: (client: Client, place: GroupPlace | null, signal: AbortSignal) => Promise<RunGroups>;
}

export interface Groups extends MergedGroups {
  /** How far the counts have got; undefined where one request has counted all. */
  search: Search | undefined;
  isWhole: boolean;
  isPending: boolean;
  error: unknown;
  /** When they were counted. */
  at: number;
  refetch: () => void;
}

/** Requests, each of less than a second, after which counting asks whether to go on. */
const portion = 12;
/** Milliseconds between counts of a list that changes; so many times as long as a count takes, where that is more. */
const countEvery = 3_000;
const restAfter = 30;

/** Counts groups request after request. What one request has counted is counted again when the list has changed. */
export function useGroups({ noun, input, read }: GroupSource): Groups {
  const queryKey = useMemo(() => [noun, "groups", input], [noun, input]);
  const [pause, setPause] = useState(countEvery);
  const query = useInfiniteQuery<
    RunGroups,
    Error,
    InfiniteData<RunGroups, GroupPlace | null>,
    readonly unknown[],
    GroupPlace | null
  >({
    queryKey,
    queryFn: async ({ client, pageParam, signal }) => {
      const began = performance.now();
      const page = await read(clientOf(client), pageParam, signal);
      setPause(Math.max(countEvery, restAfter * (performance.now() - began)));
      return page;
    },
    initialPageParam: null,
    getNextPageParam: ({ next }, pages) =>
      next && { after: next, known: mergeGroups(pages).groups.map(keyOf).filter(Boolean) },
    meta: { live: "none" },
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, refetch, error, dataUpdatedAt } = query;
  const pages = data?.pages.length ?? 0;
  const [allowed, setAllowed] = useState({ input, pages: portion });
  if (allowed.input !== input) setAllowed({ input, pages: portion });
  const mayGoOn = hasNextPage && pages < allowed.pages && error === null;
  useEffect(() => {
    if (mayGoOn && !isFetchingNextPage) void fetchNextPage();
  }, [mayGoOn, isFetchingNextPage, fetchNextPage]);
  useCountAgain(noun, pages === 1 && !hasNextPage ? dataUpdatedAt + pause : undefined, refetch);
  const merged = useMemo(() => mergeGroups(data?.pages ?? []), [data]);
  return {
    ...merged,
    search: pages > 1 || hasNextPage ? searchOf(data?.pages ?? []) : undefined,
    isWhole: !hasNextPage,
    ...{ isPending: query.isPending, error, at: dataUpdatedAt },
    refetch: () => void refetch(),
  };

  function searchOf(read: readonly RunGroups[]): Search {
    return {
      pages,
      searched: read.reduce((sum, page) => sum + page.searched, 0),
      to: read.at(-1)?.next?.key ?? null,
      isRunning: mayGoOn || isFetchingNextPage,
      onStop: () => setAllowed({ input, pages }),
      onContinue: () => setAllowed({ input, pages: pages + portion }),
    };
  }
}

/** Counts again once something has changed, but not before `at`; where that is undefined, not at all. */
function useCountAgain(noun: string, at: number | undefined, refetch: () => unknown): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const again = useCallback(() => {
    if (at === undefined) return;
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined;
        refetch();
      },
      Math.max(0, at - Date.now()),
    );
  }, [at, refetch]);
  useTouched(noun, again);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}
