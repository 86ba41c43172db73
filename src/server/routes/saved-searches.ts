import { savedSearches } from "../../schema/saved-searches.ts";
import { viewLayouts } from "../../schema/view-layouts.ts";
import type { Store } from "../../store/store.ts";
import { type Api, created, done, serve } from "../serve.ts";

export function serveSavedSearches(api: Api, { savedSearches: rows, viewLayouts: layouts }: Store): void {
  serve(api, savedSearches.put, async (input) => created(await rows.put(input)));
  serve(api, viewLayouts.list, () => layouts.list());
  serve(api, viewLayouts.put, async (input) => done(await layouts.put(input), "Saved search not found"));
}
