import type { Schedule } from "../schema/schedules.ts";
import { type NextFire, nextOf, type WallTimes } from "./schedule-clock.ts";
import { cronTimes, parseCron } from "./schedule-cron.ts";
import { dayMs } from "./schedule-days.ts";
import { Effort } from "./schedule-errors.ts";
import { daily, everySoOften, type Interval } from "./schedule-interval.ts";
import { longestSearchDays } from "./schedule-recurrence.ts";
import { ruleSetTimes } from "./schedule-rule-sets.ts";

// Computes the fires of a schedule. Without zod, because a worker thread loads it.

export interface FiresOptions {
  /** Inclusive, in ms; as is `until`. */
  after: number;
  limit: number;
  /** Default: a hundred years. */
  until?: number;
  /** Search steps before a `SlowSchedule` is thrown; cron and intervals never come near it. */
  effort?: number;
}

/** A tenth of a second at most. */
const defaultEffort = 200_000;

/** Ascending instants in ms. Throws a `Problem` for an invalid schedule. */
export function fires(schedule: Schedule, options: FiresOptions): number[] {
  const { after, limit, until = after + longestSearchDays * dayMs } = options;
  const times = timesOf(schedule, options.effort);
  const next = times instanceof Function ? times : nextOf(times);
  const found: number[] = [];
  let from = Math.ceil(after);
  while (found.length < limit) {
    const fire = next(from, until);
    if (fire === undefined) break;
    found.push(fire);
    from = fire + 1;
  }
  return found;
}

/** An interval that is not of whole days counts elapsed time, not wall-clock time. */
export function timesOf(schedule: Schedule, effort = defaultEffort): WallTimes | NextFire {
  if ("rrule" in schedule) return ruleSetTimes(schedule, new Effort(effort, schedule.rrule));
  if ("cron" in schedule)
    return cronTimes(parseCron(schedule.cron), { zone: schedule.timezone ?? "UTC", dayOr: schedule.day_or });
  const interval = intervalOf(schedule);
  return interval.rest === 0 ? daily(interval) : everySoOften(interval);
}

export function intervalOf({
  interval,
  anchor_date,
  timezone,
}: Extract<Schedule, { interval: number }>): Interval {
  const days = Math.floor(interval / 86_400);
  const rest = (interval - days * 86_400) * 1000;
  return { anchor: Date.parse(anchor_date), zone: timezone ?? "UTC", days, rest };
}
