import type { FlowRun } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { each } from "./each.ts";
import { endTaskRuns, moveIf, stateOf, unfinished } from "./force.ts";

const dayMs = 86_400_000;
/** How long a run may take to stop before it is called cancelled all the same. */
const patienceMs = 300_000;
const limit = 200;
const parentCancelled = "The parent flow run was cancelled.";

/** What a cancelled flow run leaves behind is cancelled too, and no cancellation lasts forever. */
export async function finishCancellations(store: Store, now: () => number): Promise<void> {
  // Each has its turn, whatever becomes of the others.
  await each([cancelTaskRuns, cancelSubflows, endLongCancellations], (step) => step(store, now));
}

const aDayAgo = (now: () => number) => timestamp(now() - dayMs);

async function cancelTaskRuns(store: Store, now: () => number): Promise<void> {
  for (;;) {
    const ids = await store.overdue.taskRunsOfCancelled({ since: aDayAgo(now), limit });
    const ended = await endTaskRuns(store, ids, stateOf("CANCELLED", parentCancelled));
    if (ids.length < limit || ended === 0) return;
  }
}

/** One that has a process of its own is asked to stop, the others ended with their parent. */
async function cancelSubflows(store: Store, now: () => number): Promise<void> {
  const ids = await store.overdue.subflowsOfCancelled({ since: aDayAgo(now), limit });
  await each(ids, (id) =>
    moveIf(store, id, {
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
  await each(await store.overdue.cancellings({ before, limit }), (id) =>
    moveIf(store, id, {
      when: (run) => run.state?.type === "CANCELLING" && run.state.timestamp <= before,
      proposal: { to, force: true },
    }),
  );
}
