import { z } from "zod";
import { relatedFilters } from "./filters.ts";
import { routes } from "./route.ts";
import {
  byId,
  Labels,
  Limit,
  Name,
  Nothing,
  Offset,
  optional,
  Page,
  pageOf,
  rowShape,
  Tags,
  withDefault,
} from "./scalars.ts";

export const Flow = z.object({ ...rowShape, name: z.string(), tags: z.array(z.string()), labels: Labels });
export type Flow = z.infer<typeof Flow>;

export const namedSorts = ["NAME_ASC", "NAME_DESC", "CREATED_DESC", "UPDATED_DESC"] as const;
export const FlowSort = withDefault(z.enum(namedSorts), () => "NAME_ASC" as const);

export const flows = routes("flows", {
  create: {
    method: "POST",
    path: "/flows/",
    input: z.strictObject({ name: Name, tags: Tags, labels: optional(Labels) }),
    output: Flow,
    status: 201,
  },
  read: { method: "GET", path: "/flows/:id", input: byId, output: Flow },
  readByName: {
    method: "GET",
    path: "/flows/name/:name",
    input: z.object({ name: z.string() }),
    output: Flow,
  },
  filter: {
    method: "POST",
    path: "/flows/filter",
    input: z.object({ ...relatedFilters, sort: FlowSort, limit: Limit, offset: Offset }),
    output: z.array(Flow),
  },
  count: { method: "POST", path: "/flows/count", input: z.object(relatedFilters), output: z.int() },
  paginate: {
    method: "POST",
    path: "/flows/paginate",
    input: z.object({ ...relatedFilters, sort: FlowSort, limit: Limit, page: Page }),
    output: pageOf(Flow),
  },
  delete: { method: "DELETE", path: "/flows/:id", input: byId, output: Nothing, status: 204 },
});
