import { z } from "zod";
import { BlockSchemaFilter, BlockType } from "./block-types.ts";
import { routes } from "./route.ts";
import { byId, Json, Limit, Nothing, Offset, rowShape, Uuid, withDefault } from "./scalars.ts";

/** The fields of a block type as one version of it has them. */
export const BlockSchema = z.object({
  ...rowShape,
  /** Checksum of the relevant part of `fields`; clients compute the same. */
  checksum: z.string(),
  fields: Json,
  block_type_id: z.string(),
  block_type: BlockType.nullable(),
  capabilities: z.array(z.string()),
  version: z.string(),
});
export type BlockSchema = z.infer<typeof BlockSchema>;

export const blockSchemas = routes("block-schemas", {
  create: {
    method: "POST",
    path: "/block_schemas/",
    input: z.strictObject({
      fields: withDefault(Json, () => ({})),
      block_type_id: Uuid,
      capabilities: withDefault(z.array(z.string()), () => []),
      version: withDefault(z.string(), () => "non-versioned"),
    }),
    output: BlockSchema,
    status: 201,
  },
  read: { method: "GET", path: "/block_schemas/:id", input: byId, output: BlockSchema },
  readByChecksum: {
    method: "GET",
    path: "/block_schemas/checksum/:checksum",
    input: z.object({ checksum: z.string(), version: z.string().nullish() }),
    output: BlockSchema,
  },
  filter: {
    method: "POST",
    path: "/block_schemas/filter",
    input: z.object({ block_schemas: BlockSchemaFilter.nullish(), limit: Limit, offset: Offset }),
    output: z.array(BlockSchema),
  },
  delete: { method: "DELETE", path: "/block_schemas/:id", input: byId, output: Nothing, status: 204 },
  capabilities: {
    method: "GET",
    path: "/block_capabilities/",
    input: z.object({}),
    output: z.array(z.string()),
  },
});
