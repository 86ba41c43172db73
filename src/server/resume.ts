import { z } from "zod";
import type { FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { problem } from "../schema/problems.ts";
import type { Parsed } from "../schema/route.ts";
import { noDetails, type OrchestrationResult, type StateCreate } from "../schema/states.ts";
import type { Store, Tx } from "../store/store.ts";
import { moveFlowRun, type Transition } from "./transition.ts";

/** Lets a paused run go on, with the input it waits for if it does. */
export function resume(store: Store, input: Parsed<typeof flowRuns.resume>): Promise<Transition<FlowRun>> {
  return store.transaction(async (tx) => {
    const run = await tx.flowRuns.lock(input.id);
    if (!run) throw problem("not-found", "Flow run not found");
    // Under the lock: of two clicks, the second finds the run running.
    if (run.state?.type !== "PAUSED") {
      return refused(run, "ABORT", "Cannot resume a flow run that is not paused.");
    }
    const wrong = await storeAnswer(tx, run, input.run_input);
    if (wrong !== undefined) return refused(run, "REJECT", wrong);
    return moveFlowRun(tx, run, { to: afterPause(run.state.state_details.pause_reschedule, tx.now) });
  });
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

/** Checks the input against the schema that the run left, and stores it where the run looks for it. */
async function storeAnswer(tx: Tx, run: FlowRun, given: unknown): Promise<string | undefined> {
  const keys = run.state?.state_details.run_input_keyset;
  if (!keys?.schema || !keys.response) return undefined;
  const asked = await tx.flowRunInputs.read(run.id, keys.schema);
  if (!asked) return "Run input schema not found.";
  const schema: unknown = JSON.parse(asked.value);
  const value = hydrate(given ?? {});
  const wrong = complaint(schema, value);
  if (wrong !== undefined) return `Run input validation failed: ${wrong}`;
  await tx.flowRunInputs.delete(run.id, keys.response);
  const answer = { id: run.id, key: keys.response, value: JSON.stringify(value), sender: null };
  await tx.flowRunInputs.create(answer);
  return undefined;
}

function complaint(schema: unknown, value: unknown): string | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  const checked = z.fromJSONSchema({ ...schema }).safeParse(value);
  const issue = checked.success ? undefined : checked.error.issues[0];
  return issue && [issue.path.join("."), issue.message].filter(Boolean).join(": ");
}

/** Values that say how they are to be read: `{"__prefect_kind": "json", "value": "…"}` is the JSON in it. */
function hydrate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hydrate);
  if (typeof value !== "object" || value === null) return value;
  if ("__prefect_kind" in value && "value" in value) {
    const isJson = value.__prefect_kind === "json" && typeof value.value === "string";
    return isJson ? JSON.parse(String(value.value)) : hydrate(value.value);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hydrate(inner)]));
}
