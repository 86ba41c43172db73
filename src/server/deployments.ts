import type { Deployment, DeploymentUpdate, deployments, ScheduleUpdate } from "../schema/deployments.ts";
import { problem } from "../schema/problems.ts";
import type { Parsed } from "../schema/route.ts";
import type { Json } from "../schema/scalars.ts";
import type { Created } from "../store/nouns.ts";
import type { Store } from "../store/store.ts";
import { hydrateObject, variablesOf } from "./hydration.ts";
import { complaintText } from "./parameters.ts";

// Writing deployments: what is written of parameters has to fit their schema.

export function createDeployment(
  store: Store,
  input: Parsed<typeof deployments.create>,
): Promise<Created<Deployment>> {
  return store.transaction(async (tx) => {
    refuseBlocks(input);
    const parameters = input.parameters && (await hydrateObject(input.parameters, variablesOf(tx)));
    checkSchedules({ ...input, parameters }, "creating");
    return tx.deployments.create({ ...input, ...(parameters && { parameters }) });
  });
}

export function updateDeployment(store: Store, input: DeploymentUpdate): Promise<boolean> {
  return store.transaction(async (tx) => {
    const known = await tx.deployments.read(input.id);
    if (!known) return false;
    refuseBlocks(input);
    const parameters = input.parameters && (await hydrateObject(input.parameters, variablesOf(tx)));
    const after = { ...known, ...input, parameters: parameters ?? known.parameters };
    if (parameters) check(after, parameters, "updating");
    if (input.schedules) checkSchedules(after, "updating");
    return tx.deployments.update({ ...input, ...(parameters && { parameters }) });
  });
}

interface Blocks {
  storage_document_id?: string | null | undefined;
  infrastructure_document_id?: string | null | undefined;
}

/** There are no blocks to refer to. */
function refuseBlocks(input: Blocks): void {
  const { storage_document_id: storage, infrastructure_document_id: infrastructure } = input;
  const id = storage ?? infrastructure;
  if (!id) return;
  const kind = storage ? "storage" : "infrastructure";
  throw problem("conflict", `Error creating deployment. Could not find ${kind} block with id: ${id}.`);
}

interface Checked {
  enforce_parameter_schema?: boolean | null | undefined;
  parameter_openapi_schema?: Json | null | undefined;
  parameters?: Json | null | undefined;
  schedules?: readonly ScheduleUpdate[] | null | undefined;
}

function checkSchedules(input: Checked, doing: "creating" | "updating"): void {
  for (const { parameters } of input.schedules ?? []) {
    if (parameters && Object.keys(parameters).length > 0) {
      check(input, { ...input.parameters, ...parameters }, doing);
    }
  }
}

/** What is missing may be given when a run is asked for. */
function check(input: Checked, parameters: Json, doing: "creating" | "updating"): void {
  const schema = input.parameter_openapi_schema;
  if (!schema || input.enforce_parameter_schema === false) return;
  const wrong = complaintText(schema, parameters, { isPartial: true });
  if (wrong)
    throw problem("conflict", `Error ${doing} deployment: Validation failed. Failure reason: ${wrong}`);
}
