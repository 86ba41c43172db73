import type { Rows, Step } from "./protocol.ts";

/**
 * Runs steps on a session of PostgreSQL, all in one round trip, and answers the rows of those that read. The programs
 * for PostgreSQL are written over it: `graphText(run, flowRunId)` and `recordBatch(run, batch)`, which comes into a
 * transaction that has the lock of writers, and is committed after it.
 */
export type RunSteps = (steps: readonly Step[]) => Promise<(Rows | null)[]>;
