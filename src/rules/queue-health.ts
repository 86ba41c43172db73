import { toMs } from "../schema/scalars.ts";
import type { QueueHealthPolicy } from "../schema/work-queues.ts";

export const defaultHealthPolicy: QueueHealthPolicy = {
  maximum_late_runs: 0,
  maximum_seconds_since_last_polled: 60,
};

interface Facts {
  late_runs_count: number;
  last_polled: string | null;
  now: number;
}

/** Whether a client polls the queue and none of its runs is late. */
export function isHealthy(policy: QueueHealthPolicy, { late_runs_count, last_polled, now }: Facts): boolean {
  const { maximum_late_runs: maxLate, maximum_seconds_since_last_polled: longest } = policy;
  if (maxLate !== null && late_runs_count > maxLate) return false;
  if (longest === null) return true;
  return last_polled !== null && now - toMs(last_polled) <= longest * 1000;
}
