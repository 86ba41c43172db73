import { z } from "zod";
import { CollisionStrategy } from "./deployments.ts";
import { relatedFilters } from "./filters.ts";
import { routes } from "./route.ts";
import { Nothing, Offset, Time, Uuid, withDefault } from "./scalars.ts";
import { Schedule } from "./schedules.ts";

// The schedules of all deployments. Praetor only: a Prefect server lists them with their deployments.

/** Most schedules in one answer. */
const maxListed = 5_000;

/** A schedule with what a list or a calendar of schedules needs to know about its deployment. */
export const ListedSchedule = z.object({
  id: z.string(),
  schedule: Schedule,
  active: z.boolean(),
  /** When the server resumes it; null unless it was paused until a time. */
  paused_until: z.string().nullable(),
  slug: z.string().nullable(),
  deployment_id: z.string(),
  deployment_name: z.string(),
  /** Nothing fires while the deployment is paused. */
  deployment_paused: z.boolean(),
  flow_id: z.string(),
  flow_name: z.string(),
  tags: z.array(z.string()),
  work_pool_name: z.string().nullable(),
  work_queue_name: z.string().nullable(),
  /** Slots of the limits that a run needs; null without a limit. */
  pool_limit: z.int().nullable(),
  queue_limit: z.int().nullable(),
  deployment_limit: z.int().nullable(),
  collision_strategy: CollisionStrategy,
  /** Median of the deployment's latest completed runs; null before it has completed one. */
  usual_seconds: z.number().nullable(),
});
export type ListedSchedule = z.infer<typeof ListedSchedule>;

export const deploymentSchedules = routes("schedules", {
  /** Schedules of the deployments that match, by name of the deployment. */
  filter: {
    method: "POST",
    path: "/praetor/schedules/filter",
    input: z.object({
      ...relatedFilters,
      limit: withDefault(z.int().min(1).max(maxListed), () => maxListed),
      offset: Offset,
    }),
    output: z.array(ListedSchedule),
  },
  /** Pauses a schedule; the server resumes it at `until`. Any other change of `active` cancels that. */
  pauseUntil: {
    method: "POST",
    path: "/praetor/schedules/:id/pause_until",
    input: z.object({ id: Uuid, until: Time }),
    output: Nothing,
    status: 204,
  },
});
