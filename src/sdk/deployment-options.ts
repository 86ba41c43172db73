import type { CollisionStrategy, ScheduleCreate } from "../schema/deployments.ts";
import { type Duration, seconds } from "./duration.ts";
import type { FlowEntrypoint } from "./flow-entrypoint.ts";

/** When a deployment runs: one of `cron`, `interval` and `rrule`. */
export interface ScheduleOptions {
  /** Five fields, such as `0 6 * * 1-5`. */
  cron?: string;
  /** Seconds, or a string such as "15m". */
  interval?: Duration;
  /** RFC 5545, such as `FREQ=WEEKLY;BYDAY=MO`. */
  rrule?: string;
  /** IANA name such as `Europe/Berlin`. UTC. */
  timezone?: string;
  /** A reference time of an interval, which fires at whole intervals before and after it. */
  anchor?: Date;
  active?: boolean;
  /** Override the deployment's parameters. */
  parameters?: Record<string, unknown>;
  /** Identifies the schedule within its deployment. */
  slug?: string;
}

export interface DeploymentOptions extends Pick<ScheduleOptions, "cron" | "interval" | "rrule" | "timezone"> {
  name: string;
  /** Several schedules, instead of one. */
  schedules?: readonly ScheduleOptions[];
  parameters?: Record<string, unknown>;
  /** Maximum concurrent runs. Further runs wait, or are cancelled. */
  limit?: number | { limit: number; collisionStrategy?: CollisionStrategy; gracePeriod?: Duration };
  tags?: readonly string[];
  description?: string;
  version?: string;
  paused?: boolean;
  workPool?: string;
  workQueue?: string;
  jobVariables?: Record<string, unknown>;
  /** `path/to/file.ts:exportName`; found automatically when the file that defines the flow exports it. */
  entrypoint?: string;
}

export interface ServeOptions {
  /** Maximum concurrent runs of this process. Default: 5. */
  limit?: number;
  /** Whether the schedules are paused when the process stops. Default: true. */
  pauseOnShutdown?: boolean;
}

/** A flow with its deployment options, not yet registered on the server. */
export interface FlowDeployment {
  readonly flow: FlowEntrypoint;
  readonly options: DeploymentOptions;
}

/** A registered deployment. */
export interface DeployedFlow {
  readonly id: string;
  /** `flow/deployment`. */
  readonly name: string;
}

export function schedulesOf(options: DeploymentOptions): ScheduleCreate[] {
  const { cron, interval, rrule, timezone, schedules = [] } = options;
  const isGiven = cron !== undefined || interval !== undefined || rrule !== undefined;
  const first: ScheduleOptions[] = isGiven
    ? [
        {
          ...(cron === undefined ? {} : { cron }),
          ...(interval === undefined ? {} : { interval }),
          ...(rrule === undefined ? {} : { rrule }),
        },
      ]
    : [];
  return [...first, ...schedules].map((one) =>
    scheduleOf(timezone === undefined ? one : { timezone, ...one }),
  );
}

function scheduleOf(options: ScheduleOptions): ScheduleCreate {
  const { active = true, parameters = {}, slug = null } = options;
  return { schedule: timesOf(options), active, parameters, slug, max_scheduled_runs: null, replaces: null };
}

function timesOf({ cron, interval, rrule, timezone, anchor }: ScheduleOptions): ScheduleCreate["schedule"] {
  const count = [cron, interval, rrule].filter((one) => one !== undefined).length;
  if (count !== 1) throw new TypeError(`schedule: expected one of cron, interval and rrule, got ${count}`);
  if (cron !== undefined) return { cron, timezone: timezone ?? null, day_or: true };
  if (rrule !== undefined) return { rrule, timezone: timezone ?? "UTC" };
  const length = seconds(interval ?? 0, "interval");
  if (length <= 0) throw new TypeError("interval: expected more than 0 seconds");
  return {
    interval: length,
    anchor_date: (anchor ?? new Date(0)).toISOString().replace("Z", "000Z"),
    timezone: timezone ?? null,
  };
}
