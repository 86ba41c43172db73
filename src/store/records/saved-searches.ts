import { sql } from "kysely";
import { parseExact } from "../../schema/exact-json.ts";
import type { Parsed } from "../../schema/route.ts";
import type { SavedSearch, savedSearches } from "../../schema/saved-searches.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Created } from "../nouns.ts";
import { atMost } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { Tables } from "../tables.ts";
import type { SavedSearches } from "./block-nouns.ts";

type Row = Tables["saved_search"];

export const savedSearchReads = (scope: Scope) =>
  ({
    read: (id) => readBy(scope, "id", id),
    filter: async ({ limit, offset }) => {
      const rows = await scope.all(
        sql<Row>`select * from saved_search order by name ${atMost(limit)} offset ${offset}`,
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

const searchFrom = (row: Row): SavedSearch => ({ ...row, filters: parseExact(row.filters) });

async function readBy(scope: Scope, column: "id" | "name", value: string): Promise<SavedSearch | undefined> {
  const { build } = scope.dialect;
  const row = await scope.first(build.selectFrom("saved_search").selectAll().where(column, "=", value));
  return row && searchFrom(row);
}

async function put(
  scope: WriteScope,
  input: Parsed<typeof savedSearches.put>,
): Promise<Created<SavedSearch>> {
  const { build } = scope.dialect;
  const filters = JSON.stringify(input.filters);
  const known = await readBy(scope, "name", input.name);
  if (known) {
    const sets = { filters, updated: scope.time };
    scope.write(build.updateTable("saved_search").set(sets).where("id", "=", known.id));
    return { row: { ...known, filters: input.filters, updated: scope.time }, isNew: false };
  }
  const row: Row = {
    id: newId(scope.now()),
    created: scope.time,
    updated: scope.time,
    name: input.name,
    filters,
  };
  scope.write(build.insertInto("saved_search").values(row));
  return { row: searchFrom(row), isNew: true };
}
