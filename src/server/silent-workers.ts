import { timestamp } from "../schema/scalars.ts";
import type { SilentWorker } from "../schema/waiting.ts";
import type { Store } from "../store/store.ts";

const dayMs = 86_400_000;

/** Workers whose heartbeats stopped within a day; those of paused pools are ignored. */
export async function silentWorkers(store: Store, now: () => number): Promise<SilentWorker[]> {
  const last_heartbeat_time = { after_: timestamp(now() - dayMs) };
  const status = { any_: ["OFFLINE" as const] };
  const page = { limit: 200, offset: 0 };
  const silent = await store.workers.filter({ ...page, workers: { status, last_heartbeat_time } });
  const pools = await store.workPools.readMany([...new Set(silent.map((worker) => worker.work_pool_id))]);
  const byId = new Map(pools.map((pool) => [pool.id, pool]));
  return silent.flatMap(({ id, name, work_pool_id, last_heartbeat_time: since }) => {
    const pool = byId.get(work_pool_id);
    if (!pool || pool.is_paused || since === null) return [];
    return [{ id, name, pool: pool.name, since, is_last: pool.status !== "READY" }];
  });
}
