import { lateFlowRunRules } from "../../rules/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { noDetails } from "../../schema/states.ts";
import type { Store } from "../../store/store.ts";
import { forEachSettled } from "./for-each.ts";
import { transitionIf } from "./guarded-transitions.ts";

const lateMs = 15_000;

/** Marks scheduled runs late that were not started in time. */
export async function markLateRuns(store: Store, now: () => number): Promise<void> {
  const before = timestamp(now() - lateMs);
  const isDue = (time: string | null) => time !== null && time <= before;
  await forEachSettled(await store.overdue.late({ before, limit: 400 }), (id) =>
    transitionIf(store, id, {
      when: (run) => run.state_name === "Scheduled" && isDue(run.next_scheduled_start_time),
      proposal: (run) => ({
        to: {
          type: "SCHEDULED",
          name: "Late",
          message: null,
          state_details: { ...noDetails, scheduled_time: run.next_scheduled_start_time },
        },
        rules: lateFlowRunRules,
      }),
    }),
  );
}
