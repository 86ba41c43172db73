import { sql } from "kysely";
import type { Flow, flowSorts, flows } from "../../schema/flows.ts";
import type { Parsed } from "../../schema/route.ts";
import { differences, reportChange } from "../changes/resource-events.ts";
import type { WriteScope } from "../engine/scope.ts";
import { nameOrders, table } from "../engine/table.ts";
import type { Created } from "../noun.ts";
import { noun } from "../noun.ts";
import { byLastRun, byNextRun } from "../run-index/owner-orders.ts";
import { dropRuns } from "../run-index/run-deletion.ts";
import type { Column } from "../sql/dialect.ts";
import { flowClauses } from "../sql/entity-filters.ts";
import { newId } from "../sql/rows.ts";
import type { FlowTable } from "../tables.ts";
import { dropDeployment } from "../work/deployment-deletion.ts";
import { rowsWhere } from "../work/deployment-rows.ts";

const flowFrom = (row: FlowTable): Flow => ({
  id: row.id,
  created: row.created,
  updated: row.updated,
  name: row.name,
  tags: JSON.parse(row.tags),
  labels: JSON.parse(row.labels),
});

const { by, readMany, lists } = table<FlowTable, Flow>("flow", { from: flowFrom });
const readById = by("id");
const readByName = by("name");

const byName = nameOrders("flow");
const orderOf = ({ sort }: { sort: (typeof flowSorts)[number] }): Column => {
  if (sort === "LAST_RUN_DESC") return byLastRun("flow");
  return sort === "NEXT_RUN_ASC" ? byNextRun("flow") : byName({ sort });
};

export const flowNoun = noun(
  {
    read: readById,
    readByName,
    readMany,
    ...lists<Parsed<typeof flows.count>, Parameters<typeof orderOf>[0]>({
      clauses: flowClauses,
      order: orderOf,
    }),
  },
  {
    /** By name: an existing flow is returned unchanged. */
    create,
    update,
    /** With its runs and deployments. */
    delete: remove,
  },
);

async function create(scope: WriteScope, input: Parsed<typeof flows.create>): Promise<Created<Flow>> {
  const known = await readByName(scope, input.name);
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
  reportChange(scope, "flow", "created", row);
  return { row: flowFrom(row), isNew: true };
}

async function update(scope: WriteScope, { id, tags }: Parsed<typeof flows.update>): Promise<boolean> {
  const known = await readById(scope, id);
  if (!known) return false;
  const next = { tags: tags ?? known.tags };
  const sets = { tags: JSON.stringify(next.tags), updated: scope.time, version: sql<number>`version + 1` };
  scope.write(scope.dialect.build.updateTable("flow").set(sets).where("id", "=", id));
  scope.changed("flows", "updated", id);
  reportChange(scope, "flow", "updated", known, differences(known, next));
  return true;
}

async function remove(scope: WriteScope, id: string): Promise<boolean> {
  const flow = await readById(scope, id);
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
  reportChange(scope, "flow", "deleted", flow);
  return true;
}
