import type { Json } from "../../schema/scalars.ts";
import { cloudRun, cloudRunV2, ecs, vertexAi } from "./clouds.ts";
import { azure, docker, kubernetes, processWorker } from "./containers.ts";
import { titled, type WorkerType } from "./fields.ts";

const types = [processWorker, docker, kubernetes, ecs, azure, cloudRun, cloudRunV2, vertexAi];

/**
 * The types of work pools that Prefect's clients have workers for, by the package that the worker comes with; `origin`
 * is where the client sees this server, which has the logos. Prefect's dashboard leaves out a type without one.
 */
export function workerCatalogue(origin: string): Json {
  const catalogue: Record<string, Record<string, Json>> = {};
  for (const type of types) {
    catalogue[type.collection] = { ...catalogue[type.collection], [type.type]: entryOf(type, origin) };
  }
  return catalogue;
}

function entryOf(worker: WorkerType, origin: string): Json {
  const { type, collection, name, description, logo, variables, job, required, definitions } = worker;
  return {
    type,
    display_name: name,
    description,
    logo_url: `${origin}/logos/${logo}.svg`,
    documentation_url: collection === "prefect" ? null : `https://docs.prefect.io/integrations/${collection}`,
    install_command: `pip install ${collection}`,
    is_beta: false,
    default_base_job_configuration: {
      job_configuration: job,
      variables: {
        ...{ description: "What a deployment may set about the jobs of the pool.", type: "object" },
        properties: titled(variables),
        ...(required ? { required } : {}),
        ...(definitions ? { definitions } : {}),
      },
    },
  };
}
