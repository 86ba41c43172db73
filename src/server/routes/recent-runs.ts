import { recentRuns } from "../../schema/waiting.ts";
import type { Store } from "../../store/store.ts";
import { type Api, serve } from "../serve.ts";

export function serveRecentRuns(api: Api, store: Store): void {
  serve(api, recentRuns.list, (input) => store.deployments.recentRuns(input));
}
