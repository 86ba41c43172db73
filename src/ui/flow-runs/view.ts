import { useMemo } from "react";
import { oneOf, useAddress } from "../parts/address.ts";
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

/** The address is the truth: reading it gives the view, changing the view changes it. */
export function useView(): [View, (patch: Partial<Omit<View, "query">>) => void] {
  const [search, change] = useAddress(defaults);
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
  return [view, change];
}

const defaults = { tab: tabs[0], chart: charts[0], sort: sorts[0] } as const;
