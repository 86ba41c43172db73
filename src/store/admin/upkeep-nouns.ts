// What services look for: rows whose time has come. Each answers ids, the longest overdue first.

/** At most so many at a time: what is left is found the next time. */
export interface Portion {
  limit: number;
}

export interface Overdue {
  /** Flow runs that are called scheduled though nobody began them at their time, `before` at the latest. */
  late(input: Portion & { before: string }): Promise<string[]>;
  /** Paused flow runs whose time to be resumed was over at `now`. */
  pauses(input: Portion & { now: string }): Promise<string[]>;
  /** Flow runs that have been cancelling since before `before`. */
  cancellings(input: Portion & { before: string }): Promise<string[]>;
  /** Task runs that a flow run has left unfinished which was cancelled after `since`; without those of subflows. */
  taskRunsOfCancelled(input: Portion & { since: string }): Promise<string[]>;
  /** Unfinished subflows of flow runs that were cancelled after `since`, but for those being cancelled. */
  subflowsOfCancelled(input: Portion & { since: string }): Promise<string[]>;
  /**
   * Runs that a process of the same machine was to be started for: claimed before `before`, not begun, and without a
   * line of log since then. Those of pools that start them elsewhere may wait for a machine for hours, and are left out.
   */
  claims(input: Portion & { before: string; isRenewed: boolean }): Promise<string[]>;
}

/** What happens to events: heartbeats are many and soon of no use, those that tell who did what are kept for long. */
export type EventKind = "usual" | "heartbeat" | "audit";

/**
 * Deletes what is old, in portions: each is one short transaction, and answers how many rows went. It is done when
 * fewer go than may. Several who do it at once do no harm.
 */
export interface Retention {
  /**
   * Events that occurred from `since` until before `before`, the oldest first, with the lists of related resources that
   * nothing refers to any more. Errors of runs are of the kind `audit`, and go with their run before that. `last` is the
   * time of the last one.
   */
  dropEvents(
    input: Portion & { kind: EventKind; since: string; before: string },
  ): Promise<{ dropped: number; last: string | null }>;
  dropLogs(input: Portion & { before: string }): Promise<number>;
  /** Flow runs that ended before, with all that is theirs; subflows once their parent is gone. */
  dropFlowRuns(input: Portion & { before: string }): Promise<number>;
  /** Task runs without a flow run that ended before. */
  dropTaskRuns(input: Portion & { before: string }): Promise<number>;
  /** Artifacts of flow runs that are gone, older than `before`. */
  dropArtifacts(input: Portion & { before: string }): Promise<number>;
  /** Workers that were heard of last before `before`. */
  dropWorkers(input: Portion & { before: string }): Promise<number>;
  /** Cached results that have expired at `now` or whose state is gone. */
  dropCached(input: Portion & { now: string }): Promise<number>;
}
