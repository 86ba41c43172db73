import { useEffect, useState } from "react";
import type { List } from "./list.ts";

const screenful = 40;
/** Requests, each of less than a second, after which a search asks whether to go on. */
const portion = 12;

/**
 * A search goes on by itself until a screen is full, for a while; then the reader has it go on, or has stopped it before.
 * `key` names the list: another one begins anew.
 */
export function useSearch<T>(list: List<T>, key: unknown): List<T> {
  const { search, rows, hasMore, isLoadingMore, loadMore, error } = list;
  const [allowed, setAllowed] = useState({ key, pages: portion });
  if (allowed.key !== key) setAllowed({ key, pages: portion });
  const pages = search?.pages ?? 0;
  const mayGoOn = search !== undefined && hasMore && pages < allowed.pages && error === null;
  const isRunning = isLoadingMore || (mayGoOn && rows.length < screenful);
  useEffect(() => {
    if (mayGoOn && !isLoadingMore && rows.length < screenful) loadMore();
  }, [mayGoOn, isLoadingMore, rows.length, loadMore]);
  if (!search) return list;
  return {
    ...list,
    // The end of the rows is in sight while there are few: scrolling must not have a stopped search go on.
    loadMore: () => mayGoOn && loadMore(),
    search: {
      ...search,
      isRunning,
      onStop: () => setAllowed({ key, pages }),
      onContinue: () => setAllowed({ key, pages: pages + portion }),
    },
  };
}
