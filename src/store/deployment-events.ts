import type { Deployment } from "../schema/deployments.ts";
import type { EventCreate } from "../schema/events.ts";
import { differences, record, resourceOf, type Updates } from "./resource-events.ts";
import type { WriteScope } from "./scope.ts";

interface Told {
  id: string;
  name: string;
  flow_id: string;
  work_queue_id: string | null;
  work_pool_id: string | null;
}

/** Tells of a deployment together with the flow, queue and pool that it belongs to. */
export function tellOfDeployment(
  scope: WriteScope,
  verb: "created" | "updated" | "deleted" | "ready" | "not-ready",
  { id, name, flow_id, work_queue_id, work_pool_id }: Told,
  updates?: Updates,
): void {
  const related = [
    ...one("flow", flow_id),
    ...one("work-queue", work_queue_id),
    ...one("work-pool", work_pool_id),
  ];
  const payload = updates && { updated_fields: Object.keys(updates), updates };
  const resource = resourceOf("deployment", { id, name });
  record(scope, `prefect.deployment.${verb}`, { resource, related, ...(payload && { payload }) });
}

const one = (kind: string, id: string | null): EventCreate["related"] =>
  id === null ? [] : [{ "prefect.resource.id": `prefect.${kind}.${id}`, "prefect.resource.role": kind }];

const told = [
  ...["version", "description", "paused", "tags", "parameters", "job_variables", "path", "entrypoint"],
  ...["parameter_openapi_schema", "enforce_parameter_schema", "pull_steps", "concurrency_options"],
  ...["work_queue_name", "work_pool_name", "global_concurrency_limit", "schedules"],
] as const;

/** What a change made different, as the event of it tells. */
export const updatesOf = (before: Deployment, after: Deployment): Updates =>
  differences(toTell(before), toTell(after));

const toTell = (deployment: Deployment) => Object.fromEntries(told.map((key) => [key, deployment[key]]));
