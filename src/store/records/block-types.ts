import { sql } from "kysely";
import type { z } from "zod";
import {
  BlockSchemaFilter,
  type BlockType,
  BlockTypeFilter,
  type blockTypes,
} from "../../schema/block-types.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { record, resourceOf } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { table } from "../engine/table.ts";
import { noun } from "../noun.ts";
import type { Clause, Dialect } from "../sql/dialect.ts";
import { fieldsOn, tagsOn, where } from "../sql/filter.ts";
import { atMost } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { BlockTypeTable } from "../tables.ts";
import { documentIdsWhere, dropDocuments } from "./block-deletion.ts";
import type { NewSchema } from "./stored-blocks.ts";

export const typeFrom = (row: BlockTypeTable): BlockType => ({
  ...row,
  is_protected: row.is_protected === 1,
});
const { by, rows } = table<BlockTypeTable, BlockType>("block_type", { from: typeFrom });
const readById = by("id");
const readBySlug = by("slug");

export const blockTypeNoun = noun(
  {
    read: readById,
    readBySlug,
    filter,
  },
  {
    /** Throws the problem `conflict` when the slug is taken. */
    create,
    /** Creates a type and its schema if missing; of existing ones only the protection changes. */
    seed,
    update,
    /** With its schemas and documents. */
    delete: remove,
  },
);

const typeFields = fieldsOn("block_type", BlockTypeFilter);
const schemaFields = fieldsOn("block_schema", BlockSchemaFilter, {
  block_capabilities: tagsOn(sql.ref("block_schema.capabilities")),
});

type TypeFilter = z.output<typeof BlockTypeFilter> | null | undefined;
type SchemaFilter = z.output<typeof BlockSchemaFilter> | null | undefined;

export const typeClause = (dialect: Dialect, filter: TypeFilter): Clause =>
  where(dialect, typeFields, filter) ?? sql`1 = 1`;
export const schemaClause = (dialect: Dialect, filter: SchemaFilter): Clause =>
  where(dialect, schemaFields, filter) ?? sql`1 = 1`;

async function filter(scope: Scope, input: Parsed<typeof blockTypes.filter>): Promise<BlockType[]> {
  const { dialect } = scope;
  const ofSchema = input.block_schemas
    ? sql`exists (select 1 from block_schema
        where block_schema.block_type_id = block_type.id and ${schemaClause(dialect, input.block_schemas)})`
    : sql`1 = 1`;
  return rows(
    scope,
    sql`where ${typeClause(dialect, input.block_types)} and ${ofSchema}
      order by name, id ${atMost(input.limit)} offset ${input.offset}`,
  );
}

type NewType = Parsed<typeof blockTypes.create>;

const rowOf = (scope: WriteScope, input: NewType, isProtected: boolean): BlockTypeTable => ({
  id: newId(scope.now()),
  created: scope.time,
  updated: scope.time,
  ...input,
  is_protected: isProtected ? 1 : 0,
});

async function create(scope: WriteScope, input: NewType): Promise<BlockType> {
  const taken = await readBySlug(scope, input.slug);
  if (taken) throw problem("conflict", `Block type with name "${input.name}" already exists`);
  const row = rowOf(scope, input, false);
  scope.write(scope.dialect.build.insertInto("block_type").values(row));
  const type = typeFrom(row);
  reportType(scope, "created", type);
  return type;
}

async function seed(
  scope: WriteScope,
  { type, isProtected, schema }: { type: NewType; isProtected: boolean; schema: NewSchema },
): Promise<void> {
  const { build } = scope.dialect;
  const row = rowOf(scope, type, isProtected);
  scope.write(
    build
      .insertInto("block_type")
      .values(row)
      .onConflict((conflict) => conflict.doNothing()),
  );
  const known = (await readBySlug(scope, type.slug)) ?? typeFrom(row);
  if (isProtected && !known.is_protected) {
    scope.write(build.updateTable("block_type").set({ is_protected: 1 }).where("id", "=", known.id));
  }
  const { fields, capabilities, ...rest } = schema;
  const stored = { ...rest, fields: JSON.stringify(fields), capabilities: JSON.stringify(capabilities) };
  const own = { id: newId(scope.now()), created: scope.time, updated: scope.time, block_type_id: known.id };
  scope.write(
    build
      .insertInto("block_schema")
      .values({ ...own, ...stored })
      .onConflict((conflict) => conflict.doNothing()),
  );
}

async function update(
  scope: WriteScope,
  { id, ...changes }: Parsed<typeof blockTypes.update>,
): Promise<boolean> {
  const known = await readById(scope, id);
  if (!known) return false;
  const change = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const next = { ...known, ...change };
  // Every client that registers its blocks sends the same values again.
  if (JSON.stringify(next) === JSON.stringify(known)) return true;
  const { build } = scope.dialect;
  scope.write(
    build
      .updateTable("block_type")
      .set({ ...change, updated: scope.time })
      .where("id", "=", id),
  );
  reportType(scope, "updated", next);
  return true;
}

async function remove(scope: WriteScope, id: string): Promise<boolean> {
  const known = await readById(scope, id);
  if (!known) return false;
  await dropDocuments(scope, await documentIdsWhere(scope, "block_type_id", id));
  scope.write(scope.dialect.build.deleteFrom("block_type").where("id", "=", id));
  reportType(scope, "deleted", known);
  return true;
}

function reportType(scope: WriteScope, verb: "created" | "updated" | "deleted", type: BlockType): void {
  const { id, created: _created, updated: _updated, ...payload } = type;
  record(scope, `prefect.block-type.${verb}`, {
    resource: resourceOf("block-type", { id, name: type.name }),
    payload,
  });
}
