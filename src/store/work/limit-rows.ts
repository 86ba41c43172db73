import { sql } from "kysely";
import type { ConcurrencyLimit, MinimalLimit } from "../../schema/concurrency-limits.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import { aboutIds, type Scope, type WriteScope } from "../engine/scope.ts";
import type { Column, Dialect } from "../sql/dialect.ts";
import { insertLeaseLimitSql, insertLeaseSql } from "../sql/hot-sql.ts";
import type { LeaseTable, LimitTable } from "../tables.ts";
import { memoryOf, rememberedIn } from "./limit-cache.ts";
import { type Lease, type LeaseHolder, tagOf } from "./limits.ts";

export const limitFrom = (row: LimitTable): ConcurrencyLimit => ({
  id: row.id,
  created: row.created,
  updated: row.updated,
  active: row.active === 1,
  name: row.name,
  limit: row.slot_limit,
  active_slots: row.active_slots,
  denied_slots: row.denied_slots,
  slot_decay_per_second: row.slot_decay_per_second,
  avg_slot_occupancy_seconds: row.avg_slot_occupancy_seconds,
});

export const minimal = ({ id, name, slot_limit }: LimitTable): MinimalLimit => ({
  id,
  name,
  limit: slot_limit,
});

/** The same at `now`, with the decay since the last write. */
export const limitAt = (row: LimitTable, now: number): ConcurrencyLimit => ({
  ...limitFrom(row),
  active_slots: takenAt(row, now),
  denied_slots: deniedAt(row, now),
});

type Decaying = Pick<ConcurrencyLimit, "active_slots" | "slot_decay_per_second" | "updated">;

/** Slots still taken at `now`. */
export function takenAt(row: Decaying, now: number): number {
  return Math.max(0, row.active_slots - stepsSince(row, row.slot_decay_per_second, now));
}

/** Denied slots that are presumably still waited for at `now`. */
export function deniedAt(row: LimitTable, now: number): number {
  return Math.max(0, row.denied_slots - stepsSince(row, decayPerSecond(row), now));
}

/** Slots that have decayed since the last write. */
const stepsSince = (row: Pick<Decaying, "updated">, perSecond: number, now: number): number =>
  Math.max(0, Math.floor((perSecond * (now - lastWrite(row))) / 1000));

const lastWrite = ({ updated }: Pick<Decaying, "updated">) => (updated === null ? 0 : toMs(updated));

/** Denied slots decay as fast as slots come free: by the limit's decay, or by the average occupancy. */
const decayPerSecond = (row: LimitTable): number =>
  row.slot_decay_per_second > 0 ? row.slot_decay_per_second : 1 / usualSeconds(row);

/** Avoids dividing by almost zero. */
const shortestSeconds = 0.1;

/** How long a slot is usually held, in seconds, within the bounds of a wait. */
export const usualSeconds = ({ name, avg_slot_occupancy_seconds: average }: LimitTable): number =>
  Math.max(shortestSeconds, Math.min(average, longestDelay(name)));

export const roomAt = (limit: Decaying & { limit: number }, now: number): number =>
  limit.limit - takenAt(limit, now);

/** When so many slots will have decayed, in ms, without releases; infinite when they do not decay. */
export function roomComesAt(limit: Decaying & { limit: number }, slots: number): number {
  const missing = limit.active_slots + slots - limit.limit;
  if (missing <= 0) return 0;
  return Math.ceil(lastWrite(limit) + (missing / limit.slot_decay_per_second) * 1000);
}

/** Unique, sorted by name. */
export async function limitsNamed(scope: Scope, names: readonly string[]): Promise<LimitTable[]> {
  const memory = rememberedIn(scope);
  const distinct = [...new Set(names)];
  const known = distinct.flatMap((name) => memory?.limit(name) ?? []);
  if (known.length === distinct.length) return known.sort(byName);
  const rows = await scope.all(
    sql<LimitTable>`select * from concurrency_limit where ${scope.dialect.isOneOf(sql.ref("name"), names)}
      order by name`,
  );
  return rows.map((row) => memory?.learnLimit(row) ?? row);
}

const byName = (a: LimitTable, b: LimitTable) => (a.name < b.name ? -1 : 1);

