import { sql } from "kysely";
import type { Deployment, DeploymentCreate, DeploymentUpdate } from "../../schema/deployments.ts";
import { problem } from "../../schema/problems.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Created } from "../noun.ts";
import { jsonOrNull, newId } from "../sql/rows.ts";
import type { DeploymentTable } from "../tables.ts";
import { reportDeployment, updatesOf } from "./deployment-events.ts";
import { chooseLimit } from "./deployment-limits.ts";
import { type DeploymentRow, deploymentFrom, rowsWhere } from "./deployment-rows.ts";
import { addSchedules, mergeSchedules, replaceSchedules } from "./deployment-schedules.ts";
import { chooseQueue } from "./queue-choice.ts";
import { dropPlannedRuns } from "./scheduled-runs.ts";

export const rowOf = async (scope: Scope, id: string): Promise<DeploymentRow | undefined> =>
  (await rowsWhere(scope, sql`deployment.id = ${id}`))[0];

export async function createDeployment(
  scope: WriteScope,
  input: DeploymentCreate,
): Promise<Created<Deployment>> {
  const { build } = scope.dialect;
  const known = await scope.first(
    build
      .selectFrom("deployment")
      .select("id")
      .where("flow_id", "=", input.flow_id)
      .where("name", "=", input.name),
  );
  const before = known && (await rowOf(scope, known.id));
  const row = before ? await replace(scope, before, input) : await insert(scope, input);
  return { row: deploymentFrom(row, scope.now()), isNew: !before };
}

async function insert(scope: WriteScope, input: DeploymentCreate): Promise<DeploymentRow> {
  const { build } = scope.dialect;
  const flow = await scope.first(build.selectFrom("flow").select("labels").where("id", "=", input.flow_id));
  if (!flow) throw problem("not-found", "Flow not found");
  const labels = { ...JSON.parse(flow.labels), "prefect.flow.id": input.flow_id, ...input.labels };
  const id = newId(scope.now());
  const { labels: _, ...columns } = columnsOf(input);
  const row: DeploymentTable = {
    ...{ id, created: scope.time, updated: scope.time, revision: 1, flow_id: input.flow_id },
    ...fresh,
    ...columns,
    name: input.name,
    labels: JSON.stringify(labels),
    work_queue_id: (await queueOf(scope, input)) ?? null,
    limit_id: null,
  };
  scope.write(build.insertInto("deployment").values(row));
  addSchedules(scope, id, input.schedules);
  await writeLimit(scope, id, input);
  scope.changed("deployments", "created", id);
  const written = await existing(scope, id);
  reportDeployment(scope, "created", written);
  return written;
}

/** Defaults of a deployment. */
const fresh = {
  ...{ version: null, description: null, paused: 0, tags: "[]", parameters: "{}", job_variables: "{}" },
  ...{ parameter_openapi_schema: "{}", enforce_parameter_schema: 1, path: null, entrypoint: null },
  ...{ pull_steps: "[]", concurrency_options: null, storage_document_id: null },
  ...{ infrastructure_document_id: null, created_by: null, updated_by: null, last_polled: null },
  status: "NOT_READY",
};

async function replace(
  scope: WriteScope,
  before: DeploymentRow,
  input: DeploymentCreate,
): Promise<DeploymentRow> {
  const { labels, ...columns } = columnsOf(input);
  const merged = labels && {
    labels: JSON.stringify({ ...JSON.parse(before.labels), ...JSON.parse(labels) }),
  };
  const queue = await queueOf(scope, input);
  const sets = { ...columns, ...merged, ...(queue !== undefined && { work_queue_id: queue }) };
  replaceSchedules(scope, before.id, input.schedules);
  await writeLimit(scope, before.id, input);
  await dropPlannedRuns(scope, before.id, { dueToo: input.paused === true });
  return finish(scope, before, { sets, isReplanned: true });
}

/** Keys whose old value would remain in runs created in advance. */
const planned = [
  ...["schedules", "paused", "parameters", "tags", "job_variables", "version"],
  ...["work_queue_name", "work_pool_name"],
];

export async function updateDeployment(scope: WriteScope, input: DeploymentUpdate): Promise<boolean> {
  const before = await rowOf(scope, input.id);
  if (!before) return false;
  const queue = await queueOf(scope, input, before);
  const sets = { ...columnsOf(input), ...(queue !== undefined && { work_queue_id: queue }) };
  if (input.schedules) await mergeSchedules(scope, input.id, input.schedules);
  await writeLimit(scope, input.id, input);
  const isReplanned = Object.keys(input).some((key) => planned.includes(key));
  if (isReplanned) await dropPlannedRuns(scope, input.id, { dueToo: input.paused === true });
  await finish(scope, before, { sets, isReplanned });
  return true;
}

