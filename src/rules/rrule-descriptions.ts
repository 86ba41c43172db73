import {
  countWords,
  dateWords,
  listWords,
  monthNames,
  ordinal,
  rhythmOf,
  weekdayNames,
  weekdayWords,
} from "./schedule-phrases.ts";
import type { StartedRule } from "./schedule-recurrence.ts";
import type { Rule, RuleSet } from "./schedule-rrule.ts";

const unitNames = {
  YEARLY: "year",
  MONTHLY: "month",
  WEEKLY: "week",
  DAILY: "day",
  HOURLY: "hour",
  MINUTELY: "minute",
  SECONDLY: "second",
} as const;

/** `rules` are the rules of the set, completed from DTSTART. */
export function ruleSetWords(set: RuleSet, rules: readonly StartedRule[], zone: string): string {
  const parts = rules.map(ruleWords);
  const dates = set.dates.length > 0 ? [`on ${setDates(set.dates)}`] : [];
  const left = set.exRules.length > 0 || set.exDates.length > 0;
  const except = left ? `, except ${set.exRules.length > 0 ? "by other rules" : setDates(set.exDates)}` : "";
  const text = [...parts, ...dates].join(", and ") + except;
  const isAllDay = rules.every(({ source }) => isPlainPace(source)) && dates.length === 0 && !left;
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return isAllDay ? sentence : `${sentence} (${zone})`;
}

const setDates = (dates: readonly number[]) =>
  dates.length > 2 ? `${dates.length} dates` : listWords(dates.map(dateWords));

/** `every 15 minutes` is the same in all zones. */
const isPlainPace = ({ frequency, until, ...rest }: Rule) =>
  ["HOURLY", "MINUTELY", "SECONDLY"].includes(frequency) &&
  until === undefined &&
  !Object.values(rest).some((value) => Array.isArray(value) && value.length > 0);

function ruleWords({ source, rule }: StartedRule): string {
  const { frequency, interval } = rule;
  const isByTheClock = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY"].includes(frequency);
  const start = isByTheClock
    ? calendarWords(rule)
    : `every ${countWords(interval, unitNames[frequency])}${conditions(source)}`;
  const position =
    source.positions.length > 0
      ? `, only the ${listWords(source.positions.map(ordinal))} of each ${unitNames[frequency]}`
      : "";
  const count =
    source.count === undefined ? "" : `, ${source.count === 1 ? "once" : `${source.count} times`}`;
  const until = source.until === undefined ? "" : `, until ${dateWords(source.until)}`;
  return `${start}${position}${count}${until}`;
}

function calendarWords(rule: Rule): string {
  const { kind, words } = rhythmOf(rule);
  return `${dayWords(rule)}${kind === "times" ? ` at ${words}` : `, ${words}`}`;
}

/** `every weekday`, `every 2 weeks on Monday`, `every month on the 1st and last Friday` */
function dayWords(rule: Rule): string {
  const { frequency, interval, weekdays, months } = rule;
  const plain = weekdays.filter(({ nth }) => nth === 0).map(({ weekday }) => weekday);
  const isOnlyWeekdays = plain.length > 0 && plain.length === weekdays.length && rule.monthDays.length === 0;
  const inMonths =
    months.length > 0 ? ` in ${listWords(months.map((one) => monthNames[one - 1] ?? ""))}` : "";
  if (isOnlyWeekdays && interval === 1 && (frequency === "WEEKLY" || frequency === "DAILY"))
    return `every ${weekdayWords(plain, false)}${inMonths}`;
  const every = `every ${countWords(interval, unitNames[frequency])}`;
  if (frequency === "YEARLY" && rule.monthDays.length > 0 && months.length > 0 && weekdays.length === 0)
    return `${every} on the ${listWords(rule.monthDays.map(ordinal))} of ${inMonths.slice(4)}`;
  const days = [
    ...(rule.monthDays.length > 0 ? [`on the ${listWords(rule.monthDays.map(ordinal))}`] : []),
    ...(weekdays.length > 0 ? [`on ${weekdayList(rule)}`] : []),
    ...(rule.yearDays.length > 0 ? [`on day ${listWords(rule.yearDays)} of the year`] : []),
    ...(rule.weekNumbers.length > 0 ? [`in week ${listWords(rule.weekNumbers)}`] : []),
  ];
  return [every + inMonths, ...days].join(" ");
}

function weekdayList({ weekdays }: Rule): string {
  return listWords(
    weekdays.map(({ weekday, nth }) =>
      nth === 0 ? (weekdayNames[weekday] ?? "") : `the ${ordinal(nth)} ${weekdayNames[weekday]}`,
    ),
  );
}

/** For rules by the hour, minute or second. */
function conditions(source: Rule): string {
  const { hours, minutes, seconds, weekdays, months, monthDays } = source;
  const parts = [
    ...(minutes.length > 0 ? [` at minute ${listWords(minutes)}`] : []),
    ...(seconds.length > 0 ? [` at second ${listWords(seconds)}`] : []),
    ...(hours.length > 0 ? [` in the hours ${listWords(hours)}`] : []),
    ...(weekdays.length > 0
      ? [
          `, on ${weekdayWords(
            weekdays.map(({ weekday }) => weekday),
            true,
          )}`,
        ]
      : []),
    ...(monthDays.length > 0 ? [`, on the ${listWords(monthDays.map(ordinal))} of the month`] : []),
    ...(months.length > 0 ? [`, in ${listWords(months.map((one) => monthNames[one - 1] ?? ""))}`] : []),
  ];
  return parts.join("");
}
