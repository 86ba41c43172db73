import type { SlotSummary } from "../../schema/concurrency-status.ts";
import type { Parsed } from "../../schema/route.ts";
import type { RunRef } from "../../schema/waiting.ts";
import type { WorkPool, workPools } from "../../schema/work-pools.ts";
import type { WorkQueue, workQueues } from "../../schema/work-queues.ts";
import type { Worker, workers } from "../../schema/workers.ts";

// The verbs of work pools, their queues and their workers.

export interface WorkPools {
  /** With its queue `default`. Throws the problem `conflict` when the name is taken. */
  create(input: Parsed<typeof workPools.create>): Promise<WorkPool>;
  read(id: string): Promise<WorkPool | undefined>;
  readByName(name: string): Promise<WorkPool | undefined>;
  readMany(ids: readonly string[]): Promise<WorkPool[]>;
  /** By name. */
  filter(input: Parsed<typeof workPools.filter>): Promise<WorkPool[]>;
  count(input: Parsed<typeof workPools.count>): Promise<number>;
  update(input: Parsed<typeof workPools.update>): Promise<boolean>;
  /** With its queues and workers; its deployments stay, without a queue. */
  delete(name: string): Promise<boolean>;
  /** Of pools that are ready: those without an online worker become not ready, and are answered. */
  markUnready(): Promise<string[]>;
}

export type QueueChanges = Omit<Parsed<typeof workQueues.updateById>, "id">;

/** Which runs of a queue are due: at most `limit`, by their time. */
export interface DueRuns {
  queue_id: string;
  /** Inclusive; null: no bound. */
  before: string | null;
  after: string | null;
  limit: number;
}

/** The runs of a queue that are pending or running: all are counted, a page of them is shown. */
export interface ActiveRuns {
  count: number;
  runs: SlotSummary[];
}

export interface WorkQueues {
  /** Throws the problems `not-found` for the pool and `conflict` for the name. */
  create(input: Parsed<typeof workQueues.create>): Promise<WorkQueue>;
  /** In the pool of queues that are named without one. Throws the problem `conflict` when the name is taken there. */
  createLonely(input: Parsed<typeof workQueues.createLonely>): Promise<WorkQueue>;
  read(id: string): Promise<WorkQueue | undefined>;
  readByName(pool: string, name: string): Promise<WorkQueue | undefined>;
  readMany(ids: readonly string[]): Promise<WorkQueue[]>;
  /** By priority; of one pool where it is given. */
  filter(input: Parsed<typeof workQueues.filter> & { pool?: string }): Promise<WorkQueue[]>;
  /** All queues of a pool, by priority. */
  inPool(poolId: string): Promise<WorkQueue[]>;
  /** Applies only the keys that are there. Throws the problem `conflict` when the name is taken. */
  update(id: string, changes: QueueChanges): Promise<boolean>;
  /** Throws the problem `bad-request` for the default queue of a pool. */
  delete(id: string): Promise<boolean>;
  /** Ids of runs that are due. */
  due(input: DueRuns): Promise<string[]>;
  /** The first ten runs that are pending or running in these queues, those first that began first. */
  holders(ids: readonly string[]): Promise<RunRef[]>;
  /** For each of these queues what takes up its room. */
  active(ids: readonly string[], page: { limit: number; page: number }): Promise<Map<string, ActiveRuns>>;
  /** A worker has asked for the runs of these queues: they and the deployments of their pool are ready. */
  polled(ids: readonly string[]): Promise<void>;
  /** Queues not polled since then become not ready, and are answered. */
  markUnready(since: string): Promise<string[]>;
}

export interface Workers {
  /** Makes or renews the worker; its pool becomes ready. False when there is no such pool. */
  heartbeat(input: Parsed<typeof workers.heartbeat>): Promise<boolean>;
  readMany(ids: readonly string[]): Promise<Worker[]>;
  /** Latest heartbeat first. */
  filter(input: Parsed<typeof workers.list> & { pool?: string }): Promise<Worker[]>;
  delete(pool: string, name: string): Promise<boolean>;
  /** Workers that missed three heartbeats go offline, and are answered. */
  markOffline(): Promise<string[]>;
}
