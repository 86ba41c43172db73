import type { ReceivedEvent } from "../../schema/events.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of a resource, if it is of the kind, such as `prefect.flow-run`. */
export function resourceIdOf(labels: Readonly<Record<string, string>>, kind: string): string | undefined {
  const whole = labels["prefect.resource.id"] ?? "";
  const id = whole.slice(kind.length + 1);
  return whole.startsWith(`${kind}.`) && uuid.test(id) ? id : undefined;
}

/** The id of an event's first resource of that kind. */
export function inferredFrom(event: ReceivedEvent | null, kind: string): string | undefined {
  const resources = event ? [event.resource, ...event.related] : [];
  return resources.map((labels) => resourceIdOf(labels, kind)).find((id) => id !== undefined);
}
