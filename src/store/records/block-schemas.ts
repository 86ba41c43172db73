import { sql } from "kysely";
import type { BlockSchema, blockSchemas } from "../../schema/block-schemas.ts";
import { parseExact } from "../../schema/exact-json.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Created } from "../noun.ts";
import { noun } from "../noun.ts";
import type { Clause } from "../sql/dialect.ts";
import { atMost } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { BlockSchemaTable, BlockTypeTable } from "../tables.ts";
import { documentIdsWhere, dropDocuments } from "./block-deletion.ts";
import { schemaClause, typeFrom } from "./block-types.ts";
import type { NewSchema } from "./stored-blocks.ts";

export const blockSchemaNoun = noun(
  {
    read: async (scope: Scope, id: string): Promise<BlockSchema | undefined> =>
      (await schemasWhere(scope, sql`block_schema.id = ${id}`))[0],
    /** Of any version: the newest. */
    readByChecksum: async (
      scope: Scope,
      checksum: string,
      version?: string | null,
    ): Promise<BlockSchema | undefined> =>
      (await schemasWhere(scope, sameAs(checksum, version ?? undefined)))[0],
    filter,
    capabilities,
  },
  {
    /**
     * By checksum and version: an existing schema is returned. Throws the problem `not-found` when its type is
     * unknown, `conflict` when one that it refers to is.
     */
    create,
    /** With its documents. */
    delete: remove,
  },
);

const sameAs = (checksum: string, version: string | undefined): Clause =>
  version === undefined
    ? sql`block_schema.checksum = ${checksum}`
    : sql`block_schema.checksum = ${checksum} and block_schema.version = ${version}`;

const newestFirst = sql`order by block_schema.created desc, block_schema.id desc`;

/** Newest first. */
export async function schemasWhere(
  scope: Scope,
  clause: Clause,
  page: ReturnType<typeof sql> = sql``,
): Promise<BlockSchema[]> {
  const rows = await scope.all(
    sql<BlockSchemaTable>`select * from block_schema where ${clause} ${newestFirst} ${page}`,
  );
  const types = await typesOf(scope, new Set(rows.map(({ block_type_id }) => block_type_id)));
  return rows.map((row) => ({
    ...row,
    fields: parseExact(row.fields),
    capabilities: JSON.parse(row.capabilities),
    block_type: types.get(row.block_type_id) ?? null,
  }));
}

async function typesOf(scope: Scope, ids: ReadonlySet<string>) {
  const among = scope.dialect.isOneOf(sql.ref("id"), [...ids]);
  const rows =
    ids.size === 0 ? [] : await scope.all(sql<BlockTypeTable>`select * from block_type where ${among}`);
  return new Map(rows.map((row) => [row.id, typeFrom(row)]));
}

function filter(scope: Scope, input: Parsed<typeof blockSchemas.filter>): Promise<BlockSchema[]> {
  const clause = schemaClause(scope.dialect, input.block_schemas);
  return schemasWhere(scope, clause, sql`${atMost(input.limit)} offset ${input.offset}`);
}

async function capabilities(scope: Scope): Promise<string[]> {
  const query = scope.dialect.build.selectFrom("block_schema").select("capabilities").distinct();
  const lists: string[][] = (await scope.all(query)).map((row) => JSON.parse(row.capabilities));
  return [...new Set(lists.flat())].sort();
}

async function create(
  scope: WriteScope,
  input: NewSchema & { block_type_id: string },
): Promise<Created<BlockSchema>> {
  const { build } = scope.dialect;
  const type = await scope.first(
    build.selectFrom("block_type").selectAll().where("id", "=", input.block_type_id),
  );
  if (!type) throw problem("not-found", `Block type ${input.block_type_id} not found.`);
  const [known] = await schemasWhere(scope, sameAs(input.checksum, input.version));
  if (known) return { row: known, isNew: false };
  await refuseUnknownTypes(scope, input.fields);
  const row = { id: newId(scope.now()), created: scope.time, updated: scope.time, ...input };
  const texts = { fields: JSON.stringify(row.fields), capabilities: JSON.stringify(row.capabilities) };
  scope.write(build.insertInto("block_schema").values({ ...row, ...texts }));
  return { row: { ...row, block_type: typeFrom(type) }, isNew: true };
}

/** The types of the blocks that a block holds have to be there before it. */
async function refuseUnknownTypes(scope: Scope, fields: BlockSchema["fields"]): Promise<void> {
  for (const slug of referredSlugs(fields)) {
    const { build } = scope.dialect;
    const type = await scope.first(build.selectFrom("block_type").select("id").where("slug", "=", slug));
    if (type) continue;
    throw problem("conflict", `The schema refers to the block type '${slug}', which is not registered here.`);
  }
}

function referredSlugs({ block_schema_references: references }: BlockSchema["fields"]): Set<string> {
  const entries = typeof references === "object" && references !== null ? Object.values(references) : [];
  const slugs = entries.flat().map((entry: unknown) => {
    const isReference = typeof entry === "object" && entry !== null && "block_type_slug" in entry;
    return isReference ? String(entry.block_type_slug) : undefined;
  });
  return new Set(slugs.filter((slug) => slug !== undefined));
}

async function remove(scope: WriteScope, id: string): Promise<boolean> {
  const { build } = scope.dialect;
  const known = await scope.first(build.selectFrom("block_schema").select("id").where("id", "=", id));
  if (!known) return false;
  await dropDocuments(scope, await documentIdsWhere(scope, "block_schema_id", id));
  scope.write(build.deleteFrom("block_schema").where("id", "=", id));
  return true;
}
