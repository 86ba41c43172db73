import { sql } from "kysely";
import type { Flow, flows, namedSorts } from "../../schema/flows.ts";
import type { Parsed } from "../../schema/route.ts";
import { differences, tell } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Created, Flows } from "../nouns.ts";
import { dropRuns } from "../run-index/run-deletion.ts";
import { flowClauses } from "../sql/entity-filters.ts";
import { atMost, orderBy, pageOf, type Sorts, skip, whereAll } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { FlowTable } from "../tables.ts";
import { dropDeployment } from "../work/deployment-deletion.ts";
import { rowsWhere } from "../work/deployment-rows.ts";

export const flowReads = (scope: Scope) =>
  ({
    read: (id) => readBy(scope, "id", id),
    readByName: (name) => readBy(scope, "name", name),
    readMany: (ids) => readMany(scope, ids),
    filter: (input) => filter(scope, input),
    count: (input) => count(scope, input),
    paginate: async (input) => {
      const results = await filter(scope, { ...input, offset: skip(input) });
      return pageOf(results, await count(scope, input), input);
    },
  }) satisfies Partial<Flows>;

export const flowWrites = (scope: WriteScope) =>
  ({
    create: (input) => create(scope, input),
    update: (input) => update(scope, input),
    delete: (id) => remove(scope, id),
  }) satisfies Partial<Flows>;

const sorts: Sorts<(typeof namedSorts)[number]> = {
  NAME_ASC: ["flow.name", "asc"],
  NAME_DESC: ["flow.name", "desc"],
  CREATED_DESC: ["flow.created", "desc"],
  UPDATED_DESC: ["flow.updated", "desc"],
};

const flowFrom = (row: FlowTable): Flow => ({
  id: row.id,
  created: row.created,
  updated: row.updated,
  name: row.name,
  tags: JSON.parse(row.tags),
  labels: JSON.parse(row.labels),
});

async function readBy(scope: Scope, column: "id" | "name", value: string): Promise<Flow | undefined> {
  const query = scope.dialect.build.selectFrom("flow").selectAll().where(column, "=", value);
  const row = await scope.first(query);
  return row && flowFrom(row);
}

async function readMany(scope: Scope, ids: readonly string[]): Promise<Flow[]> {
  const rows = await scope.all(
    sql<FlowTable>`select * from flow where ${scope.dialect.isOneOf(sql.ref("id"), ids)}`,
  );
  return rows.map(flowFrom);
}

async function filter(scope: Scope, input: Parsed<typeof flows.filter>): Promise<Flow[]> {
  const rows = await scope.all(
    sql<FlowTable>`select * from flow where ${whereAll(flowClauses(scope.dialect, input))}
      order by ${orderBy(sorts, input.sort, "flow.id")} ${atMost(input.limit)} offset ${input.offset}`,
  );
  return rows.map(flowFrom);
}

async function count(scope: Scope, input: Parsed<typeof flows.count>): Promise<number> {
  const where = whereAll(flowClauses(scope.dialect, input));
  const row = await scope.first(sql<{ n: number }>`select count(*) as n from flow where ${where}`);
  return row?.n ?? 0;
}

async function create(scope: WriteScope, input: Parsed<typeof flows.create>): Promise<Created<Flow>> {
  const known = await readBy(scope, "name", input.name);
  if (known) return { row: known, isNew: false };
  const row: FlowTable = {
    id: newId(scope.now()),
    created: scope.time,
    updated: scope.time,
    version: 1,
    name: input.name,
    tags: JSON.stringify(input.tags),
    labels: JSON.stringify(input.labels ?? {}),
  };
  scope.write(scope.dialect.build.insertInto("flow").values(row));
  scope.changed("flows", "created", row.id);
  tell(scope, "flow", "created", row);
  return { row: flowFrom(row), isNew: true };
}

async function update(scope: WriteScope, { id, tags }: Parsed<typeof flows.update>): Promise<boolean> {
  const known = await readBy(scope, "id", id);
  if (!known) return false;
  const next = { tags: tags ?? known.tags };
  const sets = { tags: JSON.stringify(next.tags), updated: scope.time, version: sql<number>`version + 1` };
  scope.write(scope.dialect.build.updateTable("flow").set(sets).where("id", "=", id));
  scope.changed("flows", "updated", id);
  tell(scope, "flow", "updated", known, differences(known, next));
  return true;
}

async function remove(scope: WriteScope, id: string): Promise<boolean> {
  const flow = await readBy(scope, "id", id);
  if (!flow) return false;
  const runs = await scope.all(
    scope.dialect.build.selectFrom("flow_run").select("id").where("flow_id", "=", id),
  );
  for (const deployment of await rowsWhere(scope, sql`deployment.flow_id = ${id}`))
    await dropDeployment(scope, deployment);
  await dropRuns(
    scope,
    runs.map((run) => run.id),
  );
  scope.write(scope.dialect.build.deleteFrom("flow").where("id", "=", id));
  scope.changed("flows", "deleted", id);
  tell(scope, "flow", "deleted", flow);
  return true;
}
