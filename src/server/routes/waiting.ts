import { timestamp } from "../../schema/scalars.ts";
import { waiting } from "../../schema/waiting.ts";
import type { Store } from "../../store/store.ts";
import { type Api, serve } from "../serve.ts";
import { Explainer } from "../waiting.ts";

export function serveWaiting(api: Api, store: Store, now: () => number): void {
  serve(api, waiting.explain, async ({ flow_run_ids }) => {
    const runs = await store.flowRuns.readMany(flow_run_ids);
    const byId = new Map(runs.map((run) => [run.id, run]));
    const explainer = new Explainer(store, timestamp(now()));
    const explained = await Promise.all(
      flow_run_ids.map((id) => {
        const run = byId.get(id);
        return run && explainer.explain(run);
      }),
    );
    return explained.filter((each) => each !== undefined);
  });
}
