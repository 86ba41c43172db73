import { flowRuns } from "../../schema/flow-runs.ts";
import { problem } from "../../schema/problems.ts";
import type { Store } from "../../store/store.ts";
import { dataHeaders } from "../http/headers.ts";
import { type Api, done, found, serve } from "../serve.ts";

const unknown = "Flow run input not found";

/** What is kept with a flow run beside its states: inputs by key. */
export function serveFlowRunInputs(api: Api, store: Store): void {
  const inputs = store.flowRunInputs;
  serve(api, flowRuns.createInput, async (input) => {
    if (await inputs.create(input)) return null;
    throw problem("conflict", "A flow run input with this key already exists.");
  });
  serve(api, flowRuns.filterInput, (input) => inputs.filter(input));
  serve(api, flowRuns.readInput, async ({ id, key }) => {
    const input = found(await inputs.read(id, key), unknown);
    return new Response(input.value, { headers: { ...dataHeaders, "content-type": "application/json" } });
  });
  serve(api, flowRuns.deleteInput, async ({ id, key }) => done(await inputs.delete(id, key), unknown));
}
