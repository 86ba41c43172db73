import { hasChanged, objectionsToRuns } from "../rules/bulk-verbs.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { type RunCommandResult, type RunVerb, runCommands } from "../schema/run-commands.ts";
import type { Json } from "../schema/scalars.ts";
import type { OrchestrationResult } from "../schema/states.ts";
import { ApiError, type Client } from "./client.ts";

/** A run, and the state that the caller saw; null or absent: any state. */
export interface ExpectedRun {
  id: string;
  state_id?: string | null;
}

/** Clients whose server is one of Prefect. */
const withoutCommands = new WeakSet<Client>();

/** Marks the server of this client as Prefect's: our own routes are not tried. */
export const knowPrefect = (client: Client): void => void withoutCommands.add(client);

/** Whether the server of this client is known to be one of Prefect. */
export const isKnownPrefect = (client: Client): boolean => withoutCommands.has(client);

/**
 * Cancels, pauses, resumes, retries or deletes a run. Our server decides and acts in one step; on a Prefect server,
 * which has no such route, its own routes are used. A refusal is returned; throws ApiError for a missing run.
 */
export async function commandRun(
  client: Client,
  verb: RunVerb,
  { id, state_id = null }: ExpectedRun,
  run_input: Json | null = null,
): Promise<RunCommandResult> {
  if (!withoutCommands.has(client)) {
    try {
      return await client.call(runCommands.command, { id, verb, expected_state_id: state_id, run_input });
    } catch (error) {
      if (!isUnknownRoute(error)) throw error;
      withoutCommands.add(client);
    }
  }
  return commandOnPrefect(client, verb, { id, state_id }, run_input);
}

/** A server without the route. Our own answers "Flow run not found" for a missing run. */
export const isUnknownRoute = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.status === 404 &&
  typeof error.body === "object" &&
  error.body !== null &&
  "detail" in error.body &&
  error.body.detail === "Not Found";

async function commandOnPrefect(
  client: Client,
  verb: RunVerb,
  { id, state_id }: ExpectedRun,
  run_input: Json | null,
): Promise<RunCommandResult> {
  switch (verb) {
    case "delete":
      await client.call(flowRuns.delete, { id });
      return { is_done: true, reason: null, state: null };
    case "resume":
      return resultOf(await client.call(flowRuns.resume, { id, run_input }));
    case "cancel":
      return resultOf(await client.call(flowRuns.setState, { id, state: { type: "CANCELLING" } }));
    case "pause":
      return resultOf(await client.call(flowRuns.setState, { id, state: { type: "PAUSED" } }));
    case "retry": {
      const run = await client.call(flowRuns.read, { id });
      const isOutdated = state_id && run.state_id !== state_id;
      const reason = objectionsToRuns.retry(run) ?? (isOutdated ? hasChanged(run.state_name) : undefined);
      if (reason !== undefined) return { is_done: false, reason, state: run.state };
      const state = { type: "SCHEDULED", name: "AwaitingRetry" } as const;
      return resultOf(await client.call(flowRuns.setState, { id, state, force: true }));
    }
  }
}

function resultOf({ status, state, details }: OrchestrationResult): RunCommandResult {
  // A run that never began is cancelled outright, which the server reports as a replaced state.
  const isDone = status === "ACCEPT" || (status === "REJECT" && state?.type === "CANCELLED");
  const reason = "reason" in details ? details.reason : null;
  return { is_done: isDone, reason: isDone ? null : (reason ?? `the server answered ${status}`), state };
}
