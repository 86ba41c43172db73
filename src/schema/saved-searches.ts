import { z } from "zod";
import { routes } from "./route.ts";
import { AnyJson, byId, Limit, Nothing, Offset, rowShape, withDefault } from "./scalars.ts";

const Condition = z.object({
  object: z.string(),
  property: z.string(),
  type: z.string(),
  operation: z.string(),
  value: AnyJson,
});
/** Named conditions of a dashboard, which alone interprets them. */
export const SavedSearch = z.object({ ...rowShape, name: z.string(), filters: z.array(Condition) });
export type SavedSearch = z.infer<typeof SavedSearch>;

export const savedSearches = routes("saved-searches", {
  /** By name: replaces the conditions of an existing search. */
  put: {
    method: "PUT",
    path: "/saved_searches/",
    input: z.strictObject({ name: z.string(), filters: withDefault(z.array(Condition), () => []) }),
    output: SavedSearch,
  },
  read: { method: "GET", path: "/saved_searches/:id", input: byId, output: SavedSearch },
  filter: {
    method: "POST",
    path: "/saved_searches/filter",
    input: z.object({ limit: Limit, offset: Offset }),
    output: z.array(SavedSearch),
  },
  delete: { method: "DELETE", path: "/saved_searches/:id", input: byId, output: Nothing, status: 204 },
});
