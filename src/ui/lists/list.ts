export interface Search {
  /** Requests so far. */
  pages: number;
  /** Rows that were looked at. */
  searched: number;
  /** The place in the order that it has got to, a time in orders by time; null at the end. */
  to: string | null;
  /** Whether it goes on by itself; undefined where nobody drives it. */
  isRunning?: boolean;
  onStop?: () => void;
  onContinue?: () => void;
}

/** A list as it is on the screen: its rows, what can be read beyond them, and what waits to come in. */
export interface List<T> {
  rows: readonly T[];
  /** How many rows were read; more than `rows` where some are filtered here. */
  loaded: number;
  /** How many rows match, where the server tells with the first page. */
  matching?: number | undefined;
  /** Of a search that no index serves: how far it has got. */
  search?: Search;
  isPending: boolean;
  /** Whether it was read since the page was opened; until then its rows may be those of an earlier visit. */
  isFresh: boolean;
  /** Of the last reading; the rows may be there all the same. */
  error: unknown;
  refetch: () => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  /** What has changed about the set of rows and is held back; null when nothing is. */
  waiting: { fresh: number | string; gone: number } | null;
  /** Lets it in. */
  admit: () => void;
  /** Takes out rows that the reader has deleted, wherever the pointer is. */
  drop: (ids: readonly string[]) => void;
  /** Told whether rows may come and go now. */
  onMayMove: (mayMove: boolean) => void;
}
