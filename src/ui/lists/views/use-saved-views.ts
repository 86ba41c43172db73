import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { savedSearches } from "../../../schema/saved-searches.ts";
import { query, useApi } from "../../api.ts";
import { remember, remembered, useRemembered } from "./browser-memory.ts";
import { conditionsOf, privateViews, type SavedView, viewOf } from "./saved-view.ts";

export const defaultKey = (list: string): string => `praetor.view:${list}`;
const privateKey = (list: string) => `praetor.views:${list}`;

/** The saved views of a list, shared ones and those of this browser, and what can be done with them. */
export function useSavedViews(list: string, isWanted: boolean) {
  const { client } = useApi();
  const queries = useQueryClient();
  const shared = useQuery({ ...query(savedSearches.filter, { limit: 200 }), enabled: isWanted });
  const own = useRemembered(privateKey(list));
  const byDefault = useRemembered(defaultKey(list));
  const views = useMemo((): SavedView[] => {
    const all = [...(shared.data ?? []).flatMap((one) => viewOf(list, one) ?? []), ...privateViews(own)];
    return all.toSorted((a, b) => a.name.localeCompare(b.name));
  }, [shared.data, own, list]);
  const again = () => queries.invalidateQueries({ queryKey: [savedSearches.filter.noun] });
  const keep = (change: (views: SavedView[]) => SavedView[]) => {
    const kept = change(privateViews(remembered(privateKey(list))));
    remember(privateKey(list), JSON.stringify(kept.map(({ name, search }) => ({ name, search }))));
  };

  /** Under a name that a view of the same kind has, that one is replaced. */
  const save = async ({ name, search, isShared }: SavedView): Promise<void> => {
    if (isShared) {
      const other = (shared.data ?? []).find((one) => one.name === name);
      if (other && !viewOf(list, other)) throw new Error(`Another list has a shared view “${name}”`);
      await client.call(savedSearches.put, { name, filters: conditionsOf(list, search) });
      await again();
    } else keep((old) => [...old.filter((one) => one.name !== name), { name, search, isShared }]);
  };
  const remove = async ({ id, name, isShared }: SavedView): Promise<void> => {
    if (isShared && id) {
      await client.call(savedSearches.delete, { id });
      await again();
    } else keep((old) => old.filter((one) => one.name !== name));
  };
  return {
    views,
    isPending: isWanted && shared.isPending,
    /** The query of the view that the list opens with. */
    byDefault,
    makeDefault: (search: string | null) => remember(defaultKey(list), search),
    save,
    remove,
  };
}
