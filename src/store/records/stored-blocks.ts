import type { BlockDocument } from "../../schema/block-documents.ts";
import type { BlockSchema, blockSchemas } from "../../schema/block-schemas.ts";
import type { BlockType } from "../../schema/block-types.ts";
import type { Parsed } from "../../schema/route.ts";

// The verbs of blocks and of other stored client data.

/** A schema and the checksum that was computed of its fields. */
export type NewSchema = Omit<Parsed<typeof blockSchemas.create>, "block_type_id"> & { checksum: string };

/** A document as it is kept: masked, with its secrets beside it and the documents it refers to. */
export interface StoredBlock {
  document: Omit<BlockDocument, "block_document_references" | "name" | "block_schema" | "block_type"> & {
    name: string;
    block_schema: BlockSchema;
    block_type: BlockType;
  };
  /** Encrypted by who writes; null where there are none. */
  secrets: string | null;
  references: Record<string, StoredBlock>;
}

/** A document with this data, and with the documents that it refers to in their places. */
export function withHeld(
  { document }: StoredBlock,
  own: BlockDocument["data"],
  held: Readonly<Record<string, BlockDocument>>,
): BlockDocument {
  const data = { ...own };
  const references: BlockDocument["block_document_references"] = {};
  for (const [key, child] of Object.entries(held)) {
    data[key] = child.data;
    const { id, name, block_type, is_anonymous, block_document_references } = child;
    references[key] = { block_document: { id, name, block_type, is_anonymous, block_document_references } };
  }
  return { ...document, data, block_document_references: references };
}

/** The document as it is read without its secrets. */
export function masked(block: StoredBlock): BlockDocument {
  const held = Object.entries(block.references).map(([key, child]) => [key, masked(child)]);
  return withHeld(block, block.document.data, Object.fromEntries(held));
}

/** What is kept of a document: data with masks, its secrets, and ids of documents under the keys of their places. */
export interface BlockContent {
  block_schema_id: string;
  data: BlockDocument["data"];
  secrets: string | null;
  references: Record<string, string>;
}
