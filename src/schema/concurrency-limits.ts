import { z } from "zod";
import { routes } from "./route.ts";
import {
  byId,
  Limit,
  Name,
  Nothing,
  Offset,
  optional,
  rowShape,
  Seconds,
  Uuid,
  withDefault,
} from "./scalars.ts";

/** A limit by tag (the first version of the API): the global limit named `tag:<tag>` under another name. */
export const TagLimit = z.object({
  ...rowShape,
  tag: z.string(),
  concurrency_limit: z.int(),
  /** Ids of the task runs that hold a slot. */
  active_slots: z.array(z.string()),
});
export type TagLimit = z.infer<typeof TagLimit>;

/** A global limit with its counters, as `filter` and `create` answer. */
export const ConcurrencyLimit = z.object({
  ...rowShape,
  active: z.boolean(),
  name: z.string(),
  limit: z.int(),
  active_slots: z.int(),
  denied_slots: z.int(),
  slot_decay_per_second: z.number(),
  avg_slot_occupancy_seconds: z.number(),
});
export type ConcurrencyLimit = z.infer<typeof ConcurrencyLimit>;

/** A global limit as it is read on its own and within its deployment. */
export const GlobalLimit = ConcurrencyLimit.omit({ denied_slots: true, avg_slot_occupancy_seconds: true });
export type GlobalLimit = z.infer<typeof GlobalLimit>;

export const MinimalLimit = z.object({ id: z.string(), name: z.string(), limit: z.int() });
export type MinimalLimit = z.infer<typeof MinimalLimit>;
export const LeaseHolder = z.strictObject({ type: z.enum(["flow_run", "task_run", "deployment"]), id: Uuid });
export type LeaseHolder = z.infer<typeof LeaseHolder>;

const count = z.int32().min(0);
const names = z.array(z.string());
const leaseSeconds = Seconds.refine((s) => s >= 60 && s <= 86_400, "expected a lease of 60 to 86400 seconds");
const acquire = {
  names,
  slots: z.int32().positive(),
  mode: withDefault(z.enum(["concurrency", "rate_limit"]), () => "concurrency" as const),
  /**
   * Praetor only, ignored by a Prefect server: without free slots the server holds the request for
   * up to this long and answers as soon as it has the slots, first come first served. After that it answers 423: retry
   * at once. A returning holder keeps its place.
   */
  wait_seconds: z.number().min(0).max(30).nullish(),
};
const byTag = z.object({ tag: z.string() });
const held = z.object({ names, task_run_id: Uuid });

export const tagLimits = routes("tag-limits", {
  create: {
    method: "POST",
    path: "/concurrency_limits/",
    input: z.strictObject({ tag: z.string().min(1), concurrency_limit: count }),
    output: TagLimit,
    status: 201,
  },
  read: { method: "GET", path: "/concurrency_limits/:id", input: byId, output: TagLimit },
  readByTag: { method: "GET", path: "/concurrency_limits/tag/:tag", input: byTag, output: TagLimit },
  filter: {
    method: "POST",
    path: "/concurrency_limits/filter",
    input: z.object({ limit: Limit, offset: Offset }),
    output: z.array(TagLimit),
  },
  reset: {
    method: "POST",
    path: "/concurrency_limits/tag/:tag/reset",
    input: z.object({ tag: z.string(), slot_override: optional(z.array(Uuid)) }),
    output: z.null(),
  },
  delete: { method: "DELETE", path: "/concurrency_limits/:id", input: byId, output: z.null() },
  deleteByTag: { method: "DELETE", path: "/concurrency_limits/tag/:tag", input: byTag, output: z.null() },
  increment: {
    method: "POST",
    path: "/concurrency_limits/increment",
    input: held,
    output: z.array(MinimalLimit),
  },
  decrement: {
    method: "POST",
    path: "/concurrency_limits/decrement",
    input: held,
    output: z.array(MinimalLimit),
  },
});

const byIdOrName = z.object({ id_or_name: z.string() });

export const concurrencyLimits = routes("concurrency-limits", {
  create: {
    method: "POST",
    path: "/v2/concurrency_limits/",
    input: z.strictObject({
      name: Name,
      limit: count,
      active: withDefault(z.boolean(), () => true),
      active_slots: withDefault(count, () => 0),
      denied_slots: withDefault(count, () => 0),
      slot_decay_per_second: withDefault(z.number().min(0), () => 0),
    }),
    output: ConcurrencyLimit,
    status: 201,
  },
  read: { method: "GET", path: "/v2/concurrency_limits/:id_or_name", input: byIdOrName, output: GlobalLimit },
  update: {
    method: "PATCH",
    path: "/v2/concurrency_limits/:id_or_name",
    input: z.strictObject({
      ...byIdOrName.shape,
      name: Name.nullish(),
      limit: count.nullish(),
      active: z.boolean().nullish(),
      active_slots: count.nullish(),
      denied_slots: count.nullish(),
      slot_decay_per_second: z.number().min(0).nullish(),
    }),
    output: Nothing,
    status: 204,
  },
  delete: {
    method: "DELETE",
    path: "/v2/concurrency_limits/:id_or_name",
    input: byIdOrName,
    output: Nothing,
    status: 204,
  },
  filter: {
    method: "POST",
    path: "/v2/concurrency_limits/filter",
    input: z.object({ limit: Limit, offset: Offset }),
    output: z.array(ConcurrencyLimit),
  },
  increment: {
    method: "POST",
    path: "/v2/concurrency_limits/increment",
    input: z.object({ ...acquire, create_if_missing: z.boolean().nullish() }),
    output: z.array(MinimalLimit),
  },
  incrementWithLease: {
    method: "POST",
    path: "/v2/concurrency_limits/increment-with-lease",
    input: z.object({
      ...acquire,
      lease_duration: withDefault(leaseSeconds, () => 300),
      holder: optional(LeaseHolder),
    }),
    output: z.object({ lease_id: z.string(), limits: z.array(MinimalLimit) }),
  },
  decrement: {
    method: "POST",
    path: "/v2/concurrency_limits/decrement",
    input: z.object({
      names,
      slots: z.int32().positive(),
      occupancy_seconds: z.number().positive().nullish(),
      create_if_missing: z.boolean().nullish(),
    }),
    output: z.array(MinimalLimit),
  },
  decrementWithLease: {
    method: "POST",
    path: "/v2/concurrency_limits/decrement-with-lease",
    input: z.object({ lease_id: Uuid }),
    output: Nothing,
    status: 204,
  },
  renew: {
    method: "POST",
    path: "/v2/concurrency_limits/leases/:lease_id/renew",
    input: z.object({ lease_id: Uuid, lease_duration: withDefault(leaseSeconds, () => 300) }),
    output: Nothing,
    status: 204,
  },
});
