import { parseExact } from "../../schema/exact-json.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { type Variable, VariableFilter, variables } from "../../schema/variables.ts";
import { reportChange } from "../changes/resource-events.ts";
import type { WriteScope } from "../engine/scope.ts";
import { type NameSorted, nameOrders, table } from "../engine/table.ts";
import { noun, withRoutes } from "../noun.ts";
import { clausesOf, fieldsOn } from "../sql/filter.ts";
import { newId } from "../sql/rows.ts";
import type { Tables } from "../tables.ts";

type Row = Tables["variable"];

const fields = fieldsOn("variable", VariableFilter);

const variableFrom = (row: Row): Variable => ({
  ...row,
  value: parseExact(row.value),
  tags: JSON.parse(row.tags),
});
const { by, readMany, lists } = table<Row, Variable>("variable", { from: variableFrom });
const readById = by("id");
const readByName = by("name");

export const variableNoun = withRoutes(
  noun(
    {
      read: readById,
      readByName,
      readMany,
      ...lists<Parsed<typeof variables.count>, NameSorted>({
        clauses: (dialect, { variables: wanted }) => clausesOf(dialect, fields, wanted),
        order: nameOrders("variable"),
      }),
    },
    {
      /** Throws the problem `conflict` when the name is taken; so does a renaming update. */
      create,
      update: async (scope: WriteScope, input: Parsed<typeof variables.update>): Promise<boolean> =>
        update(scope, await readById(scope, input.id), input),
      updateByName: async (
        scope: WriteScope,
        input: Parsed<typeof variables.updateByName>,
      ): Promise<boolean> => update(scope, await readByName(scope, input.current), input),
      delete: async (scope: WriteScope, id: string): Promise<boolean> =>
        remove(scope, await readById(scope, id)),
      deleteByName: async (scope: WriteScope, name: string): Promise<boolean> =>
        remove(scope, await readByName(scope, name)),
    },
  ),
  { routes: variables, missing: "Variable not found." },
);

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
  reportChange(scope, "variable", "created", row);
  return variableFrom(row);
}

async function refuseTaken(scope: WriteScope, name: string): Promise<void> {
  if (await readByName(scope, name)) {
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
  reportChange(scope, "variable", "updated", { id: known.id, name: next.name }, differences(known, next));
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
  reportChange(scope, "variable", "deleted", known);
  return true;
}
