import { useMemo } from "react";
import { oneOf, useAddress } from "../parts/address.ts";

export const sorts = ["name", "changed", "newest"] as const;
export type Sort = (typeof sorts)[number];

/** What the page shows, as its address says it. */
export interface View {
  q: string;
  sort: Sort;
}

export function useView(): [View, (patch: Partial<View>) => void] {
  const [search, change] = useAddress(defaults);
  const [q, sort] = [search.get("q") ?? "", oneOf(sorts, search.get("sort"))];
  return [useMemo(() => ({ q, sort }), [q, sort]), change];
}

const defaults = { sort: sorts[0] } as const;
