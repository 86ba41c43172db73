import { isTimeZone, type Schedule } from "../schema/schedules.ts";
import { type ClockChange, changesOf } from "./schedule-clock-changes.ts";
import { parseCron } from "./schedule-cron.ts";
import { cronWords, intervalWords } from "./schedule-descriptions.ts";
import { type ScheduleField, ScheduleFlaw } from "./schedule-errors.ts";
import { intervalOf, timesOf } from "./schedule-fires.ts";
import { checkRuleSet, rruleWords } from "./schedule-rule-sets.ts";

// When a schedule fires: shared by the server, which creates runs, and the editor, which shows the fires.

export type { ClockChange } from "./schedule-clock-changes.ts";
export { SlowSchedule } from "./schedule-errors.ts";
export { type FiresOptions, fires } from "./schedule-fires.ts";
export { monthNames, weekdayNames } from "./schedule-phrases.ts";
export { instantOf, type LocalTime, localTime, offsetText, zoneOffset } from "./schedule-zones.ts";

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

/** Validates a schedule and locates the error. Cheap enough for every key press. */
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
  if (rrule !== undefined) checkRuleSet({ rrule, timezone: timezone ?? "UTC" });
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

/** `Every weekday at 09:00 (Europe/Berlin)`; an invalid schedule is returned as written. */
export function inWords(schedule: Schedule): string {
  if (scheduleProblem(schedule))
    return "cron" in schedule ? schedule.cron : "rrule" in schedule ? schedule.rrule : "";
  if ("rrule" in schedule) return rruleWords(schedule);
  if ("interval" in schedule) return intervalWords(intervalOf(schedule));
  return cronWords(parseCron(schedule.cron), { zone: schedule.timezone ?? "UTC", dayOr: schedule.day_or });
}

/** The clock changes between two instants that affect the schedule, and what it does then. */
export function clockChanges(schedule: Schedule, from: number, until: number): ClockChange[] {
  return changesOf({ zone: schedule.timezone ?? "UTC", times: timesOf(schedule) }, { from, until });
}
