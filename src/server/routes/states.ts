import { observedStates } from "../../schema/observed-states.ts";
import { flowRunStates, taskRunStates } from "../../schema/states.ts";
import type { Store } from "../../store/store.ts";
import { ObservedStates } from "../observed-states.ts";
import { type Api, found, serve } from "../serve.ts";

const unknown = (kind: string) => `${kind} run state not found`;

export function serveStates(api: Api, store: Store, now: () => number): void {
  const observed = new ObservedStates(store, now);
  serve(api, observedStates.list, (input) => observed.list(input));
  serve(api, flowRunStates.list, ({ flow_run_id }) => store.flowRunStates.list(flow_run_id));
  serve(api, flowRunStates.read, async ({ id }) =>
    found(await store.flowRunStates.read(id), unknown("Flow")),
  );
  serve(api, taskRunStates.list, ({ task_run_id }) => store.taskRunStates.list(task_run_id));
  serve(api, taskRunStates.read, async ({ id }) =>
    found(await store.taskRunStates.read(id), unknown("Task")),
  );
}
