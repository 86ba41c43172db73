import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { parse, type Query } from "./query-language.ts";

export const tabs = ["flow-runs", "task-runs"] as const;
export const charts = ["activity", "durations", "none"] as const;
export const sorts = ["newest", "oldest", "name", "ended"] as const;
export type Tab = (typeof tabs)[number];
export type Chart = (typeof charts)[number];
export type Sort = (typeof sorts)[number];

/** What the page shows, as its address says it. */
export interface View {
  q: string;
  query: Query;
  tab: Tab;
  chart: Chart;
  sort: Sort;
}

const oneOf = <T extends string>(list: readonly [T, ...T[]], text: string | null): T =>
  list.find((one) => one === text) ?? list[0];

/** The address is the truth: reading it gives the view, changing the view changes it. */
export function useView(): [View, (patch: Partial<Omit<View, "query">>) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const view = useMemo((): View => {
    const params = new URLSearchParams(text);
    const q = params.get("q") ?? "";
    return {
      q,
      query: parse(q),
      tab: oneOf(tabs, params.get("tab")),
      chart: oneOf(charts, params.get("chart")),
      sort: oneOf(sorts, params.get("sort")),
    };
  }, [text]);
  const change = useCallback(
    (patch: Partial<Omit<View, "query">>) =>
      setSearch((old) => {
        const next = new URLSearchParams(old);
        for (const [key, value] of Object.entries(patch)) {
          if (value === "" || value === defaults[key]) next.delete(key);
          else next.set(key, value);
        }
        return next;
      }),
    [setSearch],
  );
  return [view, change];
}

const defaults: Record<string, string> = { tab: tabs[0], chart: charts[0], sort: sorts[0] };
