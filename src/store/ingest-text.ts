import type { Recorded, Value } from "./protocol.ts";

/** What an event may say of its task run, in the order of `Recorded.values`. */
export const recordedColumns = [
  "name",
  "tags",
  "labels",
  "cache_key",
  "cache_expiration",
  "task_version",
  "empirical_policy",
  "task_inputs",
  "flow_run_run_count",
  "run_count",
  "expected_start_time",
  "start_time",
  "end_time",
  "total_run_time",
  "next_scheduled_start_time",
] as const;

// How events cross to the writer. Copying a structure of forty strings costs more than writing it into the
// database; one text, joined here and split there, costs a tenth of that.

export const separator = "\u001f";
export const pairSeparator = "\u001e";
export const nothing = "\u0000";

const eventFields = 9;
export const recordFields = 9;
const recordAt = eventFields + 2;
/** Its own columns, its resources, whose error it is, and what it records of a task run. */
const fieldsPerEvent = recordAt + recordFields + recordedColumns.length;

export interface TextEvent {
  id: string;
  occurred: string;
  /** Columns of the table `event`. */
  values: Value[];
  /** Id and role of each resource, one after the other. */
  resources: string[];
  /** The flow run whose failure the event tells. */
  error: Value;
  record: Recorded | null;
}

export function eventsIn(text: string): TextEvent[] {
  const fields: Value[] = text.split(separator);
  for (let at = 0; at < fields.length; at += 1) if (fields[at] === nothing) fields[at] = null;
  const count = fields.length / fieldsPerEvent;
  return Array.from({ length: count }, (_, place) => eventAt(fields, place * fieldsPerEvent));
}

function eventAt(fields: Value[], at: number): TextEvent {
  const text = (place: number) => String(fields[at + place]);
  return {
    id: text(0),
    occurred: text(1),
    values: fields.slice(at, at + eventFields),
    resources: text(eventFields).split(pairSeparator),
    error: fields[at + eventFields + 1] ?? null,
    record: fields[at + recordAt] === null ? null : recordAtPlace(fields, at + recordAt),
  };
}

/** The counterpart of `recordValues` in event-text.ts. */
function recordAtPlace(fields: Value[], at: number): Recorded {
  const textOrNull = (place: number) => (fields[at + place] === null ? null : String(fields[at + place]));
  return {
    id: String(fields[at]),
    flow_run_id: textOrNull(1),
    task_key: String(fields[at + 2]),
    dynamic_key: String(fields[at + 3]),
    type: String(fields[at + 4]),
    name: String(fields[at + 5]),
    message: textOrNull(6),
    data: textOrNull(7),
    state_details: String(fields[at + 8]),
    values: fields.slice(at + recordFields, at + recordFields + recordedColumns.length),
  };
}
