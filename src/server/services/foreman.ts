import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";

/** Whoever was not asked for runs that long is taken not to be served. */
const silentMs = 60_000;

/** Says of workers that they are gone, and of pools, queues and deployments that nobody serves them. */
export async function noteAbsence(store: Store, now: () => number): Promise<void> {
  await store.transaction(async (tx) => {
    const since = timestamp(now() - silentMs);
    await tx.workers.markOffline();
    await tx.workPools.markUnready();
    await tx.workQueues.markUnready(since);
    await tx.deployments.markUnpolled(since);
  });
}
