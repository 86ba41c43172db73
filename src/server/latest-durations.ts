import { flowRuns } from "../schema/flow-runs.ts";
import type { FlowDurations } from "../schema/waiting.ts";
import type { Store } from "../store/store.ts";

const keptMs = 60_000;
const maxRuns = 200;

/**
 * How long the latest completed runs of flows took. They change slowly, so they are read once a minute,
 * however often dashboards request them.
 */
export function latestDurations(store: Store, now: () => number) {
  let kept: { key: string; until: number; found: FlowDurations[] } | undefined;
  return async (flowIds: readonly string[]): Promise<FlowDurations[]> => {
    const key = flowIds.toSorted().join(" ");
    if (kept?.key === key && kept.until > now()) return kept.found;
    const found = flowIds.length > 0 ? await read(store, flowIds) : [];
    kept = { key, until: now() + keptMs, found };
    return found;
  };
}

async function read(store: Store, flowIds: readonly string[]): Promise<FlowDurations[]> {
  const runs = await store.flowRuns.filter(
    flowRuns.filter.input.parse({
      flow_runs: { state: { type: { any_: ["COMPLETED"] } } },
      flows: { id: { any_: [...flowIds] } },
      sort: "END_TIME_DESC",
      limit: maxRuns,
    }),
  );
  const byFlow = Map.groupBy(runs, (run) => run.flow_id);
  return [...byFlow].map(([flow_id, own]) => ({
    flow_id,
    seconds: own.map(({ total_run_time }) => total_run_time),
  }));
}
