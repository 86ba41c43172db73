import type { FlowRun } from "../../schema/flow-runs.ts";
import { isFinal } from "../../schema/states.ts";
import { heartbeatEvent } from "../../schema/usual-event.ts";
import type { Store } from "../../store/store.ts";
import { type Heartbeats, isOurs } from "../heartbeats.ts";
import { each } from "./each.ts";
import { endTaskRuns, moveIf, stateOf, unfinished } from "./force.ts";

/** Three heartbeats missed, and a little for the way. */
const silentMs = 35_000;
/** A process whose connection is open lives; a computation may keep it from speaking for this long. */
const busyMs = 300_000;
const page = { limit: 200, offset: 0, sort: "ID_DESC" } as const;

/** Runs whose process vanished end as crashed, with their task runs; those being cancelled end as cancelled. */
export async function endSilentRuns(store: Store, heartbeats: Heartbeats): Promise<void> {
  await each(heartbeats.silent(silentMs, busyMs), async ({ id, seconds }) => {
    const crash = { to: stateOf("CRASHED", whatHappened(seconds)), force: true };
    const cancel = {
      to: stateOf("CANCELLED", "The run was cancelled and its process is gone."),
      force: true,
    };
    const hasCrashed = await moveIf(store, id, { when: needsItsProcess, proposal: crash });
    if (hasCrashed) await crashTaskRuns(store, id);
    await moveIf(store, id, { when: (run) => run.state_type === "CANCELLING", proposal: cancel });
    const run = await store.flowRuns.read(id);
    if (!run?.state_type || isFinal(run.state_type)) heartbeats.forget(id);
  });
}

const whatHappened = (seconds: number) =>
  `Nothing was heard of the run's process for ${seconds} s, so it is taken to have ended: killed, out of memory, ` +
  "or cut off from the server. Look at the last output of the process and at the memory of its machine, then retry.";

/** While it runs, or waits in its process for the next attempt. */
const needsItsProcess = (run: FlowRun) =>
  run.state_type === "RUNNING" ||
  (run.state_type === "SCHEDULED" && run.empirical_policy.retry_type === "in_process");

async function crashTaskRuns(store: Store, flowRunId: string): Promise<void> {
  const to = stateOf("CRASHED", "The process of the flow run is gone.");
  for (;;) {
    const runs = await store.taskRuns.filter({
      task_runs: { flow_run_id: { any_: [flowRunId] }, state: { type: { any_: unfinished } } },
      ...page,
    });
    const ended = await endTaskRuns(
      store,
      runs.map(({ id }) => id),
      to,
    );
    if (runs.length < page.limit || ended === 0) return;
  }
}

/** After a start of the server: runs that had a heartbeat before are given the time for the next one. */
export async function expectHeartbeats(store: Store, heartbeats: Heartbeats): Promise<void> {
  for (let offset = 0; ; offset += page.limit) {
    const runs = await store.flowRuns.filter({
      flow_runs: {
        state: { type: { any_: ["RUNNING", "CANCELLING", "SCHEDULED"] } },
        start_time: { is_null_: false },
      },
      ...page,
      offset,
    });
    for (const { id } of runs) {
      const { events } = await store.events.filter(
        { event: { name: [heartbeatEvent] }, resource: { id: [`prefect.flow-run.${id}`] }, order: "DESC" },
        { limit: 1 },
      );
      if (events.some(isOurs)) heartbeats.expect(id);
    }
    if (runs.length < page.limit) return;
  }
}
