import type { Rows, Step } from "./protocol.ts";

/**
 * Runs steps on a PostgreSQL session in one round trip, and returns the rows of those that read. The programs
 * for PostgreSQL build on it: `graphText(run, flowRunId)` and `recordBatch(run, batch)`, which runs in a
 * transaction that holds the writer lock, and is committed after it.
 */
export type RunSteps = (steps: readonly Step[]) => Promise<(Rows | null)[]>;
