import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { savedSearches } from "../../../schema/saved-searches.ts";
import { viewLayouts } from "../../../schema/view-layouts.ts";
import { query, useApi } from "../../api.ts";
import { remember, remembered, useRemembered } from "./browser-memory.ts";
import {
  conditionsOf,
  privateViews,
  type SavedView,
  viewOf,
  withLayout,
  withoutLayout,
} from "./saved-view.ts";

export const defaultKey = (list: string): string => `praetor.view:${list}`;
const privateKey = (list: string) => `praetor.views:${list}`;

/** The saved views of a list, shared ones and those of this browser, and what can be done with them. */
export function useSavedViews(list: string, isWanted: boolean) {
  const { client, info } = useApi();
  const queries = useQueryClient();
  const shared = useQuery({ ...query(savedSearches.filter, { limit: 200 }), enabled: isWanted });
  const layouts = useQuery({ ...query(viewLayouts.list, {}), enabled: isWanted && info !== null });
  const own = useRemembered(privateKey(list));
  const byDefault = useRemembered(defaultKey(list));
  const views = useMemo((): SavedView[] => {
    const byId = new Map(layouts.data?.map((layout) => [layout.id, layout]));
    const whole = (view: SavedView): SavedView => {
      const layout = byId.get(view.id ?? "");
      return layout ? { ...view, search: withLayout(view.search, layout) } : view;
    };
    const all = [
      ...(shared.data ?? []).flatMap((one) => viewOf(list, one) ?? []).map(whole),
      ...privateViews(own),
    ];
    return all.toSorted((a, b) => a.name.localeCompare(b.name));
  }, [shared.data, layouts.data, own, list]);
  const again = () =>
    Promise.all(
      [savedSearches.filter.noun, viewLayouts.list.noun].map((noun) =>
        queries.invalidateQueries({ queryKey: [noun] }),
      ),
    );
  const keep = (change: (views: SavedView[]) => SavedView[]) => {
    const kept = change(privateViews(remembered(privateKey(list))));
    remember(privateKey(list), JSON.stringify(kept.map(({ name, search }) => ({ name, search }))));
  };

  /** Under a name that a view of the same kind has, that one is replaced. */
  const save = async ({ name, search, isShared }: SavedView): Promise<void> => {
    if (isShared) {
      const other = (shared.data ?? []).find((one) => one.name === name);
      if (other && !viewOf(list, other)) throw new Error(`Another list has a shared view “${name}”`);
      // A Prefect server has no other place for columns and grouping than the search.
      const { search: kept, layout } = info ? withoutLayout(search) : { search, layout: undefined };
      const { id } = await client.call(savedSearches.put, { name, filters: conditionsOf(list, kept) });
      if (layout) await client.call(viewLayouts.put, { id, ...layout });
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
    isPending: isWanted && (shared.isPending || layouts.isLoading),
    /** The query of the view that the list opens with. */
    byDefault,
    makeDefault: (search: string | null) => remember(defaultKey(list), search),
    save,
    remove,
  };
}
