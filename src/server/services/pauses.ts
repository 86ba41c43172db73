import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { moveIf, stateOf } from "./force.ts";

/** Runs that were paused and not resumed in time fail. */
export async function failExpiredPauses(store: Store, now: () => number): Promise<void> {
  const page = { sort: "ID_DESC", limit: 200 } as const;
  for (let offset = 0; ; offset += page.limit) {
    const runs = await store.flowRuns.filter({
      flow_runs: { state: { type: { any_: ["PAUSED"] } } },
      ...page,
      offset,
    });
    const isExpired = (timeout: string | null | undefined) => !!timeout && timeout <= timestamp(now());
    for (const { id, state } of runs) {
      if (!isExpired(state?.state_details.pause_timeout)) continue;
      await moveIf(store, id, {
        when: (run) => run.state?.type === "PAUSED" && isExpired(run.state.state_details.pause_timeout),
        proposal: { to: stateOf("FAILED", "The flow was paused and never resumed."), force: true },
      });
    }
    if (runs.length < page.limit) return;
  }
}
