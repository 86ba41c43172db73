import { occupancyCount, occupancyMinutes } from "../../schema/occupancy.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import type { OccupancyRow, OccupancySample } from "../../store/runs/occupancy.ts";
import type { Store } from "../../store/store.ts";
import type { SlotWaiters } from "../slot-waiters.ts";

const slotMs = occupancyMinutes * 60_000;

/** When the slot of time began that holds this moment. */
export const slotStart = (ms: number): string => timestamp(Math.floor(ms / slotMs) * slotMs);

interface OccupancyDeps {
  store: Pick<Store, "occupancy" | "concurrencyLimits">;
  waiters: Pick<SlotWaiters, "all">;
  now: () => number;
}

/**
 * Records how much of each limit and queue is taken and waited for: the most in each ten minutes of the last day. Writes
 * only what raises that, so that an idle server writes one row in ten minutes.
 */
export function recordOccupancy({ store, waiters, now }: OccupancyDeps): () => Promise<void> {
  let slot = "";
  let recorded = new Map<string, Omit<OccupancyRow, "start">>();
  return async () => {
    const time = now();
    const start = slotStart(time);
    const samples = await store.occupancy.sample();
    const rows = (await withHeld(samples, { store, waiters })).map((one) => rowOf(one, time));
    const known = start === slot ? recorded : new Map<string, Omit<OccupancyRow, "start">>();
    const raised = rows.filter((row) => isMore(row, known.get(row.owner_id)));
    if (start === slot && raised.length === 0) return;
    const before = slotStart(time - (occupancyCount + 1) * slotMs);
    await store.occupancy.record({ start, samples: raised, before });
    slot = start;
    recorded = new Map([...known, ...raised.map((row) => [row.owner_id, row] as const)]);
  };
}

const rowOf = ({ id, used, waiting, since }: OccupancySample, now: number): Omit<OccupancyRow, "start"> => ({
  ...{ owner_id: id, used, waiting },
  wait_seconds: since === null ? 0 : Math.max(0, Math.floor((now - toMs(since)) / 1000)),
});

/** A wait that grows is written once a minute. */
const isMore = (row: Omit<OccupancyRow, "start">, known: Omit<OccupancyRow, "start"> | undefined): boolean =>
  !known ||
  row.used > known.used ||
  row.waiting > known.waiting ||
  row.wait_seconds >= known.wait_seconds + 60;

/** With those that wait in held requests, which are not stored. */
async function withHeld(
  samples: readonly OccupancySample[],
  { store, waiters }: Pick<OccupancyDeps, "store" | "waiters">,
): Promise<OccupancySample[]> {
  const held = waiters.all();
  if (held.length === 0) return [...samples];
  const limits = await store.concurrencyLimits.filter({ limit: 200, offset: 0 });
  const byId = new Map(samples.map((one) => [one.id, one]));
  for (const { id, name } of limits) {
    const line = held.filter(({ names }) => names.includes(name));
    if (line.length === 0) continue;
    const { used = 0, waiting = 0, since = null } = byId.get(id) ?? {};
    const first = [...(since === null ? [] : [since]), ...line.map((one) => one.since)].toSorted()[0] ?? null;
    byId.set(id, { id, used, waiting: waiting + line.length, since: first });
  }
  return [...byId.values()];
}
