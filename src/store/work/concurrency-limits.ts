import { sql } from "kysely";
import type { concurrencyLimits, LeaseHolder, MinimalLimit } from "../../schema/concurrency-limits.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { timestamp } from "../../schema/scalars.ts";
import { awaitingSlot } from "../../schema/states.ts";
import { reportChange } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Created } from "../noun.ts";
import { noun } from "../noun.ts";
import { atMost } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { LimitTable } from "../tables.ts";
import { memoryOf } from "./limit-cache.ts";
import { leases, limitAt, limitFrom, limitNamed, limitsNamed, readLease, writeLimit } from "./limit-rows.ts";
import type { Acquired, Lease, NewLimit } from "./limits.ts";
import { reportRelease } from "./slot-releases.ts";
import { countDenied, dropLease, endLease, giveSlots, reportLimits, takeLease, takeSlots } from "./slots.ts";

type ConcurrencyLimit = ReturnType<typeof limitFrom>;

export const limitNoun = noun(
  {
    /** With the slots currently taken, after decay. */
    read: async (scope: Scope, idOrName: string): Promise<ConcurrencyLimit | undefined> => {
      const row = await findLimit(scope, idOrName);
      return row && limitAt(row, scope.now());
    },
    /** As last written. */
    readMany: async (scope: Scope, ids: readonly string[]): Promise<ConcurrencyLimit[]> => {
      const among = scope.dialect.isOneOf(sql.ref("id"), ids);
      const rows = await scope.all(sql<LimitTable>`select * from concurrency_limit where ${among}`);
      return rows.map(limitFrom);
    },
    /** Existing limits of these names, as last written: decay is computed from `updated`. */
    written: async (scope: Scope, names: readonly string[]): Promise<ConcurrencyLimit[]> =>
      (await limitsNamed(scope, names)).map(limitFrom),
    /** By name, with the slots currently taken. */
    filter: async (
      scope: Scope,
      { limit, offset }: { limit: number; offset: number },
    ): Promise<ConcurrencyLimit[]> => {
      const rows = await scope.all(
        sql<LimitTable>`select * from concurrency_limit order by name ${atMost(limit)} offset ${offset}`,
      );
      return rows.map((row) => limitAt(row, scope.now()));
    },
    readLease,
    /** Whether a waiting run that released its slot takes it again under this lease when it continues. */
    isLeaseAwaited,
    leasesOf: (scope: Scope, { type, id }: LeaseHolder): Promise<Lease[]> =>
      leases(scope, sql`lease.holder_id = ${id} and lease.holder_type = ${type}`),
  },
  {
    /** Throws the problem `conflict` when the name is taken. */
    create,
    /** By name: updates an existing one with the given values. */
    upsert: upsertLimit,
    update: async (scope: WriteScope, idOrName: string, changes: Partial<NewLimit>): Promise<boolean> =>
      update(scope, await findLimit(scope, idOrName), changes),
    delete: async (scope: WriteScope, idOrName: string): Promise<boolean> =>
      removeLimit(scope, await findLimit(scope, idOrName)),
    /** Slots without a lease: they stay taken until `release`. Unknown names are ignored; inactive limits count nothing. */
    acquire: async (
      scope: WriteScope,
      input: Parsed<typeof concurrencyLimits.increment>,
    ): Promise<Acquired> => (await takeSlots(scope, input)).answer,
    release: (
      scope: WriteScope,
      { names, slots, occupancy_seconds }: Parsed<typeof concurrencyLimits.decrement>,
    ): Promise<MinimalLimit[]> => giveSlots(scope, names, slots, occupancy_seconds),
    /** Adds to the denied slots when a client starts to wait; negative when it stops. */
    countDenied,
    /** Slots with a lease; `lease_duration: null` never expires. `id`: reuses the id of an expired lease. */
    acquireLease: takeLease,
    /** False when the lease no longer exists. */
    releaseLease: async (scope: WriteScope, id: string): Promise<boolean> => {
      const lease = await readLease(scope, id);
      if (lease) await endLease(scope, lease);
      return lease !== undefined;
    },
    renewLease,
    /** Deletes the record of a lease without releasing its slots. */
    forgetLease: async (scope: WriteScope, id: string): Promise<boolean> => {
      const lease = await readLease(scope, id);
      if (lease) dropLease(scope, lease);
      return lease !== undefined;
    },
    /** Releases the slots of every expired lease. */
    expireLeases: async (scope: WriteScope): Promise<Lease[]> => {
      const over = await leases(scope, sql`lease.expires <= ${scope.time}`);
      for (const lease of over) await endLease(scope, lease);
      return over;
    },
  },
);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A name that looks like an id is treated as one. */
const findLimit = (scope: Scope, idOrName: string): Promise<LimitTable | undefined> =>
  uuid.test(idOrName) ? limitNamed(scope, "id", idOrName.toLowerCase()) : limitNamed(scope, "name", idOrName);

