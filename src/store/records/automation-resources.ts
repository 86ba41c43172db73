import type { Action } from "../../schema/automation-actions.ts";
import type { Automation } from "../../schema/automations.ts";

type Acting = Pick<Automation, "actions" | "actions_on_trigger" | "actions_on_resolve">;

/** Ids of the resources that an automation acts on by name. */
export function relatedResources({ actions, actions_on_trigger, actions_on_resolve }: Acting): string[] {
  const named = [...actions, ...actions_on_trigger, ...actions_on_resolve].flatMap(targetsOf);
  return [...new Set(named)];
}

function targetsOf(action: Action): string[] {
  if ("deployment_id" in action && action.deployment_id)
    return [`prefect.deployment.${action.deployment_id}`];
  if ("work_pool_id" in action && action.work_pool_id) return [`prefect.work-pool.${action.work_pool_id}`];
  if ("work_queue_id" in action && action.work_queue_id)
    return [`prefect.work-queue.${action.work_queue_id}`];
  if ("automation_id" in action && action.automation_id)
    return [`prefect.automation.${action.automation_id}`];
  if ("block_document_id" in action) return [`prefect.block-document.${action.block_document_id}`];
  return [];
}
