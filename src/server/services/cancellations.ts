import type { FlowRun } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { forEachSettled } from "./for-each.ts";
import { endTaskRuns, stateOf, transitionIf, unfinished } from "./guarded-transitions.ts";

const dayMs = 86_400_000;
/** How long the service may have been off before a start. */
const awayMs = 30 * dayMs;
/** How long a run may take to stop before it is marked cancelled anyway. */
const patienceMs = 300_000;
const limit = 200;
const parentCancelled = "The parent flow run was cancelled.";

/**
 * What runs that were cancelled within the last day have left behind is cancelled, and no cancellation lasts forever.
 * After a time without the server, be it a start or a machine that slept, as much more is looked at.
 */
export function cancellations(store: Store, now: () => number): () => Promise<void> {
  let last = now() - awayMs;
  return async () => {
    const began = now();
    await finishCancellations(store, now, Math.min(last, began) - dayMs);
    last = began;
  };
}

export async function finishCancellations(
  store: Store,
  now: () => number,
  from = now() - dayMs,
): Promise<void> {
  const since = timestamp(from);
  // A failure of one does not stop the others.
  const steps = [
    () => cancelTaskRuns(store, since),
    () => cancelSubflows(store, since),
    () => endLongCancellations(store, now),
  ];
  await forEachSettled(steps, (step) => step());
}

async function cancelTaskRuns(store: Store, since: string): Promise<void> {
  for (;;) {
    const ids = await store.overdue.taskRunsOfCancelled({ since, limit });
    const ended = await endTaskRuns(store, ids, { to: stateOf("CANCELLED", parentCancelled) });
    if (ids.length < limit || ended === 0) return;
  }
}

/** One that has a process of its own is asked to stop, the others ended with their parent. */
async function cancelSubflows(store: Store, since: string): Promise<void> {
  const ids = await store.overdue.subflowsOfCancelled({ since, limit });
  await forEachSettled(ids, (id) =>
    transitionIf(store, id, {
      when: (run) => isUnfinished(run) && run.state_type !== "CANCELLING",
      proposal: (run) => {
        const type = run.deployment_id === null ? "CANCELLED" : "CANCELLING";
        return { to: stateOf(type, parentCancelled), force: true };
      },
    }),
  );
}

const isUnfinished = ({ state_type: type }: FlowRun) => type !== null && unfinished.includes(type);

async function endLongCancellations(store: Store, now: () => number): Promise<void> {
  const before = timestamp(now() - patienceMs);
  const to = stateOf("CANCELLED", "The run did not stop within 5 minutes of its cancellation.");
  await forEachSettled(await store.overdue.cancellings({ before, limit }), (id) =>
    transitionIf(store, id, {
      when: (run) => run.state?.type === "CANCELLING" && run.state.timestamp <= before,
      proposal: { to, force: true },
    }),
  );
}
