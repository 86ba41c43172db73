import type { Deployment } from "../../schema/deployments.ts";
import type { Schedule } from "../../schema/schedules.ts";

// The verbs of deployments, their schedules, and the runs that are made ahead of their time.

/** A deployment that runs by itself. */
export interface PlannedDeployment {
  id: string;
  flow_id: string;
  updated: string;
  /** Counts the changes after which runs made ahead are no longer right. */
  revision: number;
  /** The active ones. */
  schedules: { id: string; schedule: Schedule; max_scheduled_runs: number | null }[];
}

/** Times at which runs of a schedule are due. */
export interface PlannedRuns {
  deployment_id: string;
  flow_id: string;
  revision: number;
  schedule_id: string;
  times: readonly string[];
}

/** The limit on runs of a deployment at a time. */
export interface RunLimit {
  /** Name of the limit. */
  name: string;
  limit: number;
  /** Free slots. */
  free: number;
  options: Deployment["concurrency_options"];
}
