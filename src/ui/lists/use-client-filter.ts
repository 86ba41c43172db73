import { useEffect, useMemo } from "react";
import type { ClientFilter } from "./compile-query.ts";
import type { List } from "./list.ts";

const screenful = 40;
/** How many rows are searched before asking whether to go on. */
const mostSearched = 2_000;

/**
 * The rows that pass the conditions which the API has no filter for; reads on until a screen is full. `filters` and
 * `rowOf` must be the same at each call while they mean the same.
 */
export function useClientFilter<T, R>(
  list: List<T>,
  filters: readonly ClientFilter<R>[],
  rowOf: (row: T) => R,
): List<T> {
  const { rows, hasMore, isLoadingMore, loadMore } = list;
  const kept = useMemo(
    () =>
      filters.length === 0
        ? rows
        : rows.filter((row) => {
            const seen = rowOf(row);
            return filters.every((filter) => filter(seen));
          }),
    [rows, filters, rowOf],
  );
  const goOn =
    filters.length > 0 && hasMore && !isLoadingMore && kept.length < screenful && rows.length < mostSearched;
  useEffect(() => {
    if (goOn) loadMore();
  }, [goOn, loadMore]);
  return { ...list, rows: kept };
}
