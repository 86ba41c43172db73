import type { Deployment, DeploymentUpdate, deployments, ScheduleUpdate } from "../schema/deployments.ts";
import { problem } from "../schema/problems.ts";
import type { Parsed } from "../schema/route.ts";
import type { Json } from "../schema/scalars.ts";
import type { Created } from "../store/noun.ts";
import type { Store, Tx } from "../store/store.ts";
import { hydrateObject, variablesOf } from "./hydration.ts";
import { refuseJobVariables } from "./job-variables.ts";
import { checkedTransaction, complaintText } from "./parameters.ts";
import { refuseImpossible, type ScheduleDeps } from "./schedules.ts";

// Writing deployments: parameters have to match their schema.

export interface DeploymentDeps {
  store: Store;
  scheduleDeps: ScheduleDeps;
}

export async function createDeployment(
  { store, scheduleDeps }: DeploymentDeps,
  input: Parsed<typeof deployments.create>,
): Promise<Created<Deployment>> {
  await refuseImpossible(scheduleDeps, input.schedules, ["schedules"]);
  return checkedTransaction(store, async (tx) => {
    await refuseUnknownBlocks(tx, input, "creating");
    const parameters = input.parameters && (await hydrateObject(input.parameters, variablesOf(tx)));
    await checkSchedules({ ...input, parameters }, "creating");
    await refuseVariables(tx, input, "creating deployment");
    // An existing deployment does not keep its own.
    return tx.deployments.create({ ...input, parameters: parameters ?? {} });
  });
}

export async function updateDeployment(
  { store, scheduleDeps }: DeploymentDeps,
  input: DeploymentUpdate,
): Promise<boolean> {
  if (input.schedules) await refuseImpossible(scheduleDeps, input.schedules, ["schedules"]);
  return checkedTransaction(store, async (tx) => {
    const known = await tx.deployments.read(input.id);
    if (!known) return false;
    await refuseUnknownBlocks(tx, input, "updating");
    const parameters = input.parameters && (await hydrateObject(input.parameters, variablesOf(tx)));
    const after = { ...known, ...input, parameters: parameters ?? known.parameters };
    if (parameters) await check(after, parameters, "updating");
    if (input.schedules) await checkSchedules(after, "updating");
    if (input.job_variables || input.work_pool_name) await refuseVariables(tx, after, "updating deployment");
    return tx.deployments.update({ ...input, ...(parameters && { parameters }) });
  });
}

/** Missing required parameters may come with each run. */
async function refuseVariables(tx: Tx, checked: Parameters<typeof refuseJobVariables>[1], doing: string) {
  if (checked.job_variables) await refuseJobVariables(tx, checked, doing, { isPartial: true });
}

interface Blocks {
  storage_document_id?: string | null | undefined;
  infrastructure_document_id?: string | null | undefined;
}

async function refuseUnknownBlocks(tx: Tx, input: Blocks, doing: "creating" | "updating"): Promise<void> {
  for (const kind of ["storage", "infrastructure"] as const) {
    const id = input[`${kind}_document_id`];
    if (!id || (await tx.blockDocuments.read(id))) continue;
    throw problem("conflict", `Error ${doing} deployment. Could not find ${kind} block with id: ${id}.`);
  }
}

interface Checked {
  enforce_parameter_schema?: boolean | null | undefined;
  parameter_openapi_schema?: Json | null | undefined;
  parameters?: Json | null | undefined;
  schedules?: readonly ScheduleUpdate[] | null | undefined;
}

async function checkSchedules(input: Checked, doing: "creating" | "updating"): Promise<void> {
  for (const { parameters } of input.schedules ?? []) {
    if (parameters && Object.keys(parameters).length > 0) {
      await check(input, { ...input.parameters, ...parameters }, doing);
    }
  }
}

/** Missing values may be given when a run is created. */
async function check(input: Checked, parameters: Json, doing: "creating" | "updating"): Promise<void> {
  const schema = input.parameter_openapi_schema;
  if (!schema || input.enforce_parameter_schema === false) return;
  const wrong = await complaintText(schema, parameters, { isPartial: true });
  if (wrong)
    throw problem("conflict", `Error ${doing} deployment: Validation failed. Failure reason: ${wrong}`);
}
