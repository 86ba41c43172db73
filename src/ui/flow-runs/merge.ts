import { comparator, pageSize, type Run, type RunPage } from "./lists.ts";
import type { Sort } from "./view.ts";

/** What a fresh first page changes about the list on the screen. */
export interface Waiting {
  /** Rows that belong into the list and are not in it. */
  fresh: readonly Run[];
  /** Ids of rows that do not belong into it any more. */
  gone: ReadonlySet<string>;
  /** So much is new that rows between the two are unknown: start again. */
  gap: boolean;
}

/** Compares the list with the newest first page. */
export function compare(pages: readonly RunPage[], head: readonly Run[], sort: Sort): Waiting {
  const shown = pages.flatMap((page) => page.results);
  const known = new Set(shown.map((run) => run.id));
  const inHead = new Set(head.map((run) => run.id));
  const fresh = head.filter((run) => !known.has(run.id));
  const order = comparator(sort);
  const last = head.at(-1);
  const whole = head.length < pageSize;
  const covered = (run: Run) => whole || (order !== undefined && last !== undefined && order(run, last) <= 0);
  const gone = new Set(shown.filter((run) => covered(run) && !inHead.has(run.id)).map((run) => run.id));
  return { fresh, gone, gap: !whole && fresh.length === head.length && shown.length > 0 };
}

export const isNothing = (waiting: Waiting): boolean => waiting.fresh.length === 0 && waiting.gone.size === 0;

/** Brings what waits into the list. Order is made anew, since a start moves a run. */
export function merge(pages: readonly RunPage[], { fresh, gone }: Waiting, sort: Sort): RunPage[] {
  const [first, ...rest] = pages.map((page) => ({
    ...page,
    results: page.results.filter((run) => !gone.has(run.id)),
  }));
  if (!first) return [{ results: [...fresh], next: null }];
  const order = comparator(sort);
  const results = [...fresh, ...first.results];
  return [{ ...first, results: order ? results.sort(order) : results }, ...rest];
}

/** Puts newer versions of rows where they stand. */
export function renew(pages: readonly RunPage[], head: readonly Run[]): RunPage[] {
  const newer = new Map(head.map((run) => [run.id, run]));
  return pages.map((page) => ({
    ...page,
    results: page.results.map((run) => {
      const next = newer.get(run.id);
      return next && (next.updated ?? "") >= (run.updated ?? "") ? next : run;
    }),
  }));
}
