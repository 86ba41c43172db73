import type { EventCreate } from "../../schema/events.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { toMs } from "../../schema/scalars.ts";
import type { State } from "../../schema/states.ts";
import type { EventContext } from "../engine/transition-cache.ts";

const chainMs = 5 * 60_000;

/** The event of a state change. Its id is the state's, so that events can refer to the one they follow. */
export function stateEvent(
  run: FlowRun,
  before: State | null,
  state: State,
  context: EventContext,
): EventCreate {
  const isRecent = before && toMs(state.timestamp) - toMs(before.timestamp) < chainMs;
  return {
    id: state.id,
    occurred: state.timestamp,
    event: `prefect.flow-run.${state.name}`,
    follows: isRecent ? before.id : null,
    resource: {
      "prefect.resource.id": `prefect.flow-run.${run.id}`,
      "prefect.resource.name": run.name,
      "prefect.run-count": String(run.run_count),
      "prefect.state-message": state.message ?? "",
      "prefect.state-name": state.name,
      "prefect.state-timestamp": state.timestamp,
      "prefect.state-type": state.type,
    },
    related: related(run, context),
    payload: {
      intended: { from: before?.type ?? null, to: state.type },
      initial_state: before && brief(before),
      validated_state: brief(state),
    },
  };
}

const brief = ({ type, name, message, state_details }: State) => ({
  ...{ type, name, ...(message && { message }) },
  ...(type === "PAUSED" && { pause_reschedule: String(state_details.pause_reschedule) }),
});

function related(run: FlowRun, context: EventContext): Record<string, string>[] {
  const list = [one("flow", run.flow_id, "flow", context.flow_name)];
  if (run.deployment_id)
    list.push(one("deployment", run.deployment_id, "deployment", context.deployment_name));
  if (run.work_queue_id) list.push(one("work-queue", run.work_queue_id, "work-queue", run.work_queue_name));
  if (run.work_pool_id) {
    const pool = one("work-pool", run.work_pool_id, "work-pool", run.work_pool_name);
    if (context.work_pool_type !== null) pool["prefect.work-pool.type"] = context.work_pool_type;
    list.push(pool);
  }
  if (run.parent_task_run_id)
    list.push(one("task-run", run.parent_task_run_id, "task-run", context.parent_name));
  const tags: string[] = [
    ...run.tags,
    ...JSON.parse(context.flow_tags),
    ...JSON.parse(context.deployment_tags ?? "[]"),
  ];
  for (const tag of [...new Set(tags)].sort()) list.push(one("tag", tag, "tag"));
  const creator = run.created_by;
  if (creator?.id && creator.type) {
    list.push(one(creator.type.toLowerCase(), creator.id, "creator", creator.display_value));
  }
  return list;
}

function one(kind: string, id: string, role: string, name: string | null = null): Record<string, string> {
  const resource = { "prefect.resource.id": `prefect.${kind}.${id}`, "prefect.resource.role": role };
  return name === null ? resource : { ...resource, "prefect.resource.name": name };
}
