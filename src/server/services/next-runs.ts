import { nextFlowRunRules } from "../../rules/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { awaitingSlot, noDetails } from "../../schema/states.ts";
import type { Store } from "../../store/store.ts";
import { forEachSettled } from "./for-each.ts";
import { transitionIf } from "./guarded-transitions.ts";

/** A run that found no slot of its deployment tries again after 30 s; when one comes free before that, at once. */
export async function wakeNextRuns(store: Store, now: () => number): Promise<void> {
  const state_details = { ...noDetails, scheduled_time: timestamp(now()) };
  const message = "A slot of the deployment's concurrency limit is free.";
  await forEachSettled(await store.slots.next(), (id) =>
    transitionIf(store, id, {
      when: (run) => run.state_name === awaitingSlot,
      proposal: (run) =>
        run.empirical_policy.retry_type === "in_process"
          ? {
              to: { type: "RUNNING", name: null, message: null, state_details: noDetails },
              rules: nextFlowRunRules,
            }
          : { to: { type: "SCHEDULED", name: awaitingSlot, message, state_details }, rules: [] },
    }),
  );
}
