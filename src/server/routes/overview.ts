import { overview } from "../../schema/overview.ts";
import { problem } from "../../schema/problems.ts";
import type { Store } from "../../store/store.ts";
import { overviewReader } from "../overview/overview.ts";
import { type Api, serve } from "../serve.ts";
import type { SlotWaiters } from "../slot-waiters.ts";

export function serveOverview(
  api: Api,
  deps: { store: Store; waiters: SlotWaiters; now: () => number },
): void {
  const read = overviewReader(deps);
  serve(api, overview.summary, (request) => {
    if (request.after_ < request.before_) return read(request);
    throw problem(
      "invalid",
      `Expected before_ to be later than after_, got ${request.before_} and ${request.after_}.`,
    );
  });
}
