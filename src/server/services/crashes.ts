import { isInferred } from "../../rules/inference.ts";
import { isGivenUp } from "../../schema/attempt-tokens.ts";
import { heartbeatEvent } from "../../schema/event-names.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { Settings } from "../../schema/settings.ts";
import { isFinal, noDetails } from "../../schema/states.ts";
import type { Store } from "../../store/store.ts";
import { type HeartbeatSource, type Heartbeats, heartbeatSourceOf, isOurs } from "../heartbeats.ts";
import type { Proposal } from "../transition.ts";
import { forEachSettled } from "./for-each.ts";
import { endTaskRuns, stateOf, transitionIf, unfinished } from "./guarded-transitions.ts";

/** A process whose connection is open lives; a computation may keep it from speaking for this long. */
const busyMs = 300_000;
const page = { limit: 200, offset: 0, sort: "ID_DESC" } as const;

type CrashSettings = Pick<Settings, "retryCrashedRuns" | "runSilenceSeconds">;

/**
 * Runs whose process vanished end as crashed, with their task runs; those being cancelled end as cancelled. A process that
 * reports again gets its run back.
 */
export async function endSilentRuns(
  store: Store,
  heartbeats: Heartbeats,
  settings: CrashSettings,
): Promise<void> {
  await revokeCrashes(store, heartbeats.takeFresh());
  await forEachSettled(heartbeats.silent(settings.runSilenceSeconds * 1000, busyMs), async (beating) => {
    const { flowRunId: id, token } = beating;
    // Missing heartbeats of a given-up attempt prove nothing about the run.
    if (token !== null && isGivenUp(await store.flowRuns.attempts(id), token))
      return heartbeats.forget(beating);
    await endSilentRun(store, beating, settings);
    const run = await store.flowRuns.read(id);
    // Of one that waits for its next process, the silence of the last one says nothing.
    if (!run?.state_type || isFinal(run.state_type) || isLeft(run)) heartbeats.forget(beating);
  });
}

async function endSilentRun(
  store: Store,
  { flowRunId: id, seconds }: { flowRunId: string; seconds: number },
  { retryCrashedRuns: crashRetries }: CrashSettings,
) {
  const to = stateOf("CRASHED", whatHappened(seconds));
  const crash = { to, force: true, isInferred: true, crashRetries };
  const cancel = {
    to: stateOf("CANCELLED", "The run was cancelled and its process has ended."),
    force: true,
  };
  await transitionIf(store, id, { when: isClaimed, proposal: (run) => freed(run, seconds) });
  const hasCrashed = await transitionIf(store, id, { when: needsItsProcess, proposal: crash });
  if (hasCrashed) await crashTaskRuns(store, id);
  await transitionIf(store, id, { when: (run) => run.state_type === "CANCELLING", proposal: cancel });
}

/** Of the processes that are heard of, some were assumed to be gone. */
async function revokeCrashes(store: Store, fresh: readonly HeartbeatSource[]): Promise<void> {
  for (let at = 0; at < fresh.length; at += page.limit) {
    const some = new Map(fresh.slice(at, at + page.limit).map((one) => [one.flowRunId, one]));
    const flow_runs = { id: { any_: [...some.keys()] }, state: { type: { any_: ["CRASHED" as const] } } };
    const crashed = await store.flowRuns.filter({ flow_runs, ...page });
    await forEachSettled(crashed, async ({ id }) => {
      const token = some.get(id)?.token;
      if (!token) return;
      const to = stateOf("RUNNING", "The process of the run reported again.");
      const when = ({ state }: FlowRun) =>
        isInferred(state) && state.state_details.inferred_after === "RUNNING";
      await transitionIf(store, id, { when, proposal: { to, attempt: { flowRunId: id, token } } });
    });
  }
}

const whatHappened = (seconds: number) =>
  `No heartbeat from the run's process for ${seconds} s; it was probably killed, ran out of memory, ` +
  "or lost its connection to the server. Check its last output and the memory of its machine, then retry.";

/** A claim that a runner of ours went on to renew, until it did not. */
const isClaimed = ({ state_type, deployment_id }: FlowRun) =>
  state_type === "PENDING" && deployment_id !== null;

/** Due as it was before it was claimed, for another runner. */
function freed({ state }: FlowRun, seconds: number): Proposal {
  const scheduled_time = state?.state_details.scheduled_time ?? null;
  const message =
    `Released: no heartbeat for ${seconds} s from the runner that had claimed the run; it probably ended ` +
    "before the flow began.";
  return {
    to: { type: "SCHEDULED", name: null, message, state_details: { ...noDetails, scheduled_time } },
    force: true,
  };
}

const isLeft = ({ state_type, empirical_policy }: FlowRun) =>
  state_type === "PENDING" || (state_type === "SCHEDULED" && empirical_policy.retry_type !== "in_process");

/** While it runs, or waits in its process for the next attempt; a script's own run from the moment it is made. */
const needsItsProcess = (run: FlowRun) =>
  run.state_type === "RUNNING" ||
  (run.state_type === "PENDING" && run.deployment_id === null) ||
  (run.state_type === "SCHEDULED" && run.empirical_policy.retry_type === "in_process");

async function crashTaskRuns(store: Store, flowRunId: string): Promise<void> {
  const to = stateOf("CRASHED", "The process of the flow run has ended.");
  for (;;) {
    const runs = await store.taskRuns.filter({
      task_runs: { flow_run_id: { any_: [flowRunId] }, state: { type: { any_: unfinished } } },
      ...page,
    });
    const ended = await endTaskRuns(
      store,
      runs.map(({ id }) => id),
      { to, isInferred: true },
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
      const last = events.find(isOurs);
      if (last) heartbeats.expect(heartbeatSourceOf(last));
    }
    if (runs.length < page.limit) return;
  }
}