/** After a change of only the schedules. */
export async function replan(
  scope: WriteScope,
  before: DeploymentRow,
  { dueToo }: { dueToo: boolean },
): Promise<void> {
  await dropPlannedRuns(scope, before.id, { dueToo });
  await finish(scope, before, { sets: {}, isReplanned: true });
}

interface Change {
  sets: Partial<DeploymentTable>;
  isReplanned: boolean;
}

async function finish(scope: WriteScope, before: DeploymentRow, { sets, isReplanned }: Change) {
  const revision = before.revision + (isReplanned ? 1 : 0);
  const written = { ...sets, revision, updated: scope.time };
  scope.write(scope.dialect.build.updateTable("deployment").set(written).where("id", "=", before.id));
  scope.changed("deployments", "updated", before.id);
  const after = await existing(scope, before.id);
  const now = scope.now();
  reportDeployment(
    scope,
    "updated",
    after,
    updatesOf(deploymentFrom(before, now), deploymentFrom(after, now)),
  );
  return after;
}

async function existing(scope: WriteScope, id: string): Promise<DeploymentRow> {
  const row = await rowOf(scope, id);
  if (!row) throw new Error(`The deployment ${id} vanished within the transaction that wrote it.`);
  return row;
}

type Given = Partial<Omit<DeploymentCreate, "flow_id" | "schedules">>;

/** The columns of the given keys; null in a required column means its default. */
function columnsOf(input: Given): Partial<DeploymentTable> {
  const { paused, tags, labels, parameters, job_variables, enforce_parameter_schema } = input;
  const text = (value: object | null, empty: object) => JSON.stringify(value ?? empty);
  return {
    ...plainColumns(input),
    ...(paused !== undefined && { paused: paused ? 1 : 0 }),
    ...(tags !== undefined && { tags: JSON.stringify(tags) }),
    ...(labels !== undefined && { labels: text(labels, {}) }),
    ...(parameters !== undefined && { parameters: text(parameters, {}) }),
    ...(job_variables !== undefined && { job_variables: text(job_variables, {}) }),
    ...(enforce_parameter_schema !== undefined && {
      enforce_parameter_schema: enforce_parameter_schema === false ? 0 : 1,
    }),
  };
}

function plainColumns(input: Given): Partial<DeploymentTable> {
  const { version, description, path, entrypoint, storage_document_id, infrastructure_document_id } = input;
  const { parameter_openapi_schema, pull_steps, concurrency_options } = input;
  return {
    ...(version !== undefined && { version }),
    ...(description !== undefined && { description }),
    ...(path !== undefined && { path }),
    ...(entrypoint !== undefined && { entrypoint }),
    ...(storage_document_id !== undefined && { storage_document_id }),
    ...(infrastructure_document_id !== undefined && { infrastructure_document_id }),
    ...(parameter_openapi_schema !== undefined && {
      parameter_openapi_schema: jsonOrNull(parameter_openapi_schema),
    }),
    ...(pull_steps !== undefined && { pull_steps: jsonOrNull(pull_steps) }),
    ...(concurrency_options !== undefined && { concurrency_options: jsonOrNull(concurrency_options) }),
  };
}

/** The new queue; undefined if the input names none. A queue without a pool is in the deployment's own pool. */
async function queueOf(
  scope: WriteScope,
  { work_pool_name: pool, work_queue_name: queue }: Given,
  before?: DeploymentRow,
): Promise<string | null | undefined> {
  if (pool === undefined && (queue === undefined || (before && queue === null))) return undefined;
  if (pool === null && before) return null;
  const chosen = await chooseQueue(scope, {
    work_pool_name: pool ?? before?.work_pool_name ?? null,
    work_queue_name: queue ?? null,
    makesQueue: true,
  });
  return chosen?.id ?? null;
}

async function writeLimit(scope: WriteScope, id: string, input: Given): Promise<void> {
  const limit_id = await chooseLimit(scope, id, input);
  if (limit_id === undefined) return;
  scope.write(scope.dialect.build.updateTable("deployment").set({ limit_id }).where("id", "=", id));
}
