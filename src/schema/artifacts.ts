import { z } from "zod";
import { column, filterOf } from "./filter.ts";
import { relatedFilters } from "./filters.ts";
import { routes } from "./route.ts";
import { AnyJson, byId, Limit, Nothing, Offset, optional, rowShape, Uuid, withDefault } from "./scalars.ts";

const content = {
  type: z.string().nullable(),
  description: z.string().nullable(),
  data: AnyJson,
  metadata_: z.record(z.string(), z.string()).nullable(),
  flow_run_id: z.string().nullable(),
  task_run_id: z.string().nullable(),
};
export const Artifact = z.object({ ...rowShape, key: z.string().nullable(), ...content });
export type Artifact = z.infer<typeof Artifact>;
/** The latest artifact of a key; its `id` is the collection's own. */
export const ArtifactCollection = z.object({
  ...rowShape,
  key: z.string(),
  latest_id: z.string(),
  ...content,
});
export type ArtifactCollection = z.infer<typeof ArtifactCollection>;

const key = z.string().regex(/^[a-z0-9-]+$/, "expected lower-case letters, digits and dashes");
/** Metadata is text of at most 500 characters; longer text is truncated. */
const Metadata = z
  .record(z.string(), z.string())
  .transform((input) =>
    Object.fromEntries(
      Object.entries(input).map(([name, text]) => [
        name,
        text.length > 500 ? `${text.slice(0, 500)}...` : text,
      ]),
    ),
  );

const columns = {
  key: column("text", ["any_", "like_", "exists_"]),
  flow_run_id: column("uuid", ["any_"]),
  task_run_id: column("uuid", ["any_"]),
  type: column("text", ["any_", "not_any_"]),
};
export const ArtifactFilter = filterOf({ id: column("uuid", ["any_"]), ...columns });
export const ArtifactCollectionFilter = filterOf({ latest_id: column("uuid", ["any_"]), ...columns });

const related = {
  flow_runs: relatedFilters.flow_runs,
  task_runs: relatedFilters.task_runs,
  flows: relatedFilters.flows,
  deployments: relatedFilters.deployments,
};
const ArtifactSort = withDefault(
  z.enum(["ID_DESC", "KEY_ASC", "KEY_DESC", "CREATED_DESC", "UPDATED_DESC"]),
  () => "ID_DESC" as const,
);
const one = { artifacts: ArtifactFilter.nullish(), ...related };
const latest = { artifacts: ArtifactCollectionFilter.nullish(), ...related };

export const artifacts = routes("artifacts", {
  create: {
    method: "POST",
    path: "/artifacts/",
    input: z.strictObject({
      key: optional(key),
      type: optional(z.string()),
      description: optional(z.string()),
      data: AnyJson.optional(),
      metadata_: optional(Metadata),
      flow_run_id: optional(Uuid),
      task_run_id: optional(Uuid),
    }),
    output: Artifact,
    status: 201,
  },
  read: { method: "GET", path: "/artifacts/:id", input: byId, output: Artifact },
  readLatest: {
    method: "GET",
    path: "/artifacts/:key/latest",
    input: z.object({ key: z.string() }),
    output: Artifact,
  },
  filter: {
    method: "POST",
    path: "/artifacts/filter",
    input: z.object({ ...one, sort: ArtifactSort, limit: Limit, offset: Offset }),
    output: z.array(Artifact),
  },
  count: { method: "POST", path: "/artifacts/count", input: z.object(one), output: z.int() },
  filterLatest: {
    method: "POST",
    path: "/artifacts/latest/filter",
    input: z.object({ ...latest, sort: ArtifactSort, limit: Limit, offset: Offset }),
    output: z.array(ArtifactCollection),
  },
  countLatest: { method: "POST", path: "/artifacts/latest/count", input: z.object(latest), output: z.int() },
  update: {
    method: "PATCH",
    path: "/artifacts/:id",
    input: z.strictObject({
      id: Uuid,
      data: AnyJson.optional(),
      description: z.string().nullish(),
      metadata_: Metadata.nullish(),
    }),
    output: Nothing,
    status: 204,
  },
  delete: { method: "DELETE", path: "/artifacts/:id", input: byId, output: Nothing, status: 204 },
});
