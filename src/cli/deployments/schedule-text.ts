import type { Schedule } from "../../schema/schedules.ts";
import { durationText } from "../terminal.ts";

/** A schedule as text, with its time zone. */
export function scheduleText(schedule: Schedule): string {
  const zone = schedule.timezone && schedule.timezone !== "UTC" ? ` (${schedule.timezone})` : "";
  if ("cron" in schedule) return `${schedule.cron}${zone}`;
  if ("rrule" in schedule) return `${schedule.rrule.replaceAll(/\s+/g, " ")}${zone}`;
  return `every ${durationText(schedule.interval)}${zone}`;
}
