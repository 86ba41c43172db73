import type { concurrencyLimits, MinimalLimit } from "../../schema/concurrency-limits.ts";
import type { Parsed } from "../../schema/route.ts";
import { toMs } from "../../schema/scalars.ts";
import type { WriteScope } from "../engine/scope.ts";
import { deleteLeaseSql } from "../sql/hot-sql.ts";
import { newId } from "../sql/rows.ts";
import type { LimitTable } from "../tables.ts";
import { memoryOf } from "./limit-cache.ts";
import {
  deniedAt,
  limitsNamed,
  longestDelay,
  minimal,
  takenAt,
  usualSeconds,
  writeLease,
  writeLimit,
} from "./limit-rows.ts";
import type { Acquired, Lease } from "./limits.ts";

// Acquiring and releasing slots, with and without a lease.

type Requested = Pick<Parsed<typeof concurrencyLimits.increment>, "names" | "slots" | "mode">;

/** All or nothing: one full limit denies the whole request. */
export async function takeSlots(
  scope: WriteScope,
  request: Requested,
): Promise<{ answer: Acquired; limits: LimitTable[] }> {
  const named = await limitsNamed(scope, request.names);
  const limits = named.filter((limit) => limit.active === 1);
  const answer = await decideSlots(scope, request, limits);
  if (answer.kind === "acquired") {
    // An inactive limit grants every request, and counts nothing.
    answer.limits = named.map(minimal);
    for (const limit of limits) {
      const active_slots = takenAt(limit, scope.now()) + request.slots;
      writeLimit(scope, limit, { active_slots, denied_slots: deniedBut(scope, limit, request.slots) });
    }
  }
  if (answer.kind === "denied") {
    const full = limits.filter((limit) => takenAt(limit, scope.now()) + request.slots > limit.slot_limit);
    for (const limit of full)
      writeLimit(scope, limit, { denied_slots: deniedBut(scope, limit, -request.slots) });
  }
  return { answer, limits };
}

/** The denied slots without the given ones, at least 0. */
const deniedBut = (scope: WriteScope, limit: LimitTable, slots: number): number =>
  Math.max(0, deniedAt(limit, scope.now()) - slots);

function decideSlots(scope: WriteScope, { slots, mode }: Requested, limits: LimitTable[]): Acquired {
  const small = limits.find((limit) => slots > limit.slot_limit);
  if (small) return { kind: "impossible", message: "Slots requested is greater than the limit" };
  const steady = mode === "rate_limit" && limits.find((limit) => limit.slot_decay_per_second <= 0);
  if (steady) {
    return {
      kind: "impossible",
      message: "Only concurrency limits with slot decay can be used for rate limiting.",
    };
  }
  const full = limits.filter((limit) => takenAt(limit, scope.now()) + slots > limit.slot_limit);
  const answered = limits.map(minimal);
  if (full.length === 0) return { kind: "acquired", limits: answered, lease_id: null };
  return {
    kind: "denied",
    limits: answered,
    delay_seconds: Math.max(...full.map((limit) => delayOf(limit, slots, scope.now()))),
  };
}

/**
 * Expected time until slots are free: from decay, or usual occupancy, divided among all waiters. Bounded
 * regardless of their number: the server cannot know which of them have stopped waiting.
 */
function delayOf(limit: LimitTable, slots: number, now: number): number {
  if (limit.slot_decay_per_second > 0) return slots / limit.slot_decay_per_second;
  const waiting = (deniedAt(limit, now) + slots) / Math.max(1, limit.slot_limit);
  return Math.min(usualSeconds(limit) * waiting, longestDelay(limit.name));
}

export async function takeLease(
  scope: WriteScope,
  input: Omit<Parsed<typeof concurrencyLimits.incrementWithLease>, "lease_duration"> & {
    lease_duration: number | null;
    id?: string;
  },
): Promise<Acquired> {
  const { answer, limits } = await takeSlots(scope, input);
  if (answer.kind !== "acquired") return answer;
  const { id = newId(scope.now()), slots, holder, lease_duration: seconds } = input;
  writeLease(scope, { id, slots, seconds, holder }, limits);
  return { ...answer, lease_id: id };
}

export async function countDenied(scope: WriteScope, names: readonly string[], slots: number): Promise<void> {
  for (const limit of await limitsNamed(scope, names)) {
    writeLimit(scope, limit, { denied_slots: deniedBut(scope, limit, -slots) });
  }
}

export async function giveSlots(
  scope: WriteScope,
  names: readonly string[],
  slots: number,
  occupancySeconds: number | null | undefined,
): Promise<MinimalLimit[]> {
  const limits = (await limitsNamed(scope, names)).filter((limit) => limit.active === 1);
  for (const limit of limits) giveBack(scope, limit, slots, occupancySeconds);
  return limits.map(minimal);
}

function giveBack(
  scope: WriteScope,
  limit: LimitTable,
  slots: number,
  occupancySeconds: number | null | undefined,
): void {
  const active_slots = Math.max(0, takenAt(limit, scope.now()) - slots);
  const average = occupancySeconds
    ? { avg_slot_occupancy_seconds: averaged(limit, occupancySeconds / slots) }
    : {};
  writeLimit(scope, limit, { active_slots, ...average });
}

/** A moving average over about twice as many samples as there are slots. */
function averaged(limit: LimitTable, occupancy: number): number {
  const samples = Math.max(1, limit.slot_limit) * 2;
  return limit.avg_slot_occupancy_seconds + (occupancy - limit.avg_slot_occupancy_seconds) / samples;
}

/** Releases the slots of a lease, also on limits that were deactivated meanwhile, and records how long they were held. */
export async function endLease(scope: WriteScope, lease: Lease): Promise<void> {
  const held = Math.max(0, (scope.now() - toMs(lease.created)) / 1000);
  const names = lease.limits.map(({ name }) => name);
  for (const limit of await limitsNamed(scope, names))
    giveBack(scope, limit, lease.slots, held * lease.slots);
  dropLease(scope, lease);
}

export function dropLease(scope: WriteScope, lease: Lease): void {
  scope.write({ sql: deleteLeaseSql, values: [lease.id] });
  memoryOf(scope).forgetLease(lease.id);
  reportLimits(scope, lease);
}

/** The holders are part of the limit's view: it changes with its leases. */
export function reportLimits(scope: WriteScope, { limits }: Lease): void {
  for (const { id } of limits) scope.changed("concurrency-limits", "updated", id);
}
