import { z } from "zod";
import { column, filterOf } from "./filter.ts";
import { routes } from "./route.ts";
import { byId, Limit, Name, Nothing, Offset, optional, rowShape } from "./scalars.ts";

/** What a block can be: a kind of settings that is kept under a name, such as `secret`. */
export const BlockType = z.object({
  ...rowShape,
  name: z.string(),
  slug: z.string(),
  logo_url: z.string().nullable(),
  documentation_url: z.string().nullable(),
  description: z.string().nullable(),
  code_example: z.string().nullable(),
  is_protected: z.boolean(),
});
export type BlockType = z.infer<typeof BlockType>;

export const Slug = z.string().regex(/^[a-z0-9-]+$/, "expected lower-case letters, digits and dashes");

// Every Prefect client updates these when they differ from its own.
const fields = {
  logo_url: optional(z.string()),
  documentation_url: optional(z.string()),
  description: optional(z.string()),
  code_example: optional(z.string()),
};
const changed = {
  logo_url: z.string().nullish(),
  documentation_url: z.string().nullish(),
  description: z.string().nullish(),
  code_example: z.string().nullish(),
};

export const BlockTypeFilter = filterOf(
  { name: column("text", ["like_"]), slug: column("text", ["any_"]) },
  { combines: false },
);
export const BlockSchemaFilter = filterOf({
  block_type_id: column("uuid", ["any_"]),
  block_capabilities: column("tags", ["all_"]),
  id: column("uuid", ["any_"]),
  version: column("text", ["any_"]),
});

export const blockTypes = routes("block-types", {
  create: {
    method: "POST",
    path: "/block_types/",
    input: z.strictObject({ name: Name, slug: Slug, ...fields }),
    output: BlockType,
    status: 201,
  },
  read: { method: "GET", path: "/block_types/:id", input: byId, output: BlockType },
  readBySlug: {
    method: "GET",
    path: "/block_types/slug/:slug",
    input: z.object({ slug: z.string() }),
    output: BlockType,
  },
  filter: {
    method: "POST",
    path: "/block_types/filter",
    input: z.object({
      block_types: BlockTypeFilter.nullish(),
      block_schemas: BlockSchemaFilter.nullish(),
      limit: Limit,
      offset: Offset,
    }),
    output: z.array(BlockType),
  },
  update: {
    method: "PATCH",
    path: "/block_types/:id",
    input: z.strictObject({ ...byId.shape, ...changed }),
    output: Nothing,
    status: 204,
  },
  delete: { method: "DELETE", path: "/block_types/:id", input: byId, output: Nothing, status: 204 },
  /** Restores the types that the server itself needs. */
  install: {
    method: "POST",
    path: "/block_types/install_system_block_types",
    input: z.object({}),
    output: z.null(),
  },
});
