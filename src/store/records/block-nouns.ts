import type { BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import type { BlockSchema, blockSchemas } from "../../schema/block-schemas.ts";
import type { BlockType, blockTypes } from "../../schema/block-types.ts";
import type { Parsed } from "../../schema/route.ts";
import type { SavedSearch, savedSearches } from "../../schema/saved-searches.ts";
import type { Created } from "../nouns.ts";

// The verbs of blocks, and of what else the server keeps for its clients.

type NewType = Parsed<typeof blockTypes.create>;
/** A schema and the checksum that was computed of its fields. */
type NewSchema = Omit<Parsed<typeof blockSchemas.create>, "block_type_id"> & { checksum: string };

export interface BlockTypes {
  /** Throws the problem `conflict` when the slug is taken. */
  create(input: NewType): Promise<BlockType>;
  /** Puts a type and a schema of it where they are missing, and changes nothing that is there but the protection. */
  seed(input: { type: NewType; isProtected: boolean; schema: NewSchema }): Promise<void>;
  read(id: string): Promise<BlockType | undefined>;
  readBySlug(slug: string): Promise<BlockType | undefined>;
  filter(input: Parsed<typeof blockTypes.filter>): Promise<BlockType[]>;
  update(input: Parsed<typeof blockTypes.update>): Promise<boolean>;
  /** With its schemas and documents. */
  delete(id: string): Promise<boolean>;
}

export interface BlockSchemas {
  /**
   * By checksum and version: a schema that is there comes back. Throws the problem `not-found` when its type is
   * unknown, `conflict` when one that it refers to is.
   */
  create(input: NewSchema & { block_type_id: string }): Promise<Created<BlockSchema>>;
  read(id: string): Promise<BlockSchema | undefined>;
  /** Of any version: the newest. */
  readByChecksum(checksum: string, version?: string | null): Promise<BlockSchema | undefined>;
  filter(input: Parsed<typeof blockSchemas.filter>): Promise<BlockSchema[]>;
  /** With its documents. */
  delete(id: string): Promise<boolean>;
  capabilities(): Promise<string[]>;
}

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

/** What is kept of a document: data with masks, its secrets, and ids of documents under the keys of their places. */
export interface BlockContent {
  block_schema_id: string;
  data: BlockDocument["data"];
  secrets: string | null;
  references: Record<string, string>;
}

type Filters = Omit<Parsed<typeof blockDocuments.filter>, "include_secrets">;

export interface BlockDocuments {
  /** Throws the problems `conflict` when the name is taken, `bad-request` when a reference leads nowhere or in a circle. */
  create(
    input: BlockContent & { id: string; name: string; block_type_id: string; is_anonymous: boolean },
  ): Promise<StoredBlock>;
  read(id: string): Promise<StoredBlock | undefined>;
  readByName(slug: string, name: string): Promise<StoredBlock | undefined>;
  filter(input: Filters): Promise<StoredBlock[]>;
  count(input: Pick<Filters, "block_documents" | "block_types" | "block_schemas">): Promise<number>;
  /** Replaces all of the content. */
  update(id: string, content: BlockContent): Promise<boolean>;
  /** Whoever refers to it does so no longer. */
  delete(id: string): Promise<boolean>;
  /** The secrets of all documents that have some. */
  listSecrets(): Promise<{ id: string; secrets: string }[]>;
  /** Leaves everything else as it is, and tells nobody. */
  replaceSecrets(id: string, secrets: string): Promise<void>;
}

/** What the server keeps of its own set-up. */
export interface Configuration {
  read(key: string): Promise<unknown>;
  /** The same in a transaction, where nobody else changes it until that ends. */
  hold(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
  /** Writes what is not there yet; answers what is there then. */
  writeOnce(key: string, value: unknown): Promise<unknown>;
  delete(key: string): Promise<void>;
}

export interface SavedSearches {
  /** By name: conditions of a search that is there are replaced. */
  put(input: Parsed<typeof savedSearches.put>): Promise<Created<SavedSearch>>;
  read(id: string): Promise<SavedSearch | undefined>;
  filter(input: Parsed<typeof savedSearches.filter>): Promise<SavedSearch[]>;
  delete(id: string): Promise<boolean>;
}
