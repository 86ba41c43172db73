import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { forEachSettled } from "./for-each.ts";
import { stateOf, transitionIf } from "./guarded-transitions.ts";

/** Runs that were paused and not resumed in time fail. */
export async function failExpiredPauses(store: Store, now: () => number): Promise<void> {
  const moment = timestamp(now());
  const isExpired = (timeout: string | null | undefined) => !!timeout && timeout <= moment;
  await forEachSettled(await store.overdue.pauses({ now: moment, limit: 200 }), (id) =>
    transitionIf(store, id, {
      when: (run) => run.state?.type === "PAUSED" && isExpired(run.state.state_details.pause_timeout),
      proposal: { to: stateOf("FAILED", "The flow was paused and never resumed."), force: true },
    }),
  );
}