async function create(scope: WriteScope, limit: NewLimit): Promise<ConcurrencyLimit> {
  if (await limitNamed(scope, "name", limit.name)) {
    throw problem("conflict", `A concurrency limit with the name '${limit.name}' already exists.`);
  }
  const row: LimitTable = {
    id: newId(scope.now()),
    created: scope.time,
    updated: scope.time,
    name: limit.name,
    active: limit.active === false ? 0 : 1,
    slot_limit: limit.limit,
    active_slots: limit.active_slots ?? 0,
    denied_slots: limit.denied_slots ?? 0,
    slot_decay_per_second: limit.slot_decay_per_second ?? 0,
    avg_slot_occupancy_seconds: 2,
  };
  scope.write(scope.dialect.build.insertInto("concurrency_limit").values(row));
  scope.changed("concurrency-limits", "created", row.id);
  reportChange(scope, "concurrency-limit", "created", row);
  return limitFrom(row);
}

export async function upsertLimit(scope: WriteScope, limit: NewLimit): Promise<Created<ConcurrencyLimit>> {
  const known = await limitNamed(scope, "name", limit.name);
  if (!known) return { row: await create(scope, limit), isNew: true };
  await update(scope, known, limit);
  const row = await limitNamed(scope, "id", known.id);
  return { row: limitFrom(row ?? known), isNew: false };
}

async function update(
  scope: WriteScope,
  known: LimitTable | undefined,
  changes: Partial<NewLimit>,
): Promise<boolean> {
  if (!known) return false;
  const { name, limit, active, active_slots, denied_slots, slot_decay_per_second } = changes;
  if (name !== undefined && name !== known.name && (await limitNamed(scope, "name", name))) {
    throw problem("conflict", `A concurrency limit with the name '${name}' already exists.`);
  }
  const sets = {
    ...(name !== undefined && { name }),
    ...(limit !== undefined && { slot_limit: limit }),
    ...(active !== undefined && { active: active ? 1 : 0 }),
    ...(active_slots !== undefined && { active_slots }),
    ...(denied_slots !== undefined && { denied_slots }),
    ...(slot_decay_per_second !== undefined && { slot_decay_per_second }),
  };
  // Decay of a manually set value starts now.
  writeLimit(scope, known, { ...sets, updated: scope.time });
  // With no active slots there are no holders; a remaining lease would release its slots a second time.
  if (active_slots === 0) await freeLeases(scope, known.id);
  const from = { ...known, limit: known.slot_limit, active: known.active === 1 };
  const updates = Object.entries(changes)
    .filter(([key, to]) => to !== undefined && from[key as keyof typeof from] !== to)
    .map(([key, to]) => [key, { from: from[key as keyof typeof from], to }]);
  const own = { id: known.id, name: name ?? known.name };
  reportChange(scope, "concurrency-limit", "updated", own, Object.fromEntries(updates));
  return true;
}

/** Leases on this limit alone are deleted; those on several remain for the others. */
async function freeLeases(scope: WriteScope, limitId: string): Promise<void> {
  const held = await leases(
    scope,
    sql`lease.id in (select lease_id from lease_limit where limit_id = ${limitId})`,
  );
  for (const lease of held) {
    reportRelease(scope, { ...lease, limits: lease.limits.filter(({ id }) => id === limitId) });
  }
  scope.write(sql`delete from lease_limit where limit_id = ${limitId}`);
  scope.write(sql`delete from lease where id not in (select lease_id from lease_limit)`);
  memoryOf(scope).forget();
}

/** Leases on it alone are deleted with it; those on several limits remain for the others. */
export async function removeLimit(scope: WriteScope, known: LimitTable | undefined): Promise<boolean> {
  if (!known) return false;
  scope.write(scope.dialect.build.deleteFrom("concurrency_limit").where("id", "=", known.id));
  scope.write(sql`delete from lease where id not in (select lease_id from lease_limit)`);
  memoryOf(scope).forget();
  scope.changed("concurrency-limits", "deleted", known.id);
  reportChange(scope, "concurrency-limit", "deleted", known);
  return true;
}

/** Paused runs and those waiting for a slot are few, and found by the index of states. */
async function isLeaseAwaited(scope: Scope, id: string): Promise<boolean> {
  const lease = scope.dialect.field(sql.ref("state.state_details"), "deployment_concurrency_lease_id");
  const found = await scope.first(
    sql<{ id: string }>`select state.id from flow_run_state as state where ${lease} = ${id} and state.id in (
      select state_id from flow_run where state_type = 'PAUSED'
      union all select state_id from flow_run where state_type = 'SCHEDULED' and state_name = ${awaitingSlot}) limit 1`,
  );
  return found !== undefined;
}

async function renewLease(scope: WriteScope, id: string, seconds: number): Promise<boolean> {
  const lease = await readLease(scope, id);
  if (!lease || (lease.expires !== null && lease.expires <= scope.time)) return false;
  const expires = timestamp(scope.now() + seconds * 1000);
  scope.write(scope.dialect.build.updateTable("lease").set({ expires }).where("id", "=", id));
  memoryOf(scope).wroteLease({ ...lease, expires });
  reportLimits(scope, lease);
  return true;
}
