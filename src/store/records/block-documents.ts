import { sql } from "kysely";
import {
  type BlockDocument,
  BlockDocumentFilter,
  type BlockDocumentSort,
  type blockDocuments,
  mask,
} from "../../schema/block-documents.ts";
import type { BlockUses } from "../../schema/block-uses.ts";
import { parseExact } from "../../schema/exact-json.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { record, resourceOf } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { countOf } from "../engine/table.ts";
import { noun } from "../noun.ts";
import type { Clause } from "../sql/dialect.ts";
import { fieldsOn, where } from "../sql/filter.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import type { BlockDocumentTable } from "../tables.ts";
import { dropDocuments } from "./block-deletion.ts";
import { schemasWhere } from "./block-schemas.ts";
import { schemaClause, typeClause } from "./block-types.ts";
import { usesOf } from "./block-uses.ts";
import { type BlockContent, masked, type StoredBlock } from "./stored-blocks.ts";

export const blockDocumentNoun = noun(
  {
    read,
    readByName: async (scope: Scope, slug: string, name: string): Promise<StoredBlock | undefined> => {
      const ofType = sql`block_type_id in (select block_type.id from block_type where slug = ${slug})`;
      return (await documentsWhere(scope, sql`block_document.name = ${name} and ${ofType}`))[0];
    },
    filter: async (scope: Scope, input: Page): Promise<StoredBlock[]> => {
      const page = sql`${atMost(input.limit)} offset ${input.offset}`;
      return documentsWhere(scope, whereAll(clauses(scope, input)), sql`${orders[input.sort]} ${page}`);
    },
    count: async (scope: Scope, input: Filters): Promise<number> => {
      const clause = whereAll(clauses(scope, input));
      return countOf(scope, sql`block_document where ${clause}`);
    },
    /** As they are read without their secrets. */
    readMany: async (scope: Scope, ids: readonly string[]): Promise<BlockDocument[]> => {
      const among = scope.dialect.isOneOf(sql.ref("block_document.id"), ids);
      return ids.length === 0 ? [] : (await documentsWhere(scope, among)).map(masked);
    },
    uses: async (scope: Scope, id: string): Promise<BlockUses | undefined> => {
      const block = await read(scope, id);
      return block && usesOf(scope, block);
    },
    /** The secrets of all documents that have some. */
    listSecrets: (scope: Scope): Promise<{ id: string; secrets: string }[]> =>
      scope.all(sql<{ id: string; secrets: string }>`select id, secrets from block_document
        where secrets is not null order by id`),
  },
  {
    /** Throws the problems `conflict` when the name is taken, `bad-request` when a reference leads nowhere or in a circle. */
    create,
    /** Replaces all of the content. */
    update,
    /** References to it are removed. */
    delete: remove,
    /** Changes nothing else and publishes no change. */
    replaceSecrets: async (scope: WriteScope, id: string, secrets: string): Promise<void> => {
      scope.write(scope.dialect.build.updateTable("block_document").set({ secrets }).where("id", "=", id));
    },
  },
);

type Page = Omit<Parsed<typeof blockDocuments.filter>, "include_secrets">;
type Filters = Pick<Page, "block_documents" | "block_types" | "block_schemas">;

const fields = fieldsOn("block_document", BlockDocumentFilter);

const typeName = sql`(select block_type.name from block_type where block_type.id = block_document.block_type_id)`;
const orders: Record<BlockDocumentSort, ReturnType<typeof sql>> = {
  NAME_ASC: sql`order by name, id`,
  NAME_DESC: sql`order by name desc, id desc`,
  BLOCK_TYPE_AND_NAME_ASC: sql`order by ${typeName}, name, id`,
};

