import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";

const silentMs = 60_000;

/** Deployments that nobody asks for runs of are served by nobody. */
export const markUnpolled = (store: Store, now: () => number): Promise<void> =>
  store.deployments.markUnpolled(timestamp(now() - silentMs));
