import { overview } from "../../schema/overview.ts";
import type { Store } from "../../store/store.ts";
import { overviewReader } from "../overview/overview.ts";
import { type Api, serve } from "../serve.ts";
import type { SlotWaiters } from "../slot-waiters.ts";

export function serveOverview(
  api: Api,
  deps: { store: Store; waiters: SlotWaiters; now: () => number },
): void {
  const read = overviewReader(deps);
  serve(api, overview.summary, (request) => read(request));
}
