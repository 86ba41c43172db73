import { z } from "zod";
import { BlockSchema } from "./block-schemas.ts";
import { BlockSchemaFilter, BlockType, BlockTypeFilter, Slug } from "./block-types.ts";
import { column, filterOf } from "./filter.ts";
import { routes } from "./route.ts";
import { byId, Json, Limit, Nothing, Offset, optional, rowShape, Uuid, withDefault } from "./scalars.ts";

/** A block: settings of some type, kept under a name. */
export const BlockDocument = z.object({
  ...rowShape,
  name: z.string().nullable(),
  /** With the data of the documents that it refers to; secrets are masked unless requested. */
  data: Json,
  block_schema_id: z.string(),
  block_schema: BlockSchema.nullable(),
  block_type_id: z.string(),
  block_type_name: z.string().nullable(),
  block_type: BlockType.nullable(),
  block_document_references: z.record(z.string(), Json),
  is_anonymous: z.boolean(),
});
export type BlockDocument = z.infer<typeof BlockDocument>;

/** Mask of a secret; when sent back, the secret is kept. */
export const mask = "********";

const sorts = ["NAME_ASC", "NAME_DESC", "BLOCK_TYPE_AND_NAME_ASC"] as const;
export type BlockDocumentSort = (typeof sorts)[number];

export const BlockDocumentFilter = filterOf({
  id: column("uuid", ["any_"]),
  // By default anonymous documents are excluded; null includes both.
  is_anonymous: column("text", ["eq_"]),
  block_type_id: column("uuid", ["any_"]),
  name: column("text", ["any_", "like_"]),
});
const filters = {
  block_documents: BlockDocumentFilter.nullish(),
  block_types: BlockTypeFilter.nullish(),
  block_schemas: BlockSchemaFilter.nullish(),
};
const include_secrets = withDefault(z.union([z.boolean(), z.stringbool()]), () => false);

export const blockDocuments = routes("block-documents", {
  create: {
    method: "POST",
    path: "/block_documents/",
    input: z
      .strictObject({
        name: optional(Slug),
        data: withDefault(Json, () => ({})),
        block_schema_id: Uuid,
        block_type_id: Uuid,
        is_anonymous: withDefault(z.boolean(), () => false),
      })
      .refine(({ name, is_anonymous }) => is_anonymous || name !== null, {
        path: ["name"],
        message: "expected a name: only anonymous blocks may do without",
      }),
    output: BlockDocument,
    status: 201,
  },
  read: {
    method: "GET",
    path: "/block_documents/:id",
    input: z.object({ id: Uuid, include_secrets }),
    output: BlockDocument,
  },
  filter: {
    method: "POST",
    path: "/block_documents/filter",
    input: z.object({
      ...filters,
      include_secrets: withDefault(z.boolean(), () => false),
      sort: withDefault(z.enum(sorts), () => "NAME_ASC" as const),
      limit: Limit,
      offset: Offset,
    }),
    output: z.array(BlockDocument),
  },
  count: { method: "POST", path: "/block_documents/count", input: z.object(filters), output: z.int() },
  update: {
    method: "PATCH",
    path: "/block_documents/:id",
    input: z.strictObject({
      id: Uuid,
      data: Json.nullish(),
      /** Keeps the keys that `data` does not have. */
      merge_existing_data: withDefault(z.boolean(), () => true),
      block_schema_id: Uuid.nullish(),
    }),
    output: Nothing,
    status: 204,
  },
  delete: { method: "DELETE", path: "/block_documents/:id", input: byId, output: Nothing, status: 204 },
  listOfType: {
    method: "GET",
    path: "/block_types/slug/:slug/block_documents",
    input: z.object({ slug: z.string(), include_secrets }),
    output: z.array(BlockDocument),
  },
  readByName: {
    method: "GET",
    path: "/block_types/slug/:slug/block_documents/name/:name",
    input: z.object({ slug: z.string(), name: z.string(), include_secrets }),
    output: BlockDocument,
  },
});
