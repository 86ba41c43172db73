import { sql } from "kysely";
import type { z } from "zod";
import { parseExact } from "../../schema/exact-json.ts";
import type { namedSorts } from "../../schema/flows.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Variable, variables } from "../../schema/variables.ts";
import { tell } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Variables } from "../nouns.ts";
import { type Fields, on, tagsOn, where } from "../sql/filter.ts";
import { atMost, orderBy, type Sorts } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { Tables } from "../tables.ts";

type Row = Tables["variable"];

export const variableReads = (scope: Scope) =>
  ({
    read: (id) => readBy(scope, "id", id),
    readByName: (name) => readBy(scope, "name", name),
    readMany: async (ids) => {
      const rows = await scope.all(
        sql<Row>`select * from variable where ${scope.dialect.isOneOf(sql.ref("id"), ids)}`,
      );
      return rows.map(variableFrom);
    },
    filter: (input) => filter(scope, input),
    count: (input) => count(scope, input),
  }) satisfies Partial<Variables>;

export const variableWrites = (scope: WriteScope) =>
  ({
    create: (input) => create(scope, input),
    update: async (input) => update(scope, await readBy(scope, "id", input.id), input),
    updateByName: async (input) => update(scope, await readBy(scope, "name", input.current), input),
    delete: async (id) => remove(scope, await readBy(scope, "id", id)),
    deleteByName: async (name) => remove(scope, await readBy(scope, "name", name)),
  }) satisfies Partial<Variables>;

type VariableFilter = z.output<(typeof variables.filter)["input"]>["variables"];
const fields: Fields<NonNullable<VariableFilter>> = {
  id: on(sql.ref("variable.id")),
  name: on(sql.ref("variable.name")),
  tags: tagsOn(sql.ref("variable.tags")),
};

const sorts: Sorts<(typeof namedSorts)[number]> = {
  NAME_ASC: ["variable.name", "asc"],
  NAME_DESC: ["variable.name", "desc"],
  CREATED_DESC: ["variable.created", "desc"],
  UPDATED_DESC: ["variable.updated", "desc"],
};

const variableFrom = (row: Row): Variable => ({
  ...row,
  value: parseExact(row.value),
  tags: JSON.parse(row.tags),
});

async function readBy(scope: Scope, column: "id" | "name", value: string): Promise<Variable | undefined> {
  const row = await scope.first(
    scope.dialect.build.selectFrom("variable").selectAll().where(column, "=", value),
  );
  return row && variableFrom(row);
}

async function filter(scope: Scope, input: Parsed<typeof variables.filter>): Promise<Variable[]> {
  const clause = where(scope.dialect, fields, input.variables) ?? sql`1 = 1`;
  const rows = await scope.all(sql<Row>`select * from variable where ${clause}
    order by ${orderBy(sorts, input.sort, "variable.id")} ${atMost(input.limit)} offset ${input.offset}`);
  return rows.map(variableFrom);
}

async function count(scope: Scope, input: Parsed<typeof variables.count>): Promise<number> {
  const clause = where(scope.dialect, fields, input.variables) ?? sql`1 = 1`;
  const row = await scope.first(sql<{ n: number }>`select count(*) as n from variable where ${clause}`);
  return row?.n ?? 0;
}

async function create(scope: WriteScope, input: Parsed<typeof variables.create>): Promise<Variable> {
  await refuseTaken(scope, input.name);
  const row: Row = {
    id: newId(scope.now()),
    created: scope.time,
    updated: scope.time,
    name: input.name,
    value: JSON.stringify(input.value ?? null),
    tags: JSON.stringify(input.tags),
  };
  scope.write(scope.dialect.build.insertInto("variable").values(row));
  scope.changed("variables", "created", row.id);
  tell(scope, "variable", "created", row);
  return variableFrom(row);
}

async function refuseTaken(scope: WriteScope, name: string): Promise<void> {
  if (await readBy(scope, "name", name)) {
    throw problem("conflict", `A variable with the name '${name}' already exists.`);
  }
}

type Change = Pick<Parsed<typeof variables.update>, "name" | "value" | "tags">;

async function update(scope: WriteScope, known: Variable | undefined, change: Change): Promise<boolean> {
  if (!known) return false;
  if (change.name && change.name !== known.name) await refuseTaken(scope, change.name);
  const next = {
    name: change.name ?? known.name,
    value: "value" in change ? (change.value ?? null) : known.value,
    tags: change.tags ?? known.tags,
  };
  const sets = {
    name: next.name,
    value: JSON.stringify(next.value),
    tags: JSON.stringify(next.tags),
    updated: scope.time,
  };
  scope.write(scope.dialect.build.updateTable("variable").set(sets).where("id", "=", known.id));
  scope.changed("variables", "updated", known.id);
  tell(scope, "variable", "updated", { id: known.id, name: next.name }, differences(known, next));
  return true;
}

type Told = Pick<Variable, "name" | "value" | "tags">;

function differences(before: Told, after: Told): Record<string, { from: unknown; to: unknown }> {
  const pairs = (["name", "value", "tags"] as const).map(
    (key) => [key, { from: before[key], to: after[key] }] as const,
  );
  return Object.fromEntries(pairs.filter(([, { from, to }]) => JSON.stringify(from) !== JSON.stringify(to)));
}

async function remove(scope: WriteScope, known: Variable | undefined): Promise<boolean> {
  if (!known) return false;
  scope.write(scope.dialect.build.deleteFrom("variable").where("id", "=", known.id));
  scope.changed("variables", "deleted", known.id);
  tell(scope, "variable", "deleted", known);
  return true;
}
