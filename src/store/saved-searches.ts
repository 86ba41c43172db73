import { sql } from "kysely";
import type { Parsed } from "../schema/route.ts";
import type { SavedSearch, savedSearches } from "../schema/saved-searches.ts";
import type { SavedSearches } from "./block-nouns.ts";
import { newId } from "./rows.ts";
import type { Scope, WriteScope } from "./scope.ts";
import type { Tables } from "./tables.ts";

type Row = Tables["saved_search"];

export const savedSearchReads = (scope: Scope) =>
  ({
    read: (id) => readBy(scope, "id", id),
    filter: async ({ limit, offset }) => {
      const rows = await scope.all(
        sql<Row>`select * from saved_search order by name limit ${limit} offset ${offset}`,
      );
      return rows.map(searchFrom);
    },
  }) satisfies Partial<SavedSearches>;

export const savedSearchWrites = (scope: WriteScope) =>
  ({
    put: (input) => put(scope, input),
    delete: async (id) => {
      if (!(await readBy(scope, "id", id))) return false;
      scope.write(scope.dialect.build.deleteFrom("saved_search").where("id", "=", id));
      return true;
    },
  }) satisfies Partial<SavedSearches>;

const searchFrom = (row: Row): SavedSearch => ({ ...row, filters: JSON.parse(row.filters) });

async function readBy(scope: Scope, column: "id" | "name", value: string): Promise<SavedSearch | undefined> {
  const { build } = scope.dialect;
  const row = await scope.first(build.selectFrom("saved_search").selectAll().where(column, "=", value));
  return row && searchFrom(row);
}

async function put(scope: WriteScope, input: Parsed<typeof savedSearches.put>): Promise<SavedSearch> {
  const filters = JSON.stringify(input.filters);
  const row: Row = {
    id: newId(scope.now()),
    created: scope.time,
    updated: scope.time,
    name: input.name,
    filters,
  };
  scope.write(
    scope.dialect.build
      .insertInto("saved_search")
      .values(row)
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ filters, updated: scope.time })),
  );
  return (await readBy(scope, "name", input.name)) ?? searchFrom(row);
}
