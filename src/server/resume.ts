import type { FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { problem } from "../schema/problems.ts";
import type { Parsed } from "../schema/route.ts";
import { Json } from "../schema/scalars.ts";
import { noDetails, type OrchestrationResult, type StateCreate } from "../schema/states.ts";
import type { Store, Tx } from "../store/store.ts";
import { hydrateObject, variablesOf } from "./hydration.ts";
import { checkedTransaction, complaintText } from "./parameters.ts";
import { type Transition, transitionFlowRun } from "./transition.ts";

/** Resumes a paused run, with its input if it waits for one. */
export function resume(store: Store, input: Parsed<typeof flowRuns.resume>): Promise<Transition<FlowRun>> {
  return checkedTransaction(store, async (tx) => {
    const run = await tx.flowRuns.lock(input.id);
    if (!run) throw problem("not-found", "Flow run not found");
    return resumeLocked(tx, run, input.run_input);
  });
}

/** Under the lock of the run: of two requests, the second finds the run running. */
export async function resumeLocked(tx: Tx, run: FlowRun, input: Json | null): Promise<Transition<FlowRun>> {
  if (run.state?.type !== "PAUSED") {
    return refused(run, "ABORT", "Cannot resume a flow run that is not paused.");
  }
  const wrong = await storeAnswer(tx, run, input);
  if (wrong !== undefined) return refused(run, "REJECT", wrong);
  return transitionFlowRun(tx, run, { to: afterPause(run.state.state_details.pause_reschedule, tx.now) });
}

function refused(run: FlowRun, status: "ABORT" | "REJECT", reason: string): Transition<FlowRun> {
  const result: OrchestrationResult =
    status === "ABORT"
      ? { state: null, status, details: { type: "abort_details", reason } }
      : { state: run.state, status, details: { type: "reject_details", reason } };
  return { run, isWritten: false, result };
}

const afterPause = (isSuspended: boolean, now: string): StateCreate =>
  isSuspended
    ? {
        type: "SCHEDULED",
        name: "Resuming",
        message: null,
        state_details: { ...noDetails, scheduled_time: now },
      }
    : { type: "RUNNING", name: null, message: null, state_details: { ...noDetails } };

/** Validates the input against the schema stored by the run, and stores it under the key that the run reads. */
async function storeAnswer(tx: Tx, run: FlowRun, input: Json | null): Promise<string | undefined> {
  const keys = run.state?.state_details.run_input_keyset;
  if (!keys?.schema || !keys.response) return undefined;
  const stored = await tx.flowRunInputs.read(run.id, keys.schema);
  if (!stored) return "Run input schema not found.";
  const schema = Json.safeParse(JSON.parse(stored.value));
  const value = await hydrateObject(input ?? {}, variablesOf(tx));
  const wrong = schema.success ? await complaintText(schema.data, value) : undefined;
  if (wrong !== undefined) return `Run input validation failed: ${wrong}`;
  await tx.flowRunInputs.delete(run.id, keys.response);
  const answer = { id: run.id, key: keys.response, value: JSON.stringify(value), sender: null };
  await tx.flowRunInputs.create(answer);
  return undefined;
}
