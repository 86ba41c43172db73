import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { forEachSettled } from "./for-each.ts";

/** Without a poll for this long, a deployment or queue counts as not served. */
const silentMs = 60_000;

/** Marks workers offline, and pools, queues and deployments not ready when they are not served. */
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
