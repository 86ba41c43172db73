import { z } from "zod";
import { routes } from "./route.ts";
import { byId, Nothing, Uuid } from "./scalars.ts";

// Columns and grouping of shared views: what a saved search has no place for. Praetor only.

const mostColumns = 50;
const shape = {
  /** Keys of the columns in their order; none stands for the usual ones. */
  columns: z.array(z.string().min(1).max(200)).max(mostColumns),
  /** `state`, `flow`, `deployment`, `version` or `tag.<key>`. */
  group: z.string().min(1).max(250).nullable(),
};
/** The id is that of the saved search. */
export const ViewLayout = z.object({ id: Uuid, ...shape });
export type ViewLayout = z.infer<typeof ViewLayout>;

export const viewLayouts = routes("view-layouts", {
  /** Those of the first 200 saved searches by name. */
  list: { method: "GET", path: "/praetor/view_layouts", input: z.object({}), output: z.array(ViewLayout) },
  put: {
    method: "PUT",
    path: "/praetor/view_layouts/:id",
    input: z.strictObject({ id: byId.shape.id, ...shape }),
    output: Nothing,
    status: 204,
  },
});
