import { savedSearches } from "../../schema/saved-searches.ts";
import type { Store } from "../../store/store.ts";
import { type Api, created, serve } from "../serve.ts";

export function serveSavedSearches(api: Api, { savedSearches: rows }: Store): void {
  serve(api, savedSearches.put, async (input) => created(await rows.put(input)));
}
