import type { BlockDocument } from "../../schema/block-documents.ts";
import { type QueryFields, queryLanguage } from "../lists/query-fields.ts";

export type Key = "name" | "type" | "can";

export const fields: QueryFields<BlockDocument, Key> = {
  fields: {
    name: {
      ...{ on: "block_documents.name", of: ({ name }) => name ?? "" },
      ...{ hint: "part of the name, or all of it in quotes", example: "orders" },
    },
    type: {
      ...{ on: "block_types.slug", of: ({ block_type }) => block_type?.slug ?? "" },
      ...{ hint: "type of the block, or one of several", example: "secret" },
    },
    can: {
      ...{
        on: "block_schemas.block_capabilities",
        of: ({ block_schema }) => block_schema?.capabilities ?? [],
      },
      ...{ hint: "capability of the block", example: "notify" },
    },
  },
  controls: [
    { kind: "values", key: "type", label: "Type" },
    { kind: "values", key: "can", label: "Capability" },
  ],
  text: { on: "block_documents.name", of: ({ name }) => name ?? "", hint: "in the block's name" },
  starters: [
    { text: "type:secret", hint: "secrets" },
    { text: "can:notify", hint: "blocks that send notifications" },
  ],
};

export const language = queryLanguage(fields);

/** The query that shows secrets alone. */
export const secretsQuery = "type:secret";
