import { hasChanged, objectionsToRuns } from "../rules/bulk-verbs.ts";
import { retryFlowRunRules } from "../rules/retried-runs.ts";
import type { FlowRun } from "../schema/flow-runs.ts";
import { problem } from "../schema/problems.ts";
import type { Parsed } from "../schema/route.ts";
import type { RunCommandResult, RunVerb, runCommands } from "../schema/run-commands.ts";
import type { Json } from "../schema/scalars.ts";
import type { BulkVerb } from "../schema/selections.ts";
import { isFinal, noDetails, type StateCreate } from "../schema/states.ts";
import type { Store, Tx } from "../store/store.ts";
import type { Requester } from "./forced-states.ts";
import { resumeLocked } from "./resume.ts";
import { type Proposal, type Transition, transitionFlowRun } from "./transition.ts";

// Verbs on flow runs: decided and executed under the lock of the run, so that they happen once.

interface Command {
  verb: RunVerb;
  /** The state in which the caller saw the run. */
  expected_state_id: string | null;
  run_input: Json | null;
  by: Requester;
}

/** Applies a verb to one run. Throws the problem `not-found` when there is none. */
export const commandRun = (
  store: Store,
  { id, ...command }: Parsed<typeof runCommands.command>,
  by: Requester,
): Promise<RunCommandResult> =>
  store.transaction(async (tx) => {
    const run = await tx.flowRuns.lock(id);
    if (!run) throw problem("not-found", "Flow run not found");
    const { reason, state } = await performLocked(tx, run, { ...command, by });
    return { is_done: reason === undefined, reason: reason ?? null, state };
  });

interface Performed {
  /** Why it was not done. */
  reason: string | undefined;
  state: FlowRun["state"];
}

/** Applies a verb to a run whose lock `tx` holds. */
export async function performLocked(tx: Tx, run: FlowRun, command: Command): Promise<Performed> {
  const { verb, run_input, by } = command;
  const objection = objectionsToRuns[verb](run) ?? (await objectionToView(tx, run, command));
  if (objection !== undefined) return { reason: objection, state: run.state };
  if (verb === "delete") {
    await tx.flowRuns.delete(run.id);
    return { reason: undefined, state: null };
  }
  const transition =
    verb === "resume"
      ? await resumeLocked(tx, run, run_input)
      : await transitionFlowRun(tx, run, { ...proposals[verb], by, userAgent: by.user_agent });
  return { reason: refusalOf(transition), state: transition.run.state };
}

interface View {
  verb: BulkVerb;
  expected_state_id: string | null;
}

/** Why a request that expects another state is refused; undefined when the state matches or none was named. */
export async function objectionToView(
  tx: Tx,
  run: FlowRun,
  { verb, expected_state_id: expected }: View,
): Promise<string | undefined> {
  if (expected === null || expected === run.state_id) return undefined;
  // A cancellation stays valid within the same attempt, which may have begun or been paused since.
  if (verb === "cancel" && !(await hasEndedSince(tx, run.id, expected))) return undefined;
  return hasChanged(run.state_name);
}

async function hasEndedSince(tx: Tx, runId: string, stateId: string): Promise<boolean> {
  const states = await tx.flowRunStates.list(runId);
  const seen = states.findIndex(({ id }) => id === stateId);
  return seen < 0 || states.slice(seen).some(({ type }) => isFinal(type));
}

const plain = (type: StateCreate["type"], name: string | null = null): StateCreate => ({
  ...{ type, name, message: null },
  state_details: { ...noDetails },
});

const proposals: Record<"cancel" | "pause" | "retry", Proposal> = {
  cancel: { to: plain("CANCELLING") },
  pause: { to: plain("PAUSED") },
  retry: { to: plain("SCHEDULED", "AwaitingRetry"), rules: retryFlowRunRules, force: true },
};

/** Why a transition was not made as requested. */
export function refusalOf<Run>({ isWritten, result }: Transition<Run>): string | undefined {
  // A run that never began is cancelled at once, which is reported as a replacement.
  if (result.status === "ACCEPT" || (isWritten && result.state?.type === "CANCELLED")) return undefined;
  return ("reason" in result.details ? result.details.reason : null) ?? `was answered ${result.status}`;
}
