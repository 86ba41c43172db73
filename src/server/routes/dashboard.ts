import { dashboard } from "../../schema/dashboard.ts";
import type { Store } from "../../store/store.ts";
import { hydrateObject, variablesOf } from "../hydration.ts";
import { complaints } from "../parameters.ts";
import { type Api, found, serve } from "../serve.ts";

export function serveDashboard(api: Api, store: Store): void {
  const counts = store.dashboard;
  serve(api, dashboard.flowRunHistory, (input) => counts.flowRunHistory(input));
  serve(api, dashboard.countTaskRuns, ({ flow_run_ids }) => counts.countTaskRuns(flow_run_ids));
  serve(api, dashboard.countDeployments, ({ flow_ids }) => counts.countDeployments(flow_ids));
  serve(api, dashboard.nextRuns, ({ flow_ids }) => counts.nextRuns(flow_ids));
  serve(api, dashboard.validate, async ({ schema, values }) => {
    const errors = complaints(schema, await hydrateObject(values, variablesOf(store)));
    return { errors, valid: errors.length === 0 };
  });
  serve(api, dashboard.taskRunCounts, (input) => counts.taskRunCounts(input));
  serve(api, dashboard.taskRunStates, (input) => counts.taskRunStates(input));
  serve(api, dashboard.readTaskRun, async ({ id }) =>
    found(await counts.readTaskRun(id), "Task run not found"),
  );
}
