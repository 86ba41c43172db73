import { StoreError } from "./errors.ts";
import type { RunSteps } from "./postgres-steps.ts";

/** `RunGraph` but for its seq, as JSON; null when there is no such run. */
export async function graphText(_run: RunSteps, _flowRunId: string): Promise<string | null> {
  throw new StoreError("Graphs cannot be read from PostgreSQL yet.");
}
