import { type EventCreate, type ReceivedEvent, runErrorEvent } from "../schema/events.ts";
import { insertEventSql } from "./hot-sql.ts";
import type { Step, Value } from "./protocol.ts";
import { flowRunOf } from "./recorder.ts";
import type { EventTable } from "./tables.ts";

/** Names of events that tell the states of task runs. */
export const taskRunEvents = "prefect.task-run.";

const roleOf = (related: Record<string, string>) => related["prefect.resource.role"] ?? "";
const idOf = (resource: Record<string, string>) => resource["prefect.resource.id"] ?? "";

/** Values of the table `event`, without its seq and the time of receipt. */
export function eventValues(event: EventCreate): Value[] {
  return [
    event.id,
    event.occurred,
    event.event,
    idOf(event.resource),
    JSON.stringify(event.resource),
    JSON.stringify(event.related),
    JSON.stringify(event.payload),
    event.follows,
    event.event.startsWith(taskRunEvents) ? 1 : 0,
  ];
}

/** Id and role of each resource, one after the other; the role is empty for the one it is about. */
export function resourcesOf(event: EventCreate): string[] {
  const resources = [idOf(event.resource), ""];
  for (const related of event.related) resources.push(idOf(related), roleOf(related));
  return resources;
}

/** The flow run whose failure the event tells, if it is such an event. */
export function failedRunOf(event: EventCreate): string | null {
  if (event.event !== runErrorEvent) return null;
  const prefix = "prefect.flow-run.";
  const about = idOf(event.resource);
  return about.startsWith(prefix) ? about.slice(prefix.length) : flowRunOf(event);
}

/** The statements that store an event within a transaction. */
export function eventSteps(event: EventCreate, received: string): Omit<Step, "reads">[] {
  const resources = resourcesOf(event);
  const pairs = resources.flatMap((id, at) => (at % 2 === 0 ? [[id, resources[at + 1] ?? ""]] : []));
  return [
    { sql: insertEventSql, values: [...eventValues(event), received] },
    {
      sql: `insert into event_resource (resource_id, event_seq, role)
        select value ->> 0, (select seq from event where id = ?), value ->> 1 from json_each(?) where true
        on conflict do nothing`,
      values: [event.id, JSON.stringify(pairs)],
    },
  ];
}

export const eventFrom = (row: Omit<EventTable, "seq" | "resource_id" | "recorded">): ReceivedEvent => ({
  id: row.id,
  occurred: row.occurred,
  received: row.received,
  event: row.event,
  resource: JSON.parse(row.resource),
  related: JSON.parse(row.related),
  payload: JSON.parse(row.payload),
  follows: row.follows,
});
