import { type Deployment, deployments } from "../../schema/deployments.ts";
import type { DeployedFlow, DeploymentOptions, FlowDeployment } from "../deployment-options.ts";
import { schedulesOf } from "../deployment-options.ts";
import { seconds } from "../duration.ts";
import type { FlowDefinition } from "../flow-settings.ts";
import { parameterSchema } from "../parameter-schemas.ts";
import { recordable } from "../parameters.ts";
import { type Session, session } from "../session.ts";
import { type Entrypoint, entrypointText, findEntrypoint } from "./entrypoints.ts";

/** Creates or updates a deployment on the server. */
export async function register(
  open: Session,
  { flow, options }: FlowDeployment,
  entrypoint: Entrypoint,
): Promise<Deployment> {
  const { definition } = flow;
  const folder = process.cwd();
  return open.client.call(deployments.create, {
    name: options.name,
    flow_id: await open.flowId(definition.name),
    schedules: schedulesOf(options),
    parameters: recordable(options.parameters ?? {}),
    parameter_openapi_schema: parameterSchema(definition),
    enforce_parameter_schema: true,
    tags: [...(options.tags ?? []), ...flow.settings.tags],
    path: folder,
    entrypoint: entrypointText(entrypoint, folder),
    job_variables: options.jobVariables ?? {},
    paused: options.paused ?? false,
    ...limitOf(options),
    ...described(options, definition),
    ...(options.workPool === undefined ? {} : { work_pool_name: options.workPool }),
    ...(options.workQueue === undefined ? {} : { work_queue_name: options.workQueue }),
  });
}

function limitOf({ limit }: DeploymentOptions) {
  if (limit === undefined) return {};
  if (typeof limit === "number") return { concurrency_limit: limit };
  const { collisionStrategy = "ENQUEUE", gracePeriod } = limit;
  return {
    concurrency_limit: limit.limit,
    concurrency_options: {
      collision_strategy: collisionStrategy,
      ...(gracePeriod === undefined ? {} : { grace_period_seconds: seconds(gracePeriod, "gracePeriod") }),
    },
  };
}

function described(options: DeploymentOptions, definition: FlowDefinition) {
  const description = options.description ?? definition.description;
  const version = options.version ?? definition.version;
  return {
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
  };
}

/** Registers a flow for the workers of its pool. */
export async function deploy(deployment: FlowDeployment): Promise<DeployedFlow> {
  const { flow, options } = deployment;
  const open = await session();
  open.use();
  try {
    const entrypoint = await findEntrypoint(flow.definition, options.entrypoint);
    const { id } = await register(open, deployment, entrypoint);
    return { id, name: `${flow.definition.name}/${options.name}` };
  } finally {
    await open.leave();
  }
}