export function limitNamed(
  scope: Scope,
  column: "id" | "name",
  value: string,
): Promise<LimitTable | undefined> {
  return scope.first(
    scope.dialect.build.selectFrom("concurrency_limit").selectAll().where(column, "=", value),
  );
}

/** Every write applies the decay first, because it is computed from the last one. */
export function writeLimit(scope: WriteScope, row: LimitTable, sets: Partial<LimitTable>): void {
  const now = scope.now();
  const decayed = { active_slots: takenAt(row, now), denied_slots: deniedAt(row, now) };
  const settled = { ...decayed, updated: settledAt(row, decayed, scope), ...sets };
  const columns = Object.keys(settled).map((name) => `${name} = ?`);
  scope.write({
    sql: `update concurrency_limit set ${columns.join(", ")} where id = ?`,
    values: [...Object.values(settled), row.id],
  });
  memoryOf(scope).wroteLimit(row, { ...row, ...settled });
  scope.changed("concurrency-limits", "updated", row.id);
}

/**
 * The time from which decay continues: that of the last decayed slot, while more are taken. With the
 * time of each write instead, attempts more frequent than the decay would keep all slots taken forever.
 */
function settledAt(
  row: LimitTable,
  left: Pick<LimitTable, "active_slots" | "denied_slots">,
  scope: WriteScope,
): string {
  const perSecond = decayPerSecond(row);
  const isDecaying = left.denied_slots > 0 || (left.active_slots > 0 && row.slot_decay_per_second > 0);
  if (!isDecaying) return scope.time;
  const now = scope.now();
  const steps = stepsSince(row, perSecond, now);
  return timestamp(Math.min(now, Math.floor(lastWrite(row) + (steps * 1000) / perSecond)));
}

type LeaseRow = LeaseTable & { limits: string };

const limitFields = { id: sql`concurrency_limit.id`, name: sql`concurrency_limit.name` };

const selectLeases = ({ objects }: Dialect): Column => sql`select lease.*,
  (select ${objects(limitFields)}
    from lease_limit join concurrency_limit on concurrency_limit.id = lease_limit.limit_id
    where lease_limit.lease_id = lease.id) as limits
  from lease`;

const leasesWhere = (dialect: Dialect, where: Column) =>
  sql<LeaseRow>`${selectLeases(dialect)} where ${where} order by created, id`;

const leaseFrom = (row: LeaseRow): Lease => ({
  id: row.id,
  slots: row.slots,
  limits: JSON.parse(row.limits),
  holder: holderOf(row),
  created: row.created,
  expires: row.expires,
});

export async function leases(scope: Scope, where: Column): Promise<Lease[]> {
  return (await scope.all(leasesWhere(scope.dialect, where))).map(leaseFrom);
}

const heldByRuns = aboutIds((dialect, ids) =>
  leasesWhere(
    dialect,
    sql`${dialect.isOneOf(sql.ref("lease.holder_id"), ids)} and lease.holder_type = 'flow_run'`,
  ),
);

export async function leasesOfRuns(scope: Scope, ids: readonly string[]): Promise<Lease[]> {
  return (await scope.all(heldByRuns(scope.dialect, ids))).map(leaseFrom);
}

/** From the transaction's cache, or read. */
export async function readLease(scope: Scope, id: string): Promise<Lease | undefined> {
  return rememberedIn(scope)?.lease(id) ?? (await leases(scope, sql`lease.id = ${id}`))[0];
}

export function holderOf({ holder_type, holder_id }: LeaseTable): LeaseHolder | null {
  if (holder_id === null) return null;
  const type = holder_type === "flow_run" || holder_type === "deployment" ? holder_type : "task_run";
  return { type, id: holder_id };
}

export function writeLease(
  scope: WriteScope,
  lease: { id: string; slots: number; seconds: number | null; holder: LeaseHolder | null },
  limits: readonly LimitTable[],
): void {
  const { id, slots, seconds, holder } = lease;
  const expires = seconds === null ? null : timestamp(scope.now() + seconds * 1000);
  const values = [id, slots, holder?.type ?? null, holder?.id ?? null, scope.time, expires];
  scope.write({ sql: insertLeaseSql, values });
  for (const limit of limits) scope.write({ sql: insertLeaseLimitSql, values: [id, limit.id] });
}

/** Longest wait for a limit between two attempts; tagged tasks are short. */
export const longestDelay = (name: string): number => (tagOf(name) === undefined ? 30 : 10);
