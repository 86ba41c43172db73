import type { EventCreate } from "../schema/events.ts";
import { newId } from "./rows.ts";
import type { WriteScope } from "./scope.ts";

type Kind = "flow" | "variable" | "concurrency-limit" | "artifact-collection";

/** Tells that a resource was created, changed or deleted, in the transaction that did it. */
export function tell(
  scope: WriteScope,
  kind: Kind,
  verb: "created" | "updated" | "deleted",
  resource: { id: string; name: string },
  updates: Record<string, { from: unknown; to: unknown }> = {},
): void {
  const event: EventCreate = {
    id: newId(scope.now()),
    occurred: scope.time,
    event: `prefect.${kind}.${verb}`,
    resource: {
      "prefect.resource.id": `prefect.${kind}.${resource.id}`,
      "prefect.resource.name": resource.name,
    },
    related: [],
    payload: verb === "updated" ? { updated_fields: Object.keys(updates), updates } : {},
    follows: null,
  };
  scope.event(event);
}
