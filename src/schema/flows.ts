import { z } from "zod";
import { relatedFilters } from "./filters.ts";
import { routes } from "./route.ts";
import {
  BulkLimit,
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
  Uuid,
  withDefault,
} from "./scalars.ts";

export const Flow = z.object({ ...rowShape, name: z.string(), tags: z.array(z.string()), labels: Labels });
export type Flow = z.infer<typeof Flow>;

export const namedSorts = ["NAME_ASC", "NAME_DESC", "CREATED_DESC", "UPDATED_DESC"] as const;
/** The last two are ours: by the newest run that has started, and by the next scheduled run. */
export const flowSorts = [...namedSorts, "LAST_RUN_DESC", "NEXT_RUN_ASC"] as const;
const FlowSort = withDefault(z.enum(flowSorts), () => "NAME_ASC" as const);

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
  update: {
    method: "PATCH",
    path: "/flows/:id",
    input: z.strictObject({ id: Uuid, tags: z.array(z.string()).nullish() }),
    output: Nothing,
    status: 204,
  },
  /** With their runs and deployments. */
  bulkDelete: {
    method: "POST",
    path: "/flows/bulk_delete",
    input: z.object({ flows: relatedFilters.flows, limit: BulkLimit }),
    output: z.object({ deleted: z.array(z.string()) }),
  },
  delete: { method: "DELETE", path: "/flows/:id", input: byId, output: Nothing, status: 204 },
});
