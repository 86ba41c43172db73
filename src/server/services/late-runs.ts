import { lateFlowRunRules } from "../../rules/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { noDetails } from "../../schema/states.ts";
import type { Store } from "../../store/store.ts";
import { moveIf } from "./force.ts";

const lateMs = 15_000;

/** Scheduled runs that nobody started in time are called late. */
export async function markLateRuns(store: Store, now: () => number): Promise<void> {
  const before_ = timestamp(now() - lateMs);
  const runs = await store.flowRuns.filter({
    flow_runs: { state: { name: { any_: ["Scheduled"] } }, next_scheduled_start_time: { before_ } },
    sort: "NEXT_SCHEDULED_START_TIME_ASC",
    limit: 200,
    offset: 0,
  });
  for (const { id, next_scheduled_start_time: scheduled_time } of runs) {
    await moveIf(store, id, {
      when: (run) => run.state_name === "Scheduled",
      proposal: {
        to: {
          type: "SCHEDULED",
          name: "Late",
          message: null,
          state_details: { ...noDetails, scheduled_time },
        },
        rules: lateFlowRunRules,
      },
    });
  }
}
