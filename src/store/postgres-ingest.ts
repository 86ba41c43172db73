import { StoreError } from "./errors.ts";
import type { RunSteps } from "./postgres-steps.ts";
import type { IngestBatch, IngestResult } from "./protocol.ts";

/** Writes the batch in a transaction that has begun; answers what changed. The caller rolls back when this throws. */
export async function recordBatch(_run: RunSteps, _batch: IngestBatch): Promise<IngestResult> {
  throw new StoreError("Events cannot be taken into PostgreSQL yet.");
}
