import { ApiError, type Client, GivenUpError } from "../../client/client.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { isFinal, outdatedView, type State, type StateCreate } from "../../schema/states.ts";
import { type TaskRun, taskRuns } from "../../schema/task-runs.ts";

/**
 * Claims a due run for this runner. False: another has it, there is no slot for it, or it is deleted. The server accepts
 * exactly one claim.
 */
export async function claim(client: Client, run: FlowRun): Promise<boolean> {
  try {
    const mark = crypto.randomUUID();
    return (
      (await propose(client, run.id, { type: "PENDING", state_details: { transition_id: mark } }, mark)) &&
      (await propose(client, run.id, { type: "PENDING", name: "Submitting" }))
    );
  } catch (error) {
    // Deleted between the query and the claim: a schedule was changed or paused.
    if (error instanceof ApiError && error.status === 404) return false;
    // Claimed by another runner while this one was disconnected.
    if (error instanceof GivenUpError) return false;
    throw error;
  }
}

type Proposal = Partial<Omit<StateCreate, "state_details">> &
  Pick<StateCreate, "type"> & { state_details?: Partial<StateCreate["state_details"]> };

async function propose(client: Client, id: string, state: Proposal, mark?: string): Promise<boolean> {
  const { status, state: answer } = await client.call(flowRuns.setState, { id, state });
  // The claim succeeded, but its response was lost and it was sent again.
  const isOurs = mark !== undefined && answer?.state_details.transition_id === mark;
  return status === "ACCEPT" || isOurs;
}

const stopped = "the process that had claimed it was stopped before it began";

/** Hands a claimed run that has not begun back for other runners. */
export async function releaseRun(
  client: Client,
  { id, state, ...run }: FlowRun,
  reason = stopped,
): Promise<void> {
  // Once claimed, only its state holds its scheduled time.
  const time = run.next_scheduled_start_time ?? state?.state_details.scheduled_time ?? null;
  await propose(client, id, {
    type: "SCHEDULED",
    message: `Handed back: ${reason}.`,
    ...(time === null ? {} : { state_details: { scheduled_time: time } }),
  });
}

function needsNoProcess({ state_type: type, state, empirical_policy: policy }: FlowRun): boolean {
  if (type === null || isFinal(type)) return true;
  // A paused flow waits in its process, a suspended one does not.
  if (type === "PAUSED") return state?.state_details.pause_reschedule === true;
  return type === "SCHEDULED" && policy.retry_type !== "in_process";
}

/** How the process of a run ended. */
export interface RunEnd {
  cause: string;
  /** Killed before it can have begun the flow, and not for the third time: the run can safely be started again. */
  isEarly: boolean;
}

/**
 * After the process of a run has ended: reports what it did not. Returns the run's state; null when another attempt has the
 * run by now and the server refuses `client`.
 */
export async function settle(client: Client, id: string, end: RunEnd): Promise<State | null> {
  try {
    return await settleOwn(client, id, end);
  } catch (error) {
    if (error instanceof GivenUpError) return null;
    throw error;
  }
}

async function settleOwn(client: Client, id: string, { cause, isEarly }: RunEnd): Promise<State | null> {
  for (;;) {
    const run = await client.call(flowRuns.read, { id });
    if (needsNoProcess(run)) return run.state;
    if (isEarly && run.state_type === "PENDING") {
      await releaseRun(client, run, "its process was killed before the flow began");
      return (await client.call(flowRuns.read, { id })).state;
    }
    const wasCancelled = run.state_type === "CANCELLING";
    const state = wasCancelled
      ? { type: "CANCELLED" as const, message: "The run was cancelled and its process was ended." }
      : { type: "CRASHED" as const, message: cause };
    // Child runs first: once it has its last state, the run may belong to the next attempt.
    await settleBelow(client, id, state.type);
    const seen = { force: true, expected_state_id: run.state_id };
    const { state: now, rule } = await client.call(flowRuns.setState, { id, state, ...seen });
    // Cancelled, or scheduled again, in between.
    if (rule !== outdatedView) return now;
  }
}

const open = ["SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING"] as const;
const page = 200;

/** Its child runs were in the same process. */
async function settleBelow(client: Client, flowRunId: string, type: "CRASHED" | "CANCELLED"): Promise<void> {
  const message = "The process of the flow run has ended.";
  for (;;) {
    const task_runs = { flow_run_id: { any_: [flowRunId] }, state: { type: { any_: [...open] } } };
    const found: TaskRun[] = await client.call(taskRuns.filter, { task_runs, limit: page });
    let isDone = found.length < page;
    for (const { id, state_id: expected_state_id } of found) {
      const state = { type, message };
      const { rule } = await client.call(taskRuns.setState, { id, state, force: true, expected_state_id });
      // It has reported its end after all, or is checked again.
      if (rule === outdatedView) isDone = false;
    }
    await settleSubflows(client, found, { type, message });
    if (isDone) return;
  }
}

async function settleSubflows(
  client: Client,
  parents: readonly TaskRun[],
  state: { type: "CRASHED" | "CANCELLED"; message: string },
): Promise<void> {
  if (parents.length === 0) return;
  const flow_runs = {
    parent_task_run_id: { any_: parents.map(({ id }) => id) },
    state: { type: { any_: [...open] } },
  };
  for (const run of await client.call(flowRuns.filter, { flow_runs })) {
    // A run of a deployment has its own process.
    if (run.deployment_id !== null) continue;
    await client.call(flowRuns.setState, { id: run.id, state, force: true });
    await settleBelow(client, run.id, state.type);
  }
}
