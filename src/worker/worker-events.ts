import type { EventCreate } from "../schema/events.ts";
import type { FlowRun } from "../schema/flow-runs.ts";
import type { WorkPool } from "../schema/work-pools.ts";
import { runEvent } from "../sdk/task-events.ts";

export interface WorkerIdentity {
  name: string;
  pool: WorkPool;
}

/** Events about a worker, and about runs that it starts. */
export function workerEvent(
  what: "started" | "stopped" | "submitted-flow-run" | "executed-flow-run",
  { name, pool }: WorkerIdentity,
  run?: FlowRun,
): EventCreate {
  return runEvent(`prefect.worker.${what}`, {
    resource: {
      "prefect.resource.id": `prefect.worker.${pool.type}.${slug(name)}`,
      "prefect.resource.name": name,
      "prefect.worker-type": pool.type,
    },
    related: [
      {
        "prefect.resource.id": `prefect.work-pool.${pool.id}`,
        "prefect.resource.role": "work-pool",
        "prefect.resource.name": pool.name,
      },
      ...(run ? relatedRun(run) : []),
    ],
    payload: {},
  });
}

const relatedRun = (run: FlowRun): Record<string, string>[] => [
  {
    "prefect.resource.id": `prefect.flow-run.${run.id}`,
    "prefect.resource.role": "flow-run",
    "prefect.resource.name": run.name,
  },
  { "prefect.resource.id": `prefect.flow.${run.flow_id}`, "prefect.resource.role": "flow" },
  ...(run.deployment_id === null
    ? []
    : [
        {
          "prefect.resource.id": `prefect.deployment.${run.deployment_id}`,
          "prefect.resource.role": "deployment",
        },
      ]),
];

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
