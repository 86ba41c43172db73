import type { EventSink } from "../client/events.ts";
import type { EventCreate } from "../schema/events.ts";
import { newId } from "../schema/ids.ts";
import { nowMicros, stamp } from "./clock.ts";
import { describeError } from "./errors.ts";
import type { RunRef, StateView } from "./state.ts";
import type { TaskDefinition, TaskSettings } from "./task-settings.ts";

/** The task run's data in its events. */
interface ReportedRun {
  readonly ref: RunRef;
  readonly definition: TaskDefinition;
  readonly settings: TaskSettings;
  readonly dynamicKey: string;
  readonly inputs: unknown;
  readonly tags: readonly string[];
  readonly flow: { readonly runCount: number } | undefined;
  readonly related: Record<string, string>[];
  readonly runCount: number;
  readonly times: object;
  readonly sink: EventSink;
}

/**
 * A state change of a task run, in the format of Prefect's SDK, which its server records.
 * The id of the event is the id of the state.
 */
export function taskRunEvent(
  run: ReportedRun,
  { from, to, extra }: { from: StateView | undefined; to: StateView; extra: StateExtra },
): EventCreate {
  const { ref } = run;
  const { details = noDetails, ...payload } = extra;
  const message = to.message ?? "";
  return {
    id: to.id,
    follows: from?.id ?? null,
    occurred: to.timestamp,
    event: `prefect.task-run.${to.name}`,
    resource: {
      "prefect.resource.id": `prefect.task-run.${ref.id}`,
      "prefect.resource.name": ref.name,
      "prefect.run-count": String(run.runCount),
      "prefect.state-message": message,
      "prefect.state-name": to.name,
      "prefect.state-timestamp": to.timestamp,
      "prefect.state-type": to.type,
      "prefect.orchestration": "client",
    },
    related: run.related,
    payload: {
      intended: { from: from?.type ?? null, to: to.type },
      initial_state: from
        ? { type: from.type, name: from.name, message: from.message ?? "", state_details: noDetails }
        : null,
      validated_state: { type: to.type, name: to.name, message, state_details: details, data: null },
      task_run: {
        name: ref.name,
        task_key: run.definition.key,
        dynamic_key: run.dynamicKey,
        run_count: run.runCount,
        flow_run_run_count: run.flow?.runCount ?? 0,
        ...run.times,
        ...(from && run.sink.remembers ? undefined : constants(run)),
      },
      ...payload,
    },
  };
}

const noDetails = {};

/** What is the same for all states: most of an event, sent once to a server that keeps it. */
const constants = ({ definition, settings, tags, inputs }: ReportedRun) => ({
  ...(definition.version === undefined ? undefined : { task_version: definition.version }),
  empirical_policy: settings.policy,
  tags,
  labels: {},
  task_inputs: inputs,
});

export interface StateExtra {
  details?: Record<string, unknown>;
  input_preview?: unknown;
  result_preview?: unknown;
}

/** An event about a run other than a state change, such as its error or its result. */
export const runEvent = (
  event: string,
  about: {
    resource: Record<string, string>;
    related: Record<string, string>[];
    payload: Record<string, unknown>;
  },
): EventCreate => ({
  id: newId(),
  follows: null,
  occurred: stamp(nowMicros()),
  event,
  ...about,
});

export const errorPayload = (error: unknown, attempt: number): Record<string, unknown> => ({
  ...describeError(error, attempt),
});
