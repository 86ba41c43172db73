import { type Complaint, dashboard } from "../../schema/dashboard.ts";
import { Problem, problem } from "../../schema/problems.ts";
import type { Json } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { hydrate, type ReadVariable, variablesOf } from "../hydration.ts";
import { complaints } from "../parameters.ts";
import { type Api, found, serve } from "../serve.ts";

export function serveDashboard(api: Api, store: Store): void {
  const counts = store.dashboard;
  serve(api, dashboard.flowRunHistory, (input) => counts.flowRunHistory(input));
  serve(api, dashboard.countTaskRuns, ({ flow_run_ids }) => counts.countTaskRuns(flow_run_ids));
  serve(api, dashboard.countDeployments, ({ flow_ids }) => counts.countDeployments(flow_ids));
  serve(api, dashboard.nextRuns, ({ flow_ids }) => counts.nextRuns(flow_ids));
  serve(api, dashboard.validate, async ({ schema, values }) => {
    const { read, unread } = await readValues(values, variablesOf(store));
    const errors = unread.length > 0 ? unread : await formComplaints(schema, read);
    return { errors, valid: errors.length === 0 };
  });
  serve(api, dashboard.taskRunCounts, (input) => counts.taskRunCounts(input));
  serve(api, dashboard.taskRunStates, (input) => counts.taskRunStates(input));
  serve(api, dashboard.readTaskRun, async ({ id }) => found(await counts.readTaskRun(id), "Task not found"));
}

/** A form wants to know which of its fields cannot be read as it says. */
async function readValues(values: Json, variable: ReadVariable) {
  const read: Json = {};
  const unread: Complaint[] = [];
  for (const [key, value] of Object.entries(values)) {
    try {
      read[key] = await hydrate(value, variable);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      unread.push({ property: key, errors: [error.message] });
    }
  }
  return { read, unread };
}

async function formComplaints(schema: Json, values: Json): Promise<Complaint[]> {
  try {
    return await complaints(schema, values);
  } catch (error) {
    // Here the schema is what was sent.
    if (error instanceof Problem && error.code === "conflict") throw problem("invalid", error.message);
    throw error;
  }
}
