import type { EventCreate } from "../schema/events.ts";
import { eventValues, failedRunOf, resourcesOf } from "./event-rows.ts";
import { nothing, pairSeparator, recordedColumns, recordFields, separator } from "./ingest-text.ts";
import type { Recorded, Value } from "./protocol.ts";
import { recorded } from "./recorder.ts";

// The sending half of ingest-text.ts.

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that may not pass
const reserved = /[\u0000\u001e\u001f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const everyReserved = /[\u0000\u001e\u001f]/g;
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
