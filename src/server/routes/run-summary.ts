import { runSummary } from "../../schema/run-summary.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { summarise } from "../run-summary.ts";
import { type Api, found, serve } from "../serve.ts";
import type { SlotWaiters } from "../slot-waiters.ts";
import { WaitExplainer } from "../waiting.ts";

interface SummaryDeps {
  store: Store;
  waiters: SlotWaiters;
  now: () => number;
}

export function serveRunSummary(api: Api, { store, waiters, now }: SummaryDeps): void {
  serve(api, runSummary.show, async ({ id }) => {
    const run = found(await store.flowRuns.read(id), "Flow run not found");
    return summarise(store, run, new WaitExplainer(store, timestamp(now()), waiters));
  });
}
