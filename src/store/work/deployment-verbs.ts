import type {
  Deployment,
  DeploymentSchedule,
  DeploymentUpdate,
  deployments,
  ScheduleCreate,
} from "../../schema/deployments.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { Parsed } from "../../schema/route.ts";
import type { PageOf } from "../../schema/scalars.ts";
import type { Schedule } from "../../schema/schedules.ts";
import type { RecentRuns, recentRuns } from "../../schema/waiting.ts";
import type { Created } from "../nouns.ts";

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
  /** Slots nobody holds. */
  free: number;
  options: Deployment["concurrency_options"];
}

export interface Deployments {
  /**
   * By (flow, name): an existing one takes what is given, and its schedules are replaced. Throws the problem
   * `not-found` when the flow, the pool or the global limit is unknown, `conflict` when two slugs are the same.
   */
  create(input: Parsed<typeof deployments.create>): Promise<Created<Deployment>>;
  read(id: string): Promise<Deployment | undefined>;
  readByName(flowName: string, name: string): Promise<Deployment | undefined>;
  readMany(ids: readonly string[]): Promise<Deployment[]>;
  filter(input: Parsed<typeof deployments.filter>): Promise<Deployment[]>;
  count(input: Parsed<typeof deployments.count>): Promise<number>;
  paginate(input: Parsed<typeof deployments.paginate>): Promise<PageOf<Deployment>>;
  /** Applies only the keys that are there. Throws as `create` does. */
  update(input: DeploymentUpdate): Promise<boolean>;
  /** With its schedules, its own limit and the runs that wait for their time; other runs stay without it. */
  delete(id: string): Promise<boolean>;

  createSchedules(
    id: string,
    schedules: readonly ScheduleCreate[],
  ): Promise<DeploymentSchedule[] | undefined>;
  updateSchedule(input: Parsed<typeof deployments.updateSchedule>): Promise<boolean>;
  deleteSchedule(input: Parsed<typeof deployments.deleteSchedule>): Promise<boolean>;

  /** Runs that are due, those that are due first before the others. */
  scheduledRuns(input: Parsed<typeof deployments.scheduledRuns>): Promise<FlowRun[]>;
  /** Somebody asked for runs of these deployments, or of all deployments of these queues: they are ready. */
  markPolled(polled: { ids?: readonly string[]; work_queue_ids?: readonly string[] }): Promise<void>;
  /** Deployments that nobody asked for since `time` are not ready any more. */
  markUnpolled(time: string): Promise<void>;

  /** The limit that the runs of a deployment are under: null when there is none, undefined without deployment. */
  runLimit(id: string): Promise<RunLimit | null | undefined>;
  /** Those that run by themselves, by id: the ones named, or a page of all of them. */
  planned(page: { ids?: readonly string[]; after?: string; limit: number }): Promise<PlannedDeployment[]>;
  /** Of the given times those for which there is no run yet. */
  unscheduled(plans: readonly PlannedRuns[]): Promise<PlannedRuns[]>;
  /** Makes the runs that are missing; passes over deployments that changed since they were read. */
  scheduleRuns(plans: readonly PlannedRuns[]): Promise<void>;
  recentRuns(input: Parsed<typeof recentRuns.list>): Promise<RecentRuns[]>;
}
