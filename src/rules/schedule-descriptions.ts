import type { Cron } from "./schedule-cron.ts";
import { dayMs } from "./schedule-days.ts";
import type { Interval } from "./schedule-interval.ts";
import {
  countWords,
  listWords,
  monthNames,
  ordinal,
  rhythmOf,
  weekdayNames,
  weekdayWords,
} from "./schedule-phrases.ts";
import { localTime } from "./schedule-zones.ts";

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const zoned = (text: string, zone: string) => `${text} (${zone})`;

export function intervalWords({ anchor, zone, days, rest }: Interval): string {
  const { time, weekday } = localTime(zone, anchor);
  const clock = time.endsWith(":00") ? time.slice(0, 5) : time;
  if (rest === 0 && days % 7 === 0) {
    const name = weekdayNames.find((one) => one.startsWith(weekday)) ?? weekday;
    return zoned(`Every ${countWords(days / 7, "week")} on ${name} at ${clock}`, zone);
  }
  if (rest === 0) return zoned(`Every ${countWords(days, "day")} at ${clock}`, zone);
  return `Every ${lengthWords(days * dayMs + rest)}`;
}

/** `1 hour 30 minutes`, `hour` */
function lengthWords(ms: number): string {
  const units = [
    ["day", dayMs],
    ["hour", 3_600_000],
    ["minute", 60_000],
  ] as const;
  let left = ms;
  const parts: { count: number; unit: string }[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push({ count, unit });
  }
  const seconds = Math.round(left) / 1000;
  if (seconds > 0 || parts.length === 0) parts.push({ count: seconds || left / 1000, unit: "second" });
  const [first] = parts;
  if (parts.length === 1 && first) return countWords(first.count, first.unit);
  return parts.map(({ count, unit }) => `${count} ${unit}${count === 1 ? "" : "s"}`).join(" ");
}

export function cronWords(cron: Cron, { zone, dayOr }: { zone: string; dayOr: boolean }): string {
  const { kind, words, isAllDay } = rhythmOf({
    hours: cron.hour.values,
    minutes: cron.minute.values,
    seconds: cron.second.values,
  });
  const { lead, tail } = cronDays(cron, dayOr);
  if (kind === "times") return zoned(`${lead} at ${words}`, zone);
  const text = capital(`${words}${tail && `, ${tail}`}`);
  return isAllDay && !tail ? text : zoned(text, zone);
}

/** `lead` begins a sentence of times, `tail` ends one of a rhythm; it is empty for all days. */
function cronDays(cron: Cron, dayOr: boolean): { lead: string; tail: string } {
  const months =
    cron.month.values.length === 12
      ? ""
      : listWords(cron.month.values.map((one) => monthNames[one - 1] ?? ""));
  const inMonths = months && ` in ${months}`;
  if (cron.date.isAny && cron.weekday.isAny) return { lead: `Every day${inMonths}`, tail: inMonths.trim() };
  const dates = cron.date.isAny ? "" : `on the ${cronDates(cron)} of ${months || "each month"}`;
  const weekdays = cron.weekday.isAny ? "" : cronWeekdays(cron);
  if (!weekdays) return { lead: capital(dates), tail: dates };
  if (!dates && cron.nthWeekdays.length === 0)
    return {
      lead: `Every ${weekdayWords(cron.weekday.values, false)}${inMonths}`,
      tail: `${weekdays}${inMonths}`,
    };
  const text = !dates
    ? `${weekdays} of ${months || "each month"}`
    : dayOr
      ? `${dates} and ${weekdays}`
      : `${weekdays} that are the ${cronDates(cron)} of ${months || "a month"}`;
  return { lead: capital(text), tail: text };
}

function cronDates({ date, isLastDate, nearest }: Cron): string {
  if (nearest !== undefined) return `working day nearest to the ${ordinal(nearest)}`;
  const days = date.values.map((one) => ordinal(one));
  return listWords(isLastDate ? [...days, "last day"] : days);
}

function cronWeekdays({ weekday, nthWeekdays }: Cron): string {
  if (nthWeekdays.length === 0) return `on ${weekdayWords(weekday.values, true)}`;
  return `on the ${listWords(nthWeekdays.map((one) => `${ordinal(one.nth)} ${weekdayNames[one.weekday]}`))}`;
}
