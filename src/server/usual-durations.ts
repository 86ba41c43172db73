import type { Store } from "../store/store.ts";

const keptMs = 5 * 60_000;
/** Deployments that are asked about in one statement, and kept at most. */
const portion = 500;
const maxKept = 50_000;

/**
 * How long runs of deployments usually take: read once in five minutes, however often lists of schedules are
 * requested.
 */
export function usualDurations(store: Store, now: () => number) {
  const kept = new Map<string, { seconds: number | null; until: number }>();
  return async (deploymentIds: readonly string[]): Promise<(id: string) => number | null> => {
    const time = now();
    const missing = [...new Set(deploymentIds)].filter((id) => (kept.get(id)?.until ?? 0) <= time);
    if (kept.size + missing.length > maxKept) kept.clear();
    for (let at = 0; at < missing.length; at += portion) {
      const some = missing.slice(at, at + portion);
      const found = await store.deployments.usualDurations(some);
      for (const id of some) kept.set(id, { seconds: found.get(id) ?? null, until: time + keptMs });
    }
    return (id) => kept.get(id)?.seconds ?? null;
  };
}
