import type { FlowRun } from "../../schema/flow-runs.ts";
import { isFinal, noDetails, type StateCreate, type StateType, stateTypes } from "../../schema/states.ts";
import type { Store } from "../../store/store.ts";
import { type Proposal, transitionFlowRun, transitionTaskRun } from "../transition.ts";
import { forEachSettled } from "./for-each.ts";

export const unfinished = stateTypes.filter((type) => !isFinal(type));

export const stateOf = (type: StateType, message: string, name: string | null = null): StateCreate => ({
  type,
  name,
  message,
  state_details: { ...noDetails },
});

interface Change {
  /** Looked at under the lock: what was true when the run was found need not be true any more. */
  when: (run: FlowRun) => boolean;
  proposal: Proposal | ((run: FlowRun) => Proposal);
}

/** Moves a flow run if it still is what it was found to be. */
export const transitionIf = (store: Store, id: string, { when, proposal }: Change): Promise<boolean> =>
  store.transaction(async (tx) => {
    const run = await tx.flowRuns.lock(id);
    if (!run || !when(run)) return false;
    return (await transitionFlowRun(tx, run, typeof proposal === "function" ? proposal(run) : proposal))
      .isWritten;
  });

/** Ends the given task runs, those excepted that ended meanwhile; failures do not stop the rest. */
export async function endTaskRuns(store: Store, ids: readonly string[], end: End): Promise<number> {
  try {
    return await endTogether(store, ids, end);
  } catch (error) {
    if (ids.length <= 1) throw error;
    let ended = 0;
    await forEachSettled(ids, async (id) => {
      ended += await endTogether(store, [id], end);
    });
    return ended;
  }
}

type End = Pick<Proposal, "to" | "isInferred">;

const endTogether = (store: Store, ids: readonly string[], end: End): Promise<number> =>
  store.transaction(async (tx) => {
    let ended = 0;
    for (const id of ids) {
      const run = await tx.taskRuns.lock(id);
      if (!run || (run.state_type !== null && isFinal(run.state_type))) continue;
      await transitionTaskRun(tx, run, { ...end, force: true });
      ended += 1;
    }
    return ended;
  });
