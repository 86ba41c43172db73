import { savedSearches } from "../../schema/saved-searches.ts";
import type { Store } from "../../store/store.ts";
import { type Api, created, done, found, serve } from "../serve.ts";

const unknown = "Saved search not found";

export function serveSavedSearches(api: Api, { savedSearches: rows }: Store): void {
  serve(api, savedSearches.put, async (input) => created(await rows.put(input)));
  serve(api, savedSearches.filter, (input) => rows.filter(input));
  serve(api, savedSearches.read, async ({ id }) => found(await rows.read(id), unknown));
  serve(api, savedSearches.delete, async ({ id }) => done(await rows.delete(id), unknown));
}
