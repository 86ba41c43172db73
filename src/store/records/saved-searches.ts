import { sql } from "kysely";
import { parseExact } from "../../schema/exact-json.ts";
import type { Parsed } from "../../schema/route.ts";
import { type SavedSearch, savedSearches } from "../../schema/saved-searches.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { table } from "../engine/table.ts";
import type { Created } from "../noun.ts";
import { noun, withRoutes } from "../noun.ts";
import { atMost } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { Tables } from "../tables.ts";

type Row = Tables["saved_search"];

const searchFrom = (row: Row): SavedSearch => ({ ...row, filters: parseExact(row.filters) });
const { rows, by } = table<Row, SavedSearch>("saved_search", { from: searchFrom });
const readById = by("id");
const readByName = by("name");

export const savedSearchNoun = withRoutes(
  noun(
    {
      read: readById,
      filter: (
        scope: Scope,
        { limit, offset }: Parsed<typeof savedSearches.filter>,
      ): Promise<SavedSearch[]> => rows(scope, sql`order by name ${atMost(limit)} offset ${offset}`),
    },
    {
      /** By name: conditions of a search that is there are replaced. */
      put,
      delete: async (scope: WriteScope, id: string): Promise<boolean> => {
        if (!(await readById(scope, id))) return false;
        scope.write(scope.dialect.build.deleteFrom("saved_search").where("id", "=", id));
        return true;
      },
    },
  ),
  { routes: savedSearches, missing: "Saved search not found" },
);

async function put(
  scope: WriteScope,
  input: Parsed<typeof savedSearches.put>,
): Promise<Created<SavedSearch>> {
  const { build } = scope.dialect;
  const filters = JSON.stringify(input.filters);
  const known = await readByName(scope, input.name);
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
