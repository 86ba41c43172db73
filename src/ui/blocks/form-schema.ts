import { type BlockDocument, mask } from "../../schema/block-documents.ts";
import type { BlockSchema } from "../../schema/block-schemas.ts";
import type { Json } from "../../schema/scalars.ts";
import { isRecord } from "../schema-form/shapes.ts";

/** The keys of a schema that name a control of this feature, and the types that a block may have there. */
const controlKey = "x-control";
export const typesKey = "x-block-types";

/** The schema of a block as a form shows it: secrets, and the blocks that it holds, have controls of their own. */
export function formSchemaOf({ fields }: Pick<BlockSchema, "fields">): Json {
  const marked = withSecrets(fields);
  const root: Json = isRecord(marked) ? marked : {};
  const properties = Object.entries(isRecord(root.properties) ? root.properties : {}).map(([key, schema]) => {
    const types = typesAt(fields, key);
    const isMap = secretKeys(fields).includes(`${key}.*`);
    // Of a list of blocks the values stand in the list itself.
    if (types.length > 0 && !(isRecord(schema) && schema.type === "array"))
      return [key, asReference(schema, types)];
    return [key, isMap ? asSecretMap(schema) : isAnySecret(schema) ? asSecret(schema) : schema];
  });
  return { ...root, properties: Object.fromEntries(properties) };
}

const secretKeys = (fields: Json): readonly unknown[] =>
  Array.isArray(fields.secret_fields) ? fields.secret_fields : [];

const secretText = { type: "string", format: "password", [controlKey]: "secret" };

/** Every text of the schema that is a password. */
function withSecrets(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withSecrets);
  if (!isRecord(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, withSecrets(part)]));
  return schema.type === "string" && schema.format === "password" ? { ...inner, ...secretText } : inner;
}

/** Text or anything else, but secret as a whole: the value of a `secret` block. It is typed as text. */
const isAnySecret = (schema: unknown): boolean =>
  isRecord(schema) && schema.type === undefined && schema.format === "password";

function asSecret(schema: unknown): Json {
  const { title, description } = isRecord(schema) ? schema : {};
  return { title, description, ...secretText };
}

const asSecretMap = (schema: unknown): Json => ({
  ...(isRecord(schema) ? schema : {}),
  additionalProperties: secretText,
});

function asReference(schema: unknown, types: readonly string[]): Json {
  const { title, description } = isRecord(schema) ? schema : {};
  return { title, description, [controlKey]: "block", [typesKey]: types };
}

/** Slugs of the types that a block may have in this field; none for a field without blocks. */
export function typesAt({ block_schema_references: references }: Json, key: string): string[] {
  const entry = isRecord(references) ? references[key] : undefined;
  const entries: readonly unknown[] = entry === undefined ? [] : [entry].flat();
  return entries.flatMap((one) =>
    isRecord(one) && typeof one.block_type_slug === "string" ? [one.block_type_slug] : [],
  );
}

/** A reference to another document, as it is sent. */
export const referenceTo = (id: string): Json => ({ $ref: { block_document_id: id } });

export function referredId(value: unknown): string | undefined {
  const reference = isRecord(value) ? value.$ref : undefined;
  const id = isRecord(reference) ? reference.block_document_id : undefined;
  return typeof id === "string" ? id : undefined;
}

/** A block that a field of another one holds. */
export interface Held {
  id: string;
  name: string;
  slug: string;
}

/** The document in a field, where it is one of its own. */
export function heldAt(
  { block_document_references: references }: BlockDocument,
  key: string,
): Held | undefined {
  const document = references[key]?.block_document;
  if (!isRecord(document) || typeof document.id !== "string") return undefined;
  const { id, name, block_type } = document;
  const slug = isRecord(block_type) ? block_type.slug : undefined;
  return { id, name: String(name), slug: String(slug ?? "") };
}

/** The values of a block as the form has them: masks for secrets, references for blocks. */
export const formValueOf = (block: BlockDocument): Json =>
  Object.fromEntries(
    Object.entries(block.data).map(([key, value]) => {
      const held = heldAt(block, key);
      return [key, held ? referenceTo(held.id) : value];
    }),
  );

/** Whether a value is, or contains, a secret that is masked. */
export function hasMask(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasMask);
  if (isRecord(value)) return Object.values(value).some(hasMask);
  return value === mask;
}
