import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { forEachSettled } from "./for-each.ts";

/** Whoever was not asked for runs that long is taken not to be served. */
const silentMs = 60_000;

/** Says of workers that they are gone, and of pools, queues and deployments that nobody serves them. */
export async function noteAbsence(store: Store, now: () => number): Promise<void> {
  const since = timestamp(now() - silentMs);
  // In this order: a pool is not served when its last worker is gone.
  await forEachSettled(
    [
      () => store.workers.markOffline(),
      () => store.workPools.markUnready(),
      () => store.workQueues.markUnready(since),
      () => store.deployments.markUnpolled(since),
    ],
    async (mark) => void (await mark()),
  );
}