function clauses({ dialect }: Scope, { block_documents, block_types, block_schemas }: Filters): Clause[] {
  const own = where(dialect, fields, block_documents);
  const isOpen = block_documents?.is_anonymous === undefined;
  const ofType = typeClause(dialect, block_types);
  const ofSchema = schemaClause(dialect, block_schemas);
  return [
    own,
    isOpen ? sql<boolean>`block_document.is_anonymous = 0` : undefined,
    block_types
      ? sql<boolean>`block_type_id in (select block_type.id from block_type where ${ofType})`
      : undefined,
    block_schemas
      ? sql<boolean>`block_schema_id in (select block_schema.id from block_schema where ${ofSchema})`
      : undefined,
  ].filter((clause) => clause !== undefined);
}

async function read(scope: Scope, id: string): Promise<StoredBlock | undefined> {
  return (await documentsWhere(scope, sql`block_document.id = ${id}`))[0];
}

interface Reference {
  parent_id: string;
  name: string;
  document_id: string;
}

/** Documents with all references resolved, level by level. */
async function documentsWhere(
  scope: Scope,
  clause: Clause,
  rest: ReturnType<typeof sql> = orders.NAME_ASC,
): Promise<StoredBlock[]> {
  const roots = await scope.all(
    sql<BlockDocumentTable>`select * from block_document where ${clause} ${rest}`,
  );
  const rows = new Map(roots.map((row) => [row.id, row]));
  const references: Reference[] = [];
  for (let level = roots.map(({ id }) => id); level.length > 0; ) {
    const found = await referencesOf(scope, level);
    references.push(...found);
    level = [...new Set(found.map(({ document_id }) => document_id))].filter((id) => !rows.has(id));
    for (const row of await rowsOf(scope, level)) rows.set(row.id, row);
  }
  const schemaIds = new Set([...rows.values()].map(({ block_schema_id }) => block_schema_id));
  const among = scope.dialect.isOneOf(sql.ref("block_schema.id"), [...schemaIds]);
  const schemas = schemaIds.size === 0 ? [] : await schemasWhere(scope, among);
  const byId = new Map(schemas.map((schema) => [schema.id, schema]));
  // A type that is deleted meanwhile takes its schemas and documents along.
  for (const row of [...rows.values()]) if (!byId.get(row.block_schema_id)?.block_type) rows.delete(row.id);
  const built = new Map<string, StoredBlock>();
  // No circles: they are refused when they are written.
  const build = (row: BlockDocumentTable): StoredBlock => {
    const known = built.get(row.id);
    if (known) return known;
    const own = references.filter(({ parent_id }) => parent_id === row.id);
    const block = stored(row, byId.get(row.block_schema_id));
    for (const { name, document_id } of own) {
      const child = rows.get(document_id);
      if (child) block.references[name] = build(child);
    }
    built.set(row.id, block);
    return block;
  };
  return roots.filter(({ id }) => rows.has(id)).map(build);
}

const referencesOf = (scope: Scope, parents: readonly string[]): Promise<Reference[]> =>
  scope.all(sql<Reference>`select parent_id, name, document_id from block_document_reference
    where ${scope.dialect.isOneOf(sql.ref("parent_id"), parents)} order by parent_id, name`);

const rowsOf = async (scope: Scope, ids: readonly string[]): Promise<BlockDocumentTable[]> =>
  ids.length === 0
    ? []
    : scope.all(
        sql<BlockDocumentTable>`select * from block_document where ${scope.dialect.isOneOf(sql.ref("id"), ids)}`,
      );

type Schema = Awaited<ReturnType<typeof schemasWhere>>[number];

function stored(row: BlockDocumentTable, schema: Schema | undefined): StoredBlock {
  if (!schema?.block_type) throw new Error(`The schema of block document ${row.id} is gone.`);
  const { secrets, data, is_anonymous, ...rest } = row;
  const document = {
    ...rest,
    data: parseExact(data),
    is_anonymous: is_anonymous === 1,
    block_schema: schema,
    block_type: schema.block_type,
    block_type_name: schema.block_type.name,
  };
  return { document, secrets, references: {} };
}

