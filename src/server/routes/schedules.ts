import { deploymentSchedules } from "../../schema/deployment-schedules.ts";
import { problem } from "../../schema/problems.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { type Api, done, serve } from "../serve.ts";
import { usualDurations } from "../usual-durations.ts";

/** The schedules of all deployments, and their pauses until a time. */
export function serveScheduleList(api: Api, store: Store, now: () => number): void {
  const usual = usualDurations(store, now);
  serve(api, deploymentSchedules.filter, async (input) => {
    const rows = await store.deployments.listSchedules(input);
    const seconds = await usual(rows.map((row) => row.deployment_id));
    return rows.map((row) => ({ ...row, usual_seconds: seconds(row.deployment_id) }));
  });
  serve(api, deploymentSchedules.pauseUntil, async ({ id, until }) => {
    if (until <= timestamp(now()))
      throw problem("invalid", `Expected a time in the future to pause the schedule until, got ${until}.`);
    return done(await store.deployments.pauseScheduleUntil(id, until), "Schedule not found");
  });
}
