import { timestamp } from "../../schema/scalars.ts";
import { type SilentWorker, type Waiting, waiting } from "../../schema/waiting.ts";
import type { Store } from "../../store/store.ts";
import { fullLimits } from "../full-limits.ts";
import { latestDurations } from "../latest-durations.ts";
import { type Api, serve } from "../serve.ts";
import type { SlotWaiters } from "../slot-waiters.ts";
import { WaitExplainer } from "../waiting.ts";

const dayMs = 86_400_000;

interface WaitingDeps {
  store: Store;
  waiters: SlotWaiters;
  now: () => number;
}

export function serveWaiting(api: Api, deps: WaitingDeps): void {
  serve(api, waiting.explain, ({ flow_run_ids }) => explain(deps, flow_run_ids));
  const durations = latestDurations(deps.store, deps.now);
  serve(api, waiting.blockers, async ({ flow_run_ids, flow_ids }) => ({
    waiting: await explain(deps, flow_run_ids),
    full_limits: await fullLimits(deps.store, deps.waiters),
    silent_workers: await silentWorkers(deps),
    durations: await durations(flow_ids),
  }));
}

async function explain({ store, now }: WaitingDeps, ids: readonly string[]): Promise<Waiting[]> {
  const runs = await store.flowRuns.readMany(ids);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const explainer = new WaitExplainer(store, timestamp(now()));
  const explained = await Promise.all(
    ids.map((id) => {
      const run = byId.get(id);
      return run && explainer.explain(run);
    }),
  );
  return explained.filter((each) => each !== undefined);
}

/** Of paused pools nobody is missed. */
async function silentWorkers({ store, now }: WaitingDeps): Promise<SilentWorker[]> {
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
