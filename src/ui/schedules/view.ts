import { useMemo } from "react";
import type { Sorts } from "../lists/list-view.ts";
import { oneOf, useAddress } from "../parts/address.ts";

export type Sort = "next" | "name" | "longest";

export const sorts: Sorts<Sort> = [
  { value: "next", label: "Next fire" },
  { value: "name", label: "Deployment" },
  { value: "longest", label: "Longest runs" },
];

export const tabs = ["list", "week"] as const;
export type Tab = (typeof tabs)[number];

/** What the page shows, as its address says it. */
export interface View {
  q: string;
  sort: Sort;
  tab: Tab;
}

const defaults = { tab: "list", sort: "next" } as const;

export function useView(): [View, (patch: Partial<View>) => void] {
  const [search, change] = useAddress(defaults);
  const q = search.get("q") ?? "";
  const sort = oneOf(["next", "name", "longest"], search.get("sort"));
  const tab = oneOf(tabs, search.get("tab"));
  return [useMemo(() => ({ q, sort, tab }), [q, sort, tab]), change];
}
