import { fires, inWords } from "../../../rules/schedules.ts";
import type { Deployment, DeploymentSchedule } from "../../../schema/deployments.ts";
import { Problem } from "../../../schema/problems.ts";
import type { Schedule } from "../../../schema/schedules.ts";

/** When a schedule fires from an instant on, as the scheduler will have it; nothing for one that cannot be computed. */
export function firesFrom(
  schedule: Schedule,
  after: number,
  limit: number,
  until?: number,
): readonly number[] {
  try {
    return fires(schedule, { after, limit, ...(until === undefined ? {} : { until }) });
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}

// A list asks for the same schedules every minute; what was found holds until it has passed.
const known = new WeakMap<Schedule, { from: number; fire: number | undefined }>();

/** When a schedule fires next. */
export function nextFire(schedule: Schedule, now: number): number | undefined {
  const found = known.get(schedule);
  if (found && found.from <= now && (found.fire === undefined || found.fire >= now)) return found.fire;
  const [fire] = firesFrom(schedule, now, 1);
  known.set(schedule, { from: now, fire });
  return fire;
}

const words = new WeakMap<Schedule, string>();

/** A schedule in words, found once for as long as it is the same. */
export function wordsOf(schedule: Schedule): string {
  const found = words.get(schedule) ?? inWords(schedule);
  words.set(schedule, found);
  return found;
}

/** When a deployment fires next: nothing while it is paused or has no active schedule. */
export function nextFireOf(
  { paused, schedules }: Pick<Deployment, "paused" | "schedules">,
  now: number,
): number | undefined {
  if (paused) return undefined;
  const times = schedules.flatMap(({ active, schedule }) => (active ? (nextFire(schedule, now) ?? []) : []));
  return times.length > 0 ? Math.min(...times) : undefined;
}

export interface Fire {
  at: number;
  schedule: DeploymentSchedule;
}

/** The next fires of all active schedules of a deployment, soonest first. */
export function firesOf({ paused, schedules }: Deployment, now: number, limit: number): readonly Fire[] {
  if (paused) return [];
  return schedules
    .filter((schedule) => schedule.active)
    .flatMap((schedule) => firesFrom(schedule.schedule, now, limit).map((at) => ({ at, schedule })))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, limit);
}
