import type { Deployment, deployments } from "../schema/deployments.ts";
import type { FlowRun } from "../schema/flow-runs.ts";
import { problem } from "../schema/problems.ts";
import type { Parsed } from "../schema/route.ts";
import type { Json } from "../schema/scalars.ts";
import { noDetails, type StateCreate } from "../schema/states.ts";
import type { Created } from "../store/noun.ts";
import type { Store, Tx } from "../store/store.ts";
import { withTraceparent } from "./execution-context.ts";
import { hydrateObject, variablesOf } from "./hydration.ts";
import { refuseJobVariables } from "./job-variables.ts";
import { checkedTransaction, complaintText, refuseLong } from "./parameters.ts";
import { transitionFlowRun } from "./transition.ts";

type RunRequest = Parsed<typeof deployments.createFlowRun>;

/** A deployment run requested by a user or a program. */
export const createDeploymentRun = (
  store: Store,
  input: RunRequest,
  created_by: FlowRun["created_by"],
): Promise<Created<FlowRun>> =>
  checkedTransaction(store, (tx) => createDeploymentRunIn(tx, input, created_by));

export async function createDeploymentRunIn(
  tx: Tx,
  input: RunRequest,
  created_by: FlowRun["created_by"],
): Promise<Created<FlowRun>> {
  const deployment = await tx.deployments.read(input.id);
  if (!deployment) throw problem("not-found", "Deployment not found");
  refuseLostQueue(deployment, input);
  const parameters = await parametersOf(tx, deployment, input);
  const job_variables = { ...deployment.job_variables, ...input.job_variables };
  await refuseJobVariables(tx, { ...deployment, job_variables }, "creating flow run");
  const made = await tx.flowRuns.create({
    ...ofDeployment(deployment, input),
    ...{ parameters, created_by, makesQueue: true },
  });
  if (!made.isNew) return made;
  const { run } = await transitionFlowRun(tx, made.row, {
    to: input.state ?? scheduledAt(tx.now),
    force: true,
  });
  return { row: run, isNew: true };
}

function refuseLostQueue({ work_pool_name }: Deployment, { work_queue_name }: RunRequest): void {
  if (!work_queue_name || work_pool_name !== null) return;
  const why = "the deployment has no work pool in which it could be";
  throw problem("bad-request", `Cannot create a flow run in work queue "${work_queue_name}": ${why}.`);
}

const scheduledAt = (time: string): StateCreate => ({
  type: "SCHEDULED",
  name: null,
  message: null,
  state_details: { ...noDetails, scheduled_time: time },
});

async function parametersOf(tx: Tx, deployment: Deployment, input: RunRequest): Promise<Json> {
  const merged = { ...deployment.parameters, ...input.parameters };
  const parameters = await hydrateObject(merged, variablesOf(tx));
  refuseLong(parameters);
  const isEnforced = input.enforce_parameter_schema ?? deployment.enforce_parameter_schema;
  const schema = deployment.parameter_openapi_schema;
  const wrong = isEnforced && schema ? await complaintText(schema, parameters) : undefined;
  if (wrong)
    throw problem("conflict", `Error creating flow run: Validation failed. Failure reason: ${wrong}`);
  return parameters;
}

/** Combines values of the deployment with those of the request. */
function ofDeployment(deployment: Deployment, input: RunRequest) {
  const { id: _, enforce_parameter_schema, ...fields } = input;
  return {
    ...fields,
    flow_id: deployment.flow_id,
    deployment_id: deployment.id,
    deployment_version: deployment.version,
    flow_version: null,
    tags: [...new Set([...deployment.tags, ...input.tags])],
    labels: withTraceparent({ ...deployment.labels, ...input.labels }),
    work_pool_name: deployment.work_pool_name,
    work_queue_name: input.work_queue_name ?? deployment.work_queue_name,
  };
}
