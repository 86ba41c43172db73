import type { SearchPlace } from "../../schema/run-search.ts";

/**
 * Where a page begins: at this instant, past so many rows of it; past so many rows of all; where a search has got to; or
 * where only the server knows.
 */
export type Cursor =
  | { at: string; past: number }
  | { past: number }
  | { after: SearchPlace }
  | { token: string };
/** One page of a list, and where the next begins; null at its end. */
export interface Page<T> {
  results: T[];
  next: Cursor | null;
  /** On the first page: how many rows match, where it tells. */
  matching?: number;
  /** Of a search, which may end before the page is full: how many rows it looked at. */
  searched?: number;
}
export interface Row {
  id: string;
  updated?: string | null | undefined;
}
export type Order<T> = (a: T, b: T) => number;

/** What a fresh first page changes about the list on the screen. */
export interface HeadChanges<T> {
  /** Rows that belong into the list and are not in it. */
  fresh: readonly T[];
  /** Ids of rows that do not belong into it any more. */
  gone: ReadonlySet<string>;
  /** So much is new that rows between the two are unknown: start again. */
  gap: boolean;
}

interface ListOrder<T> {
  pageSize: number;
  /** Undefined where only the server knows it. */
  order: Order<T> | undefined;
}

/** Compares the list with the newest first page. */
export function compare<T extends Row>(
  pages: readonly Page<T>[],
  { results: head, next }: Page<T>,
  { pageSize, order }: ListOrder<T>,
): HeadChanges<T> {
  const shown = pages.flatMap((page) => page.results);
  const known = new Set(shown.map((row) => row.id));
  const inHead = new Set(head.map((row) => row.id));
  const fresh = head.filter((row) => !known.has(row.id));
  const last = head.at(-1);
  const whole = next === null;
  const covered = (row: T) => whole || (order !== undefined && last !== undefined && order(row, last) <= 0);
  const gone = new Set(shown.filter((row) => covered(row) && !inHead.has(row.id)).map((row) => row.id));
  return { fresh, gone, gap: head.length >= pageSize && fresh.length === head.length && shown.length > 0 };
}

export const isNothing = ({ fresh, gone }: HeadChanges<unknown>): boolean =>
  fresh.length === 0 && gone.size === 0;

/** Rows that wait; beyond them the list begins anew. */
const mostWaiting = 500;
/** Rows that a first page grows to; beyond them the list begins anew. */
const mostAtHead = 1_000;

/** What a stream of rows changes about the list, on top of what waits already. */
export function arrived<T extends Row>(
  pages: readonly Page<T>[],
  waiting: HeadChanges<T> | null,
  rows: readonly T[],
  order: Order<T> | undefined,
): HeadChanges<T> {
  const shown = pages.flatMap((page) => page.results);
  const known = new Set([...shown, ...(waiting?.fresh ?? [])].map((row) => row.id));
  const oldest = pages.at(-1)?.next ? shown.at(-1) : undefined;
  // What belongs below the rows that were read comes with the page after them.
  const isBelow = (row: T) => oldest !== undefined && order !== undefined && order(row, oldest) > 0;
  const added = rows.filter((row) => !known.has(row.id) && !isBelow(row));
  const fresh = [...added, ...(waiting?.fresh ?? [])].slice(0, mostWaiting);
  const isFull = fresh.length + (pages[0]?.results.length ?? 0) > mostAtHead;
  const gap = isFull || fresh.length >= mostWaiting || (waiting?.gap ?? false);
  return { fresh, gone: waiting?.gone ?? new Set(), gap };
}

/** Brings what waits into the list. Order is made anew, since a start moves a run. */
export function merge<T extends Row>(
  pages: readonly Page<T>[],
  { fresh, gone }: Pick<HeadChanges<T>, "fresh" | "gone">,
  order: Order<T> | undefined,
): Page<T>[] {
  const [first, ...rest] = pages.map((page) => ({
    ...page,
    results: page.results.filter((row) => !gone.has(row.id)),
  }));
  if (!first) return [{ results: [...fresh], next: null }];
  const results = [...fresh, ...first.results];
  const { matching } = first;
  const counted = matching === undefined ? {} : { matching: matching + fresh.length - gone.size };
  return [{ ...first, ...counted, results: order ? results.sort(order) : results }, ...rest];
}

/** Puts newer versions of rows where they stand. */
export function renew<T extends Row>(pages: readonly Page<T>[], head: readonly T[]): Page<T>[] {
  const newer = new Map(head.map((row) => [row.id, row]));
  return pages.map((page) => ({
    ...page,
    results: page.results.map((row) => {
      const next = newer.get(row.id);
      return next && (next.updated ?? "") >= (row.updated ?? "") ? next : row;
    }),
  }));
}
