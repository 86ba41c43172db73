import { runErrorEvent, taskRunEvents } from "../../schema/event-names.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { parseExact } from "../../schema/exact-json.ts";
import type { FullEventTable } from "../tables.ts";
import type { EventStep, SentEvent, Value } from "./protocol.ts";

const flowRunPrefix = "prefect.flow-run.";

const idOf = (resource: Record<string, string>) => resource["prefect.resource.id"] ?? "";

/** Values of the table `event`, except the time of receipt and the related resources. */
export const eventValues = (event: SentEvent): Value[] => [
  event.id,
  event.occurred,
  event.event,
  idOf(event.resource),
  JSON.stringify(event.resource),
  typeof event.payload === "string" ? event.payload : JSON.stringify(event.payload),
  event.follows,
  event.event.startsWith(taskRunEvents) ? 1 : 0,
];

/** The flow run whose failure the event reports, if it is an error event. */
export function failedRunOf(event: SentEvent): string | null {
  if (event.event !== runErrorEvent) return null;
  const about = idOf(event.resource);
  return about.startsWith(flowRunPrefix) ? about.slice(flowRunPrefix.length) : flowRunOf(event);
}

/** Id of the flow run among the related resources. */
export function flowRunOf(event: Pick<SentEvent, "related">): string | null {
  for (const related of event.related) {
    if (related["prefect.resource.role"] !== "flow-run") continue;
    const id = related["prefect.resource.id"] ?? "";
    if (id.startsWith(flowRunPrefix)) return id.slice(flowRunPrefix.length);
  }
  return null;
}

/** An event that a transaction stores. */
export const eventStep = (event: SentEvent, received: string): EventStep => ({
  event: [...eventValues(event), received],
  related: event.related.length > 0 ? JSON.stringify(event.related) : null,
});

/** The payload as unparsed JSON: it may have a megabyte. */
export const eventJson = (row: Parameters<typeof eventFrom>[0]): string => {
  const { id, occurred, received, event, follows } = row;
  const head = JSON.stringify({ id, occurred, received, event, follows }).slice(0, -1);
  return `${head},"resource":${row.resource},"related":${row.related},"payload":${row.payload}}`;
};

export const eventFrom = (
  row: Omit<FullEventTable, "seq" | "resource_id" | "related_id" | "recorded">,
): ReceivedEvent => ({
  id: row.id,
  occurred: row.occurred,
  received: row.received,
  event: row.event,
  resource: JSON.parse(row.resource),
  related: JSON.parse(row.related),
  payload: parseExact(row.payload),
  follows: row.follows,
});
