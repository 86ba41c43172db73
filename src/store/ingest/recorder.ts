import { type AttemptToken, attemptLabel } from "../../schema/attempt-tokens.ts";
import { isWritten } from "../../schema/exact-json.ts";
import { maxStateMessage, shortened } from "../../schema/long-texts.ts";
import { defaultStateName, isFinal, type StateType, stateTypes } from "../../schema/state-types.ts";
import { toTimestamp } from "../../schema/times.ts";
import { flowRunOf } from "../engine/event-rows.ts";
import type { Recorded, SentEvent, Value } from "../engine/protocol.ts";

// Turns client events into task runs: this file parses events, `ingest-program.ts` writes them.

const taskRunPrefix = "prefect.task-run.";
const flowRunPrefix = "prefect.flow-run.";

type Fields = Readonly<Record<string, unknown>>;

// A hot path: a lookup replaces the parsing by schema.
const typesByName = new Map<unknown, StateType>(stateTypes.map((type) => [type, type]));

/** The record of an event; undefined when it is no state of a client's task run. */
export function recorded(event: SentEvent): Recorded | undefined {
  if (!event.event.startsWith(taskRunPrefix)) return undefined;
  if (event.resource["prefect.orchestration"] !== "client" || typeof event.payload === "string")
    return undefined;
  const resourceId = event.resource["prefect.resource.id"] ?? "";
  if (!resourceId.startsWith(taskRunPrefix)) return undefined;
  const state = fields(event.payload.validated_state);
  const type = typesByName.get(state.type ?? event.resource["prefect.state-type"]);
  if (!type) return undefined;

  const run = fields(event.payload.task_run);
  const id = resourceId.slice(taskRunPrefix.length);
  const flowRunId = flowRunOf(event);
  const details = fields(state.state_details);
  return {
    id,
    flow_run_id: flowRunId,
    attempt: attemptOf(event)?.token ?? null,
    task_key: text(run.task_key) ?? "",
    dynamic_key: text(run.dynamic_key) ?? id,
    values: valuesOf(event, run, type, details),
    type,
    name: text(state.name) || event.resource["prefect.state-name"] || defaultStateName(type),
    message: messageOf(state, event),
    data: json(state.data),
    state_details: isEmpty(details) ? "{}" : JSON.stringify(details),
  };
}

function messageOf(state: Fields, { resource }: SentEvent): string | null {
  const message = text(state.message) || resource["prefect.state-message"];
  return message ? shortened(message, maxStateMessage) : null;
}

/** The attempt of the flow run that sent the event. */
export function attemptOf({
  resource,
  related,
}: Pick<SentEvent, "resource" | "related">): AttemptToken | undefined {
  for (const one of [resource, ...related]) {
    const token = one[attemptLabel];
    const id = one["prefect.resource.id"] ?? "";
    if (token !== undefined && id.startsWith(flowRunPrefix))
      return { flowRunId: id.slice(flowRunPrefix.length), token };
  }
  return undefined;
}

function valuesOf(event: SentEvent, run: Fields, type: StateType, details: Fields): Value[] {
  const final = isFinal(type);
  // A task that ended before it ran has neither time: its client counts no run, and leaves out what it does not have.
  const neverRan = count(run.run_count) === 0 && time(run.start_time) === null;
  const ran = type === "RUNNING" || (final && !neverRan);
  return [
    text(run.name) || event.resource["prefect.resource.name"] || null,
    json(run.tags),
    json(run.labels),
    text(run.cache_key),
    time(run.cache_expiration),
    text(run.task_version),
    json(run.empirical_policy),
    json(run.task_inputs),
    count(run.flow_run_run_count),
    count(run.run_count ?? Number(event.resource["prefect.run-count"] || Number.NaN)),
    time(run.expected_start_time),
    time(run.start_time) ?? (ran ? event.occurred : null),
    final ? (time(run.end_time) ?? (ran ? event.occurred : null)) : null,
    number(run.total_run_time),
    type === "SCHEDULED" ? time(details.scheduled_time) : null,
  ];
}

const none: Fields = {};
const isEmpty = (fields: Fields): boolean => {
  for (const _ in fields) return false;
  return true;
};
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const fields = (value: unknown): Fields => (isFields(value) ? value : none);
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const number = (input: unknown): number | null => {
  const value = isWritten(input) ? Number(input.rawJSON) : input;
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};
/** An invalid count is dropped: its column would refuse it and fail the whole batch. */
const count = (input: unknown): number | null => {
  const value = number(input);
  return value !== null && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : null;
};
const json = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);

const wirePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
/** Our own clients already send the one shape of the wire. */
const time = (value: unknown): string | null => {
  if (typeof value !== "string") return null;
  return wirePattern.test(value) ? value : (toTimestamp(value) ?? null);
};
