import { isTimeZone, type Schedule } from "../schema/schedules.ts";
import { type NextFire, nextOf, type WallTimes } from "./schedule-clock.ts";
import { type ClockChange, changesOf } from "./schedule-clock-changes.ts";
import { cronTimes, parseCron } from "./schedule-cron.ts";
import { dayMs } from "./schedule-days.ts";
import { Effort, type ScheduleField, ScheduleFlaw } from "./schedule-flaws.ts";
import { daily, everySoOften, type Interval } from "./schedule-interval.ts";
import { longestSearchDays } from "./schedule-recurrence.ts";
import { parseRuleSet } from "./schedule-rrule.ts";
import { rruleWords, ruleSetTimes, withStart } from "./schedule-rule-sets.ts";
import { cronWords, intervalWords } from "./schedule-words.ts";

// When a schedule fires: one answer for the server, which makes runs of it, and for the editor, which shows it.

export type { ClockChange } from "./schedule-clock-changes.ts";
export { SlowSchedule } from "./schedule-flaws.ts";
export { type LocalTime, localTime, offsetText, zoneOffset } from "./schedule-zones.ts";

export interface FiresOptions {
  /** Inclusive, in ms; as is `until`. */
  after: number;
  limit: number;
  /** A hundred years, where it is left out. */
  until?: number;
  /** How much may be tried before a `SlowSchedule` is thrown; cron and intervals never come near it. */
  effort?: number;
}

/** A tenth of a second at most. */
const usualEffort = 200_000;

/** Ascending instants in ms. Throws a `Problem` for a schedule that is wrong. */
export function fires(schedule: Schedule, options: FiresOptions): number[] {
  const { after, limit, until = after + longestSearchDays * dayMs } = options;
  const next = nextFireOf(schedule, options.effort ?? usualEffort);
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

function nextFireOf(schedule: Schedule, effort: number): NextFire {
  const times = wallTimesOf(schedule, new Effort(effort, "rrule" in schedule ? schedule.rrule : ""));
  return times instanceof Function ? times : nextOf(times);
}

/** An interval that is not of whole days goes by time that passed, not by the clock on the wall. */
function wallTimesOf(schedule: Schedule, effort: Effort): WallTimes | NextFire {
  if ("rrule" in schedule) return ruleSetTimes(schedule, effort);
  if ("cron" in schedule)
    return cronTimes(parseCron(schedule.cron), { zone: schedule.timezone ?? "UTC", dayOr: schedule.day_or });
  const interval = intervalOf(schedule);
  return interval.rest === 0 ? daily(interval) : everySoOften(interval);
}

function intervalOf({ interval, anchor_date, timezone }: Extract<Schedule, { interval: number }>): Interval {
  const days = Math.floor(interval / 86_400);
  const rest = (interval - days * 86_400) * 1000;
  return { anchor: Date.parse(anchor_date), zone: timezone ?? "UTC", days, rest };
}

/** A schedule as it is being typed. */
export interface ScheduleInput {
  cron?: string;
  interval?: number;
  anchor_date?: string;
  rrule?: string;
  timezone?: string | null;
  day_or?: boolean;
}

export interface ScheduleProblem {
  field: ScheduleField;
  /** Which field of a cron text, which part or line of an RRULE. */
  at?: string;
  message: string;
}

/** What is wrong with a schedule, and where. Cheap enough for each key that is pressed. */
export function scheduleProblem(input: ScheduleInput): ScheduleProblem | undefined {
  try {
    check(input);
    return undefined;
  } catch (error) {
    if (!(error instanceof ScheduleFlaw)) throw error;
    const { field, at, message } = error;
    return { field, ...(at === undefined ? {} : { at }), message };
  }
}

function check({ cron, interval, anchor_date, rrule, timezone }: ScheduleInput): void {
  if (timezone && !isTimeZone(timezone))
    throw new ScheduleFlaw(
      "timezone",
      undefined,
      `expected an IANA time zone such as Europe/Berlin, got ${timezone}`,
    );
  if (rrule !== undefined) checkRRule(rrule, timezone ?? "UTC");
  else if (cron !== undefined) parseCron(cron);
  else if (interval === undefined || !(interval > 0) || !Number.isFinite(interval))
    throw new ScheduleFlaw(
      "interval",
      undefined,
      `expected more than 0 seconds, got ${interval ?? "nothing"}`,
    );
  else if (anchor_date !== undefined && Number.isNaN(Date.parse(anchor_date)))
    throw new ScheduleFlaw(
      "anchor_date",
      undefined,
      `expected a date and time, got ${anchor_date || "nothing"}`,
    );
}

function checkRRule(rrule: string, timezone: string): void {
  if (rrule.length > 6500)
    throw new ScheduleFlaw("rrule", undefined, `expected at most 6500 characters, got ${rrule.length}`);
  parseRuleSet(rrule, timezone);
}

/** A schedule as it is kept. */
export function storedSchedule(schedule: Schedule, now: number): Schedule {
  return "rrule" in schedule ? { ...schedule, rrule: withStart(schedule, now) } : schedule;
}

/** `Every weekday at 09:00 (Europe/Berlin)`; a schedule that is wrong as it is written. */
export function inWords(schedule: Schedule): string {
  if (scheduleProblem(schedule))
    return "cron" in schedule ? schedule.cron : "rrule" in schedule ? schedule.rrule : "";
  if ("rrule" in schedule) return rruleWords(schedule);
  if ("interval" in schedule) return intervalWords(intervalOf(schedule));
  return cronWords(parseCron(schedule.cron), { zone: schedule.timezone ?? "UTC", dayOr: schedule.day_or });
}

/** The days between two instants on which the clock is changed at a time of the schedule, and what it does then. */
export function clockChanges(schedule: Schedule, from: number, until: number): ClockChange[] {
  const times = wallTimesOf(schedule, new Effort(usualEffort, "rrule" in schedule ? schedule.rrule : ""));
  return changesOf({ zone: schedule.timezone ?? "UTC", times }, { from, until });
}
