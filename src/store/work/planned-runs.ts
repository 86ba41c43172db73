import type { Deployment } from "../../schema/deployments.ts";
import type { Schedule } from "../../schema/schedules.ts";

// The verbs of deployments, their schedules, and the runs created in advance.

/** A deployment with active schedules. */
export interface PlannedDeployment {
  id: string;
  flow_id: string;
  updated: string;
  /** Incremented by changes that invalidate runs created in advance. */
  revision: number;
  /** The active ones. */
  schedules: { id: string; schedule: Schedule; max_scheduled_runs: number | null }[];
}

/** Due times of a schedule's runs. */
export interface PlannedRuns {
  deployment_id: string;
  flow_id: string;
  revision: number;
  schedule_id: string;
  times: readonly string[];
}

/** The limit on concurrent runs of a deployment. */
export interface RunLimit {
  /** Name of the limit. */
  name: string;
  limit: number;
  /** Free slots. */
  free: number;
  options: Deployment["concurrency_options"];
}
