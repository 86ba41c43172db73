import { useCallback, useMemo } from "react";
import { queryLanguage } from "../lists/query-fields.ts";
import { type Language, type Query, read } from "../lists/query-text.ts";
import { oneOf, useAddress } from "../parts/address.ts";
import { useSeenStates } from "../parts/runs/seen-states.ts";
import { fieldsOf, type Key } from "./fields.ts";

export const tabs = ["flow-runs", "task-runs"] as const;
export const charts = ["activity", "durations", "none"] as const;
export const sorts = ["newest", "oldest", "name", "ended", "longest", "shortest"] as const;
export type Tab = (typeof tabs)[number];
export type Chart = (typeof charts)[number];
export type Sort = (typeof sorts)[number];

/** What the page shows, as its address says it. */
export interface View {
  q: string;
  query: Query<Key>;
  language: Language<Key>;
  /** Names that states of the server have, where the query asks for such a one. */
  states: readonly string[] | undefined;
  tab: Tab;
  chart: Chart;
  sort: Sort;
  /** What the list is grouped by, as the address has it; empty where it is not. */
  group: string;
}

/** The address is the truth: reading it gives the view, changing the view changes it. */
export function useView(): [View, (patch: Partial<Omit<View, "query" | "language" | "states">>) => void] {
  const [search, change] = useAddress(defaults);
  const text = search.toString();
  const states = useSeenStates(asksForOwnState(search.get("q") ?? ""));
  const view = useMemo((): View => {
    const params = new URLSearchParams(text);
    const q = params.get("q") ?? "";
    const tab = oneOf(tabs, params.get("tab"));
    const language = queryLanguage(fieldsOf[tab], { states });
    return {
      ...{ q, query: read(q, language), language, states, tab },
      chart: oneOf(charts, params.get("chart")),
      sort: oneOf(sorts, params.get("sort")),
      group: params.get("group") ?? "",
    };
  }, [text, states]);
  const changeView = useCallback(
    (patch: Partial<Omit<View, "query" | "language" | "states">>) =>
      // Open groups are those of the grouping.
      change("group" in patch ? { ...patch, open: "" } : patch),
    [change],
  );
  return [view, changeView];
}

/** Whether a query names a state that is not known on every server. */
const asksForOwnState = (q: string): boolean =>
  read(q, queryLanguage(fieldsOf["flow-runs"], { states: [] })).misunderstood.some(({ text }) =>
    /^-?state:/i.test(text),
  );

const defaults = { tab: tabs[0], chart: charts[0], sort: sorts[0] } as const;
