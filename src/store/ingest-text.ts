import type { EventCreate } from "../schema/events.ts";
import { eventValues, failedRunOf, resourcesOf } from "./event-rows.ts";
import type { Recorded, Value } from "./protocol.ts";
import { recorded, recordedColumns } from "./recorder.ts";

// How events cross to the writer. Copying a structure of forty strings costs more than writing it into the
// database; one text, joined here and split there, costs a tenth of that.

const separator = "\u001f";
const pairSeparator = "\u001e";
const nothing = "\u0000";
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that may not pass
const reserved = /[\u0000\u001e\u001f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const everyReserved = /[\u0000\u001e\u001f]/g;

const eventFields = 8;
const recordFields = 9;
const recordAt = eventFields + 2;
/** Its own columns, its resources, whose error it is, and what it records of a task run. */
const fieldsPerEvent = recordAt + recordFields + recordedColumns.length;
const noRecord: Value[] = Array.from({ length: recordFields + recordedColumns.length }, () => null);

/** JSON escapes control characters; in plain text the three reserved ones give way to a space. */
const field = (value: Value): string => {
  if (value === null) return nothing;
  if (typeof value === "number") return String(value);
  return reserved.test(value) ? value.replace(everyReserved, " ") : value;
};

/** Everything the writer has to know of an event. */
export function eventText(event: EventCreate): string {
  const [id, occurred, name, resourceId, ...documents] = eventValues(event);
  const fields = [String(id), String(occurred), field(name ?? null), field(resourceId ?? null)];
  for (const document of documents) fields.push(document === null ? nothing : String(document));
  fields.push(resourcesOf(event).map(field).join(pairSeparator), failedRunOf(event) ?? nothing);
  const record = recorded(event);
  for (const value of record ? recordValues(record) : noRecord) fields.push(field(value));
  return fields.join(separator);
}

export const joinTexts = (texts: readonly string[]): string => texts.join(separator);

const recordValues = (record: Recorded): Value[] => [
  record.id,
  record.flow_run_id,
  record.task_key,
  record.dynamic_key,
  record.type,
  record.name,
  record.message,
  record.data,
  record.state_details,
  ...record.values,
];

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

/** The counterpart of `recordValues`. */
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
