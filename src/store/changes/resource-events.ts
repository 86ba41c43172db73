import type { EventCreate } from "../../schema/events.ts";
import type { WriteScope } from "../engine/scope.ts";
import { newId } from "../sql/rows.ts";

type Kind =
  | "automation"
  | "flow"
  | "variable"
  | "concurrency-limit"
  | "artifact-collection"
  | "block-type"
  | "block-document"
  | "deployment"
  | "work-pool"
  | "work-queue";
type Named = { id: string; name: string };
export type Updates = Record<string, { from: unknown; to: unknown }>;

/** Records that a resource was created, changed or deleted, in the same transaction. */
export function reportChange(
  scope: WriteScope,
  kind: Kind,
  verb: "created" | "updated" | "deleted",
  resource: Named,
  updates: Updates = {},
): void {
  const payload = verb === "updated" ? { updated_fields: Object.keys(updates), updates } : {};
  record(scope, `prefect.${kind}.${verb}`, { resource: resourceOf(kind, resource), payload });
}

/** Stores an event with the transaction's time. */
export function record(
  scope: WriteScope,
  event: string,
  { resource, related = [], payload = {} }: Pick<EventCreate, "resource"> & Partial<EventCreate>,
): void {
  const id = newId(scope.now());
  scope.event({ id, occurred: scope.time, event, resource, related, payload, follows: null });
}

export const resourceOf = (
  kind: Kind,
  { id, name }: Named,
  labels: Record<string, string> = {},
): Record<string, string> => ({
  "prefect.resource.id": `prefect.${kind}.${id}`,
  "prefect.resource.name": name,
  ...labels,
});

/** Columns whose value differs, with both values; flags stored as 0 and 1 become booleans. */
export function differences<T extends object>(before: T, after: Partial<T>): Updates {
  const was = new Map(Object.entries(before));
  const changed = Object.entries(after).filter(
    ([key, to]) => to !== undefined && JSON.stringify(was.get(key)) !== JSON.stringify(to),
  );
  const jsonValue = (key: string, value: unknown) => (key.startsWith("is_") ? value === 1 : value);
  return Object.fromEntries(
    changed.map(([key, to]) => [key, { from: jsonValue(key, was.get(key)), to: jsonValue(key, to) }]),
  );
}
