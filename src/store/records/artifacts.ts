import { sql } from "kysely";
import { type Artifact, type ArtifactCollection, artifacts } from "../../schema/artifacts.ts";
import { parseExact } from "../../schema/exact-json.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { countOf, table } from "../engine/table.ts";
import { noun, withRoutes } from "../noun.ts";
import type { Column } from "../sql/dialect.ts";
import { artifactClauses } from "../sql/entity-filters.ts";
import { atMost, orderBy, type Sorts, whereAll } from "../sql/pages.ts";
import { jsonOrNull } from "../sql/rows.ts";
import type { ArtifactTable } from "../tables.ts";
import { dropArtifacts } from "./artifact-deletion.ts";
import { writeArtifact } from "./artifact-writing.ts";
import { readOutputSources } from "./run-outputs.ts";

type Sort = Parsed<typeof artifacts.filter>["sort"];
const sortsOf = (table: string, key: string): Sorts<Sort> => ({
  ID_DESC: [`${table}.id`, "desc"],
  KEY_ASC: [key, "asc"],
  KEY_DESC: [key, "desc"],
  CREATED_DESC: [`${table}.created`, "desc"],
  UPDATED_DESC: [`${table}.updated`, "desc"],
});
const sorts = sortsOf("artifact", "artifact.key");
const latestSorts = sortsOf("artifact_collection", "artifact_collection.key");

const latest: Column = sql`artifact_collection join artifact on artifact.id = artifact_collection.latest_id`;

const artifactFrom = (row: ArtifactTable): Artifact => ({
  ...row,
  data: row.data === null ? null : parseExact(row.data),
  metadata_: row.metadata_ === null ? null : JSON.parse(row.metadata_),
});

const { by, readMany, lists } = table<ArtifactTable, Artifact>("artifact", { from: artifactFrom });
const readById = by("id");

export const artifactNoun = withRoutes(
  noun(
    {
      read: readById,
      readMany,
      readLatest: async (scope: Scope, key: string): Promise<Artifact | undefined> => {
        const row = await scope.first(sql<ArtifactTable>`
        select artifact.* from artifact_collection join artifact on artifact.id = artifact_collection.latest_id
        where artifact_collection.key = ${key}`);
        return row && artifactFrom(row);
      },
      ...lists<Parsed<typeof artifacts.count>, { sort: Sort }>({
        clauses: (dialect, input) => artifactClauses(dialect, input, false),
        order: ({ sort }) => orderBy(sorts, sort, "artifact.id"),
      }),
      filterLatest,
      /** Results and artifacts of these keys, of each of these flow runs. */
      outputs: readOutputSources,
      countLatest: (scope: Scope, input: Parsed<typeof artifacts.countLatest>): Promise<number> =>
        countOf(scope, sql`${latest} where ${whereAll(artifactClauses(scope.dialect, input, true))}`),
    },
    {
      /** With a key, the collection of that key points to the new artifact. */
      create: (scope: WriteScope, input: Parsed<typeof artifacts.create>): Promise<Artifact> =>
        writeArtifact(scope, { ...input, data: input.data ?? null }),
      update,
      /** The collection then points to the previous artifact, or is deleted as well. */
      delete: remove,
    },
  ),
  { routes: artifacts, missing: "Artifact not found" },
);

async function filterLatest(
  scope: Scope,
  input: Parsed<typeof artifacts.filterLatest>,
): Promise<ArtifactCollection[]> {
  type Row = ArtifactTable & { key: string; latest_id: string };
  const where = whereAll(artifactClauses(scope.dialect, input, true));
  const rows = await scope.all(sql<Row>`
    select artifact_collection.*, artifact.type, artifact.description, artifact.data, artifact.metadata_,
      artifact.flow_run_id, artifact.task_run_id
    from ${latest} where ${where}
    order by ${orderBy(latestSorts, input.sort, "artifact_collection.id")}
    ${atMost(input.limit)} offset ${input.offset}`);
  return rows.map((row) => ({ ...artifactFrom(row), key: row.key, latest_id: row.latest_id }));
}

async function update(scope: WriteScope, input: Parsed<typeof artifacts.update>): Promise<boolean> {
  const artifact = await readById(scope, input.id);
  if (!artifact) return false;
  const { data, description, metadata_ } = input;
  const sets = {
    updated: scope.time,
    ...(data !== undefined && { data: jsonOrNull(data) }),
    ...(description !== undefined && { description }),
    ...(metadata_ !== undefined && { metadata_: jsonOrNull(metadata_) }),
  };
  const { build } = scope.dialect;
  scope.write(build.updateTable("artifact").set(sets).where("id", "=", artifact.id));
  scope.write(
    build
      .updateTable("artifact_collection")
      .set({ updated: scope.time })
      .where("latest_id", "=", artifact.id),
  );
  scope.changed("artifacts", "updated", artifact.id, artifact.flow_run_id);
  return true;
}

async function remove(scope: WriteScope, id: string): Promise<boolean> {
  const artifact = await readById(scope, id);
  if (!artifact) return false;
  await dropArtifacts(scope, [id]);
  return true;
}