async function create(
  scope: WriteScope,
  {
    references,
    ...input
  }: BlockContent & { id: string; name: string; block_type_id: string; is_anonymous: boolean },
): Promise<StoredBlock> {
  const { build } = scope.dialect;
  const taken = build
    .selectFrom("block_document")
    .select("id")
    .where("block_type_id", "=", input.block_type_id)
    .where("name", "=", input.name);
  if (await scope.first(taken)) throw problem("conflict", "Block already exists");
  const row: BlockDocumentTable = {
    ...input,
    created: scope.time,
    updated: scope.time,
    is_anonymous: input.is_anonymous ? 1 : 0,
    data: JSON.stringify(input.data),
  };
  scope.write(build.insertInto("block_document").values(row));
  await writeReferences(scope, row.id, references);
  return reportDocument(scope, "created", row.id);
}

async function update(scope: WriteScope, id: string, content: BlockContent): Promise<boolean> {
  const { build } = scope.dialect;
  const { references, data, ...rest } = content;
  if (!(await read(scope, id))) return false;
  const sets = { ...rest, data: JSON.stringify(data), updated: scope.time };
  scope.write(build.updateTable("block_document").set(sets).where("id", "=", id));
  scope.write(build.deleteFrom("block_document_reference").where("parent_id", "=", id));
  await writeReferences(scope, id, references);
  await reportDocument(scope, "updated", id);
  return true;
}

async function writeReferences(
  scope: WriteScope,
  parent_id: string,
  references: Record<string, string>,
): Promise<void> {
  const { build } = scope.dialect;
  for (const [name, document_id] of Object.entries(references)) {
    await refuseDeadEnds(scope, { parent_id, name, document_id });
    scope.write(build.insertInto("block_document_reference").values({ parent_id, name, document_id }));
  }
}

async function refuseDeadEnds(scope: Scope, { parent_id, name, document_id }: Reference): Promise<void> {
  const [target] = await rowsOf(scope, [document_id]);
  if (!target)
    throw problem("bad-request", `'${name}' refers to block document ${document_id}, which does not exist.`);
  const seen = new Set([document_id]);
  for (let level = [document_id]; level.length > 0; ) {
    if (seen.has(parent_id)) {
      throw problem(
        "bad-request",
        `'${name}' refers to block document ${document_id}, which leads back to this one.`,
      );
    }
    const next = (await referencesOf(scope, level)).map((reference) => reference.document_id);
    level = [...new Set(next)].filter((id) => !seen.has(id));
    for (const id of level) seen.add(id);
  }
}

async function remove(scope: WriteScope, id: string): Promise<boolean> {
  if (!(await read(scope, id))) return false;
  await reportDocument(scope, "deleted", id);
  await dropDocuments(scope, [id]);
  return true;
}

/** Publishes a named document, without its secrets. */
async function reportDocument(
  scope: WriteScope,
  verb: "created" | "updated" | "deleted",
  id: string,
): Promise<StoredBlock> {
  const block = await read(scope, id);
  if (!block) throw new Error(`The block document ${id} is gone.`);
  const { name, data, is_anonymous, block_schema, block_type } = block.document;
  if (verb !== "deleted") scope.changed("block-documents", verb, id);
  if (is_anonymous) return block;
  const texts = Object.entries(data).filter(([, value]) => typeof value === "string" && value !== mask);
  record(scope, `prefect.block-document.${verb}`, {
    resource: resourceOf("block-document", { id, name }),
    related: [
      { ...resourceOf("block-type", block_type), "prefect.resource.role": "block-type" },
      {
        "prefect.resource.id": `prefect.block-schema.${block_schema.id}`,
        "prefect.resource.role": "block-schema",
      },
    ],
    payload: {
      name,
      data: Object.fromEntries(texts),
      block_schema: {
        capabilities: block_schema.capabilities,
        block_type: { id: block_type.id, name: block_type.name },
      },
    },
  });
  return block;
}
