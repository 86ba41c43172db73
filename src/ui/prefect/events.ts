import { heartbeatEvent } from "../../schema/event-names.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { TaskRunPolicy } from "../../schema/run-policies.ts";
import { isFinal, State } from "../../schema/states.ts";
import { TaskRun } from "../../schema/task-runs.ts";

/** What kinds of resources are called in the names of events, and as nouns here. */
const nouns: Readonly<Record<string, string>> = {
  flow: "flows",
  "flow-run": "flow-runs",
  "task-run": "task-runs",
  deployment: "deployments",
  "work-pool": "work-pools",
  "work-queue": "work-queues",
  worker: "workers",
  "concurrency-limit": "concurrency-limits",
  variable: "variables",
  "block-document": "block-documents",
  artifact: "artifacts",
  automation: "automations",
};

/** The noun whose rows an event is about, as `prefect.flow-run.Running` is about flow runs. */
export const nounOf = ({ event }: Pick<ReceivedEvent, "event">): string | undefined =>
  nouns[/^prefect\.([a-z-]+)\./.exec(event)?.[1] ?? ""];

export const isHeartbeat = ({ event }: Pick<ReceivedEvent, "event">): boolean => event === heartbeatEvent;

const idIn = (resource: Readonly<Record<string, string>>): string =>
  resource["prefect.resource.id"]?.split(".").at(-1) ?? "";

export const rowIdOf = ({ resource }: Pick<ReceivedEvent, "resource">): string => idIn(resource);

/** Ids of the related resources of this role. */
export const relatedIds = ({ related }: Pick<ReceivedEvent, "related">, role: string): string[] =>
  related.filter((one) => one["prefect.resource.role"] === role).map(idIn);

/** What the event of a state says of the row of its flow run, which has more; undefined for events of no state. */
export function flowRunPatchOf(event: ReceivedEvent) {
  const state = stateOf(event);
  if (!state) return undefined;
  return {
    ...{ id: rowIdOf(event), updated: event.occurred },
    ...{ state, state_id: state.id, state_type: state.type, state_name: state.name },
    ...(isFinal(state.type) ? { end_time: event.occurred } : {}),
  };
}

function stateOf({ id, occurred, payload }: ReceivedEvent): State | undefined {
  const { validated_state } = Object(payload);
  if (typeof validated_state !== "object" || validated_state === null) return undefined;
  const {
    name = String(validated_state.type),
    message = null,
    data = null,
    state_details = {},
  } = validated_state;
  return State.safeParse({ ...validated_state, id, name, message, data, state_details, timestamp: occurred })
    .data;
}

/** The row of a task run as an event of its engine tells it; undefined for events that do not tell it whole. */
export function taskRunOf(event: ReceivedEvent): TaskRun | undefined {
  const { task_run } = Object(event.payload);
  const state = stateOf(event);
  if (!state || typeof task_run !== "object" || task_run === null) return undefined;
  const row = TaskRun.safeParse({
    ...absent,
    ...task_run,
    id: rowIdOf(event),
    ...{
      created: event.occurred,
      updated: event.received,
      flow_run_id: relatedIds(event, "flow-run")[0] ?? null,
    },
    empirical_policy: TaskRunPolicy.safeParse(task_run.empirical_policy).data ?? TaskRunPolicy.parse({}),
    ...{ state, state_id: state.id, state_type: state.type, state_name: state.name },
  });
  return row.success ? row.data : undefined;
}

/** What the event of a state leaves out while it has no value. */
const absent = {
  ...{ name: "", tags: [], labels: {}, run_count: 0, flow_run_run_count: 0, task_inputs: {} },
  ...{ expected_start_time: null, next_scheduled_start_time: null, start_time: null, end_time: null },
  ...{ total_run_time: 0, estimated_run_time: 0, estimated_start_time_delta: 0 },
  ...{ cache_key: null, cache_expiration: null, task_version: null },
};
