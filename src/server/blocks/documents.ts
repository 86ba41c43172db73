import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import type { BlockSchema } from "../../schema/block-schemas.ts";
import { parseExact } from "../../schema/exact-json.ts";
import { newId } from "../../schema/ids.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { type Json, Uuid } from "../../schema/scalars.ts";
import { type BlockContent, masked, type StoredBlock, withHeld } from "../../store/records/stored-blocks.ts";
import type { Nouns, Store, Tx } from "../../store/store.ts";
import { merged, type Secret, secretPaths, split, unmasked } from "./secrets.ts";
import type { Vault } from "./vault.ts";

/** Block documents as clients see them, over the store that keeps their secrets encrypted. */
export class Documents {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #now: () => number;

  constructor(store: Store, vault: Vault, now: () => number) {
    this.#store = store;
    this.#vault = vault;
    this.#now = now;
  }

  async read(id: string, withSecrets: boolean): Promise<BlockDocument | undefined> {
    const stored = await this.#store.blockDocuments.read(id);
    return stored && this.#shown(stored, withSecrets);
  }

  async readByName(slug: string, name: string, withSecrets: boolean): Promise<BlockDocument | undefined> {
    const stored = await this.#store.blockDocuments.readByName(slug, name);
    return stored && this.#shown(stored, withSecrets);
  }

  async filter({
    include_secrets,
    ...input
  }: Parsed<typeof blockDocuments.filter>): Promise<BlockDocument[]> {
    const stored = await this.#store.blockDocuments.filter(input);
    return Promise.all(stored.map((block) => this.#shown(block, include_secrets)));
  }

  create(input: Parsed<typeof blockDocuments.create>): Promise<BlockDocument> {
    return this.#store.transaction(async (tx) => {
      const { block_type_id, block_schema_id, is_anonymous } = input;
      const schema = await schemaFor(tx, block_schema_id, block_type_id);
      const id = newId(this.#now());
      const [data, references] = separated(input.data);
      const content = await this.#content(tx, id, { schema, data, references });
      const name = input.name ?? `anonymous-${id}`;
      const stored = await tx.blockDocuments.create({ ...content, id, name, block_type_id, is_anonymous });
      return this.#shown(stored, false);
    });
  }

  update(input: Parsed<typeof blockDocuments.update>): Promise<boolean> {
    const { id, data, block_schema_id, merge_existing_data: isMerged } = input;
    return this.#store.transaction(async (tx) => {
      const stored = await tx.blockDocuments.read(id);
      if (!stored) return false;
      const { document } = stored;
      const schema = block_schema_id
        ? await schemaFor(tx, block_schema_id, document.block_type_id)
        : document.block_schema;
      const current = await this.#opened(stored, tx);
      const next = data ? await this.#next(tx, { stored, current, data, schema, isMerged }) : current;
      const [own, references] = separated(next);
      return tx.blockDocuments.update(id, await this.#content(tx, id, { schema, data: own, references }));
    });
  }

  /** All data of a document after a change, with references as references. */
  async #next(tx: Tx, { stored, current, data, schema, isMerged }: Change): Promise<Json> {
    const paths = [...secretPaths(stored.document.block_schema), ...secretPaths(schema)];
    const next = unmasked(data, paths, current);
    for (const [name, child] of Object.entries(stored.references)) {
      // A reference sent back as shown is kept.
      const shown = [await this.#shown(child, false, tx), await this.#shown(child, true, tx)];
      if (shown.some((one) => isDeepStrictEqual(one.data, data[name]))) next[name] = referenceTo(child);
    }
    return isMerged ? { ...current, ...next } : next;
  }

  /** The stored form: masked data and encrypted secrets. */
  async #content(tx: Tx, id: string, { schema, data, references }: Unsealed): Promise<BlockContent> {
    const { data: masked, secrets } = split(data, secretPaths(schema));
    const sealed = secrets.length > 0 ? await this.#vault.seal(tx, id, JSON.stringify(secrets)) : null;
    return { block_schema_id: schema.id, data: masked, secrets: sealed, references };
  }

  /** All own data with secrets, and references as references. */
  async #opened(stored: StoredBlock, tx: Tx): Promise<Json> {
    const references = Object.entries(stored.references).map(([name, child]) => [name, referenceTo(child)]);
    return { ...(await this.#withSecrets(stored, tx)), ...Object.fromEntries(references) };
  }

  async #withSecrets({ document, secrets }: StoredBlock, nouns: Nouns): Promise<Json> {
    if (secrets === null) return document.data;
    const opened: Secret[] = parseExact(await this.#vault.unseal(nouns, document.id, secrets));
    return merged(document.data, opened);
  }

  async #shown(
    stored: StoredBlock,
    withSecrets: boolean,
    nouns: Nouns = this.#store,
  ): Promise<BlockDocument> {
    if (!withSecrets) return masked(stored);
    const held: Record<string, BlockDocument> = {};
    for (const [key, child] of Object.entries(stored.references))
      held[key] = await this.#shown(child, true, nouns);
    return withHeld(stored, await this.#withSecrets(stored, nouns), held);
  }
}

interface Change {
  stored: StoredBlock;
  current: Json;
  data: Json;
  schema: BlockSchema;
  isMerged: boolean;
}
interface Unsealed {
  schema: BlockSchema;
  data: Json;
  references: BlockContent["references"];
}

const referenceTo = ({ document }: StoredBlock) => ({ $ref: { block_document_id: document.id } });

async function schemaFor(tx: Tx, schemaId: string, typeId: string): Promise<BlockSchema> {
  if (!(await tx.blockTypes.read(typeId))) throw problem("not-found", "Block type not found");
  const schema = await tx.blockSchemas.read(schemaId);
  if (!schema) throw problem("not-found", "Block schema not found");
  if (schema.block_type_id === typeId) return schema;
  throw problem("bad-request", "Expected a schema of the block's own type, got one of another type.");
}

/** Splits data into values and references to other documents. References occur at top-level keys only. */
function separated(data: Json): [data: Json, references: Record<string, string>] {
  const isReference = ([, value]: [string, unknown]) =>
    typeof value === "object" && value !== null && "$ref" in value;
  const entries = Object.entries(data);
  const references = entries.filter(isReference).map(([key, value]) => [key, target(key, value)]);
  return [Object.fromEntries(entries.filter((entry) => !isReference(entry))), Object.fromEntries(references)];
}

const Reference = z.object({ $ref: z.object({ block_document_id: Uuid }) });

function target(key: string, value: unknown): string {
  const reference = Reference.safeParse(value);
  if (reference.success) return reference.data.$ref.block_document_id;
  throw problem("bad-request", `Expected {"$ref": {"block_document_id": a UUID}} in '${key}'.`);
}
