import { useMemo } from "react";
import { oneOf, useAddress } from "../parts/address.ts";

/** The orders of a list with their labels; the first stands where the address says none. */
export type Sorts<S extends string> = readonly [Sort<S>, ...Sort<S>[]];
interface Sort<S extends string> {
  value: S;
  label: string;
}

/** What a list shows, as its address says it. */
export interface ListView<S extends string = string> {
  q: string;
  sort: S;
}

/** `sorts` must be the same array at each call. */
export function useListView<S extends string>(
  sorts: Sorts<S>,
): [ListView<S>, (patch: Partial<ListView<S>>) => void] {
  const [first, ...others] = sorts;
  const [search, change] = useAddress(useMemo(() => ({ sort: first.value }), [first]));
  const q = search.get("q") ?? "";
  const sort = oneOf([first.value, ...others.map(({ value }) => value)], search.get("sort"));
  return [useMemo(() => ({ q, sort }), [q, sort]), change];
}
