import type { Deployment } from "../../schema/deployments.ts";
import type { EventCreate } from "../../schema/events.ts";
import { differences, record, resourceOf, type Updates } from "../changes/resource-events.ts";
import type { WriteScope } from "../engine/scope.ts";
import type { DeploymentRow } from "./deployment-rows.ts";

type Told = Pick<
  DeploymentRow,
  | ("id" | "name" | "flow_id" | "flow_name" | "work_queue_id" | "work_queue_name")
  | ("work_pool_id" | "work_pool_name" | "work_pool_type")
>;

/** Records events of a deployment, with its flow, queue and pool as related resources. */
export function reportDeployment(
  scope: WriteScope,
  verb: "created" | "updated" | "deleted" | "ready" | "not-ready",
  { id, name, ...around }: Told,
  updates?: Updates,
): void {
  const related = [
    ...one("flow", around.flow_id, { "prefect.resource.name": around.flow_name }),
    ...one("work-queue", around.work_queue_id, { "prefect.resource.name": around.work_queue_name }),
    ...one("work-pool", around.work_pool_id, {
      "prefect.resource.name": around.work_pool_name,
      "prefect.work-pool.type": around.work_pool_type,
    }),
  ];
  const payload = updates && { updated_fields: Object.keys(updates), updates };
  const resource = resourceOf("deployment", { id, name });
  record(scope, `prefect.deployment.${verb}`, { resource, related, ...(payload && { payload }) });
}

function one(kind: string, id: string | null, labels: Record<string, string | null>): EventCreate["related"] {
  if (id === null) return [];
  const said = Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== null);
  const resource = { "prefect.resource.id": `prefect.${kind}.${id}`, "prefect.resource.role": kind };
  return [{ ...resource, ...Object.fromEntries(said) }];
}

const reported = [
  ...["version", "description", "paused", "tags", "parameters", "job_variables", "path", "entrypoint"],
  ...["parameter_openapi_schema", "enforce_parameter_schema", "pull_steps", "concurrency_options"],
  ...["work_queue_name", "work_pool_name", "global_concurrency_limit", "schedules"],
] as const;

/** The changed fields, as the event reports them. */
export const updatesOf = (before: Deployment, after: Deployment): Updates =>
  differences(reportedOf(before), reportedOf(after));

const reportedOf = (deployment: Deployment) =>
  Object.fromEntries(reported.map((key) => [key, deployment[key]]));
