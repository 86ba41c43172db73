import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { endTaskRuns, moveIf, stateOf, unfinished } from "./force.ts";

const dayMs = 86_400_000;
/** How long a run may take to stop before it is called cancelled all the same. */
const patienceMs = 300_000;
const page = { limit: 200, offset: 0, sort: "ID_DESC" } as const;
const parentCancelled = "The parent flow run was cancelled.";

/** What a cancelled flow run leaves behind is cancelled too, and no cancellation lasts forever. */
export async function finishCancellations(store: Store, now: () => number): Promise<void> {
  await cancelTaskRuns(store, now);
  await cancelSubflows(store);
  await endLongCancellations(store, now);
}

async function cancelTaskRuns(store: Store, now: () => number): Promise<void> {
  const after_ = timestamp(now() - dayMs);
  for (;;) {
    const runs = await store.taskRuns.filter({
      flow_runs: { state: { type: { any_: ["CANCELLED"] } }, end_time: { after_ } },
      task_runs: { state: { type: { any_: unfinished } }, subflow_runs: { exists_: false } },
      ...page,
    });
    const ended = await endTaskRuns(
      store,
      runs.map(({ id }) => id),
      stateOf("CANCELLED", parentCancelled),
    );
    if (runs.length < page.limit || ended === 0) return;
  }
}

async function cancelSubflows(store: Store): Promise<void> {
  const { results: runs } = await store.flowRuns.paginate({
    flow_runs: {
      state: { type: { any_: unfinished.filter((type) => type !== "CANCELLING") } },
      parent_task_run_id: { is_null_: false },
    },
    task_runs: null,
    sort: page.sort,
    limit: page.limit,
    page: 1,
  });
  for (const { id, parent_task_run_id: parentId } of runs) {
    const parentTask = parentId ? await store.taskRuns.read(parentId) : undefined;
    const parent = parentTask?.flow_run_id ? await store.flowRuns.read(parentTask.flow_run_id) : undefined;
    if (parent?.state_type !== "CANCELLED") continue;
    await moveIf(store, id, {
      when: (run) =>
        run.state_type !== null && unfinished.includes(run.state_type) && run.deployment_id !== null,
      proposal: { to: stateOf("CANCELLING", parentCancelled), force: true },
    });
    await moveIf(store, id, {
      when: (run) =>
        run.state_type !== null && unfinished.includes(run.state_type) && run.deployment_id === null,
      proposal: { to: stateOf("CANCELLED", parentCancelled), force: true },
    });
  }
}

async function endLongCancellations(store: Store, now: () => number): Promise<void> {
  const latest = () => timestamp(now() - patienceMs);
  const runs = await store.flowRuns.filter({
    flow_runs: { state: { type: { any_: ["CANCELLING"] } } },
    ...page,
  });
  for (const { id, state } of runs) {
    if (!state || state.timestamp > latest()) continue;
    await moveIf(store, id, {
      when: (run) => run.state?.type === "CANCELLING" && run.state.timestamp <= latest(),
      proposal: {
        to: stateOf("CANCELLED", "The run did not stop within 5 minutes of its cancellation."),
        force: true,
      },
    });
  }
}
