import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";

/** Resumes schedules that were paused until a time that has come. */
export async function resumePausedSchedules(store: Store, now: () => number): Promise<void> {
  while ((await store.deployments.resumeSchedules(timestamp(now()))) > 0);
}
