import { timestamp } from "../../schema/scalars.ts";
import { type Waiting, waiting } from "../../schema/waiting.ts";
import type { Store } from "../../store/store.ts";
import { type Api, serve } from "../serve.ts";
import type { SlotWaiters } from "../slot-waiters.ts";
import { WaitExplainer } from "../waiting.ts";

interface WaitingDeps {
  store: Store;
  waiters: SlotWaiters;
  now: () => number;
}

export function serveWaiting(api: Api, deps: WaitingDeps): void {
  serve(api, waiting.explain, ({ flow_run_ids }) => explain(deps, flow_run_ids));
}

async function explain({ store, waiters, now }: WaitingDeps, ids: readonly string[]): Promise<Waiting[]> {
  const runs = await store.flowRuns.readMany(ids);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const explainer = new WaitExplainer(store, timestamp(now()), waiters);
  const explained = await Promise.all(
    ids.map((id) => {
      const run = byId.get(id);
      return run && explainer.explain(run);
    }),
  );
  return explained.filter((each) => each !== undefined);
}
