import { record, resourceOf } from "../changes/resource-events.ts";
import type { WriteScope } from "../engine/scope.ts";
import type { Lease } from "./limits.ts";

/** Records that slots were taken from a holder that did not release them. */
export function reportRelease(scope: WriteScope, { id, slots, limits, holder }: Lease): void {
  const [first, ...others] = limits;
  if (!first) return;
  const related = others.map((limit) => ({
    ...resourceOf("concurrency-limit", limit),
    "prefect.resource.role": "concurrency-limit",
  }));
  const held = holder
    ? [{ "prefect.resource.id": `prefect.${holder.type.replace("_", "-")}.${holder.id}` }]
    : [];
  record(scope, "praetor.slot.released", {
    resource: resourceOf("concurrency-limit", first),
    related: [...related, ...held.map((run) => ({ ...run, "prefect.resource.role": "holder" }))],
    payload: { lease_id: id, slots, limits: limits.map(({ name }) => name), holder },
  });
}
