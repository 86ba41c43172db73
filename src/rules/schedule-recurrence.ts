import { calendarDay, dayMs, dayOf, mod, monthLength, weekdayOf, yearLength } from "./schedule-days.ts";
import type { Effort } from "./schedule-errors.ts";
import type { Rule } from "./schedule-rrule.ts";

// Expands one rule of RFC 5545 in local time. A period (the year, month, week, day, hour, minute or second of FREQ) is
// a number, so that the search starts at the period of the queried time and not at DTSTART.

/** Returns the first time of the rule at or after a local time. */
export type NextLocal = (from: number) => number | undefined;

/** Seconds of a period of less than a day. */
const units = { HOURLY: 3600, MINUTELY: 60, SECONDLY: 1 } as const;
const unitOf = ({ frequency }: Rule): number =>
  frequency === "HOURLY" || frequency === "MINUTELY" || frequency === "SECONDLY" ? units[frequency] : 0;

/** The days of a period, and the seconds of the day on each of them, both ascending. */
interface Period {
  days: number[];
  seconds: readonly number[];
}

interface Expansion {
  rule: Rule;
  start: number;
  effort: Effort;
  matches(day: number): boolean;
}

/** Every search ends after a hundred years. */
export const longestSearchDays = 36_525;

export function recurrence(source: Rule, start: number, effort: Effort): NextLocal {
  const rule = withCountAsUntil(withDefaults(source, start), source, start);
  const expansion: Expansion = { rule, start, effort, matches: remembering(dayMatcher(rule)) };
  if (neverFits(expansion)) return () => undefined;
  const next = unitOf(rule) > 0 ? withinDays(expansion) : ofWholeDays(expansion);
  const bounded: NextLocal = (from) => {
    const found = next(Math.max(from, start));
    return found === undefined || (rule.until !== undefined && found > rule.until) ? undefined : found;
  };
  return rule.count === undefined ? bounded : counted(bounded, { count: rule.count, start });
}

/** Whether INTERVAL skips all hours, minutes and seconds of the rule. */
export const neverMeets = (source: Rule, start: number): boolean =>
  neverFits({ rule: withDefaults(source, start), start });

export interface StartedRule {
  source: Rule;
  /** Fills in from DTSTART what the rule leaves out. */
  rule: Rule;
}

export const startedRule = (source: Rule, start: number): StartedRule => ({
  source,
  rule: withDefaults(source, start),
});

function withDefaults(rule: Rule, start: number): Rule {
  const { frequency } = rule;
  const { month, date } = calendarDay(Math.floor(start / dayMs));
  const second = mod(start / 1000, 86_400);
  const unit = unitOf(rule);
  const saysDay = [rule.weekNumbers, rule.yearDays, rule.monthDays, rule.weekdays].some(
    (list) => list.length > 0,
  );
  const isByDate = !saysDay && (frequency === "YEARLY" || frequency === "MONTHLY");
  return {
    ...rule,
    months: isByDate && frequency === "YEARLY" ? orElse(rule.months, month) : rule.months,
    monthDays: isByDate ? [date] : rule.monthDays,
    weekdays:
      !saysDay && frequency === "WEEKLY"
        ? [{ weekday: weekdayOf(Math.floor(start / dayMs)), nth: 0 }]
        : rule.weekdays,
    hours: unit === 0 ? orElse(rule.hours, Math.floor(second / 3600)) : rule.hours,
    minutes: unit === 0 || unit > 60 ? orElse(rule.minutes, Math.floor(second / 60) % 60) : rule.minutes,
    seconds: unit === 1 ? rule.seconds : orElse(rule.seconds, second % 60),
  };
}

const orElse = (list: number[], value: number) => (list.length > 0 ? list : [value]);

/** Without conditions the last fire of a COUNT can be computed; otherwise fires have to be counted. */
function withCountAsUntil(rule: Rule, source: Rule, start: number): Rule {
  const length = { WEEKLY: 604_800, DAILY: 86_400, ...units };
  const hasConditions = Object.values(source).some((value) => Array.isArray(value) && value.length > 0);
  const { frequency, count } = rule;
  if (count === undefined || hasConditions || frequency === "YEARLY" || frequency === "MONTHLY") return rule;
  const last = start + (count - 1) * rule.interval * length[frequency] * 1000;
  return { ...rule, count: undefined, until: Math.min(last, rule.until ?? last) };
}

/** Remembers its count, as the next query continues from it. */
function counted(next: NextLocal, { count, start }: { count: number; start: number }): NextLocal {
  const found: number[] = [];
  return (after) => {
    // Even when queried from before DTSTART, the first fire counts.
    const from = Math.max(after, start);
    while ((found.at(-1) ?? start - 1) < from && found.length < count) {
      const time = next((found.at(-1) ?? start - 1000) + 1000);
      if (time === undefined) break;
      found.push(time);
    }
    if ((found.at(-1) ?? Number.NEGATIVE_INFINITY) < from) return undefined;
    return found[firstAtLeast(found, from)];
  };
}

/** The index of the first number that is `value` or more, in an ascending list. */
function firstAtLeast(list: readonly number[], value: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function dayMatcher(rule: Rule): (day: number) => boolean {
  const { months, weekNumbers, yearDays, monthDays, frequency } = rule;
  const isByMonth = frequency === "MONTHLY" || (frequency === "YEARLY" && months.length > 0);
  const hasOrder = frequency === "YEARLY" || frequency === "MONTHLY";
  return (day) => {
    const { year, month, date } = calendarDay(day);
    if (months.length > 0 && !months.includes(month)) return false;
    if (monthDays.length > 0 && !isNumbered(monthDays, date, monthLength(year, month))) return false;
    const ofYear = day - dayOf(year, 1, 1) + 1;
    if (yearDays.length > 0 && !isNumbered(yearDays, ofYear, yearLength(year))) return false;
    if (weekNumbers.length > 0 && !isInWeek(weekNumbers, day, rule.weekStart)) return false;
    if (rule.weekdays.length === 0) return true;
    const [position, length] = isByMonth ? [date, monthLength(year, month)] : [ofYear, yearLength(year)];
    const weekday = weekdayOf(day);
    return rule.weekdays.some(
      (one) => one.weekday === weekday && (one.nth === 0 || !hasOrder || isNth(one.nth, position, length)),
    );
  };
}

/** Queries within a day repeat the same period. */
function remembering(matches: (day: number) => boolean): (day: number) => boolean {
  let memory = { day: Number.NaN, isMatch: false };
  return (day) => {
    if (memory.day !== day) memory = { day, isMatch: matches(day) };
    return memory.isMatch;
  };
}

const isNumbered = (list: number[], number: number, length: number) =>
  list.includes(number) || list.includes(number - length - 1);

const isNth = (nth: number, position: number, length: number) =>
  nth > 0 ? Math.ceil(position / 7) === nth : Math.ceil((length - position + 1) / 7) === -nth;

/** A week belongs to the year that contains most of its days. */
function isInWeek(list: number[], day: number, weekStart: number): boolean {
  const first = day - mod(weekdayOf(day) - weekStart, 7);
  const { year } = calendarDay(first + 3);
  const start = firstWeek(year, weekStart);
  const count = (firstWeek(year + 1, weekStart) - start) / 7;
  return isNumbered(list, (first - start) / 7 + 1, count);
}

function firstWeek(year: number, weekStart: number): number {
  const fourth = dayOf(year, 1, 4);
  return fourth - mod(weekdayOf(fourth) - weekStart, 7);
}

/** The seconds of a day at which the given hours, minutes and seconds fall. */
const secondsOf = ({ hours, minutes, seconds }: Pick<Rule, "hours" | "minutes" | "seconds">): number[] =>
  hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => hour * 3600 + minute * 60 + second)),
  );

/** The times of a period that BYSETPOS picks; the first at or after `from`. */
function nextInPeriod({ days, seconds }: Period, positions: number[], from: number): number | undefined {
  const size = days.length * seconds.length;
  const timeAt = (index: number) =>
    (days[Math.floor(index / seconds.length)] ?? 0) * dayMs + (seconds[index % seconds.length] ?? 0) * 1000;
  if (positions.length > 0) {
    const indexes = positions.map((position) => (position > 0 ? position - 1 : size + position));
    const times = indexes.filter((index) => index >= 0 && index < size).map(timeAt);
    return times.filter((time) => time >= from).sort((a, b) => a - b)[0];
  }
  const fromDay = Math.floor(from / dayMs);
  const at = firstAtLeast(days, fromDay);
  const isSameDay = days[at] === fromDay;
  const index =
    at * seconds.length + (isSameDay ? firstAtLeast(seconds, (from - fromDay * dayMs) / 1000) : 0);
  return index < size ? timeAt(index) : undefined;
}

/** FREQ is a year, month, week or day. */
function ofWholeDays(expansion: Expansion): NextLocal {
  const { rule, start, effort } = expansion;
  const { frequency, weekStart, interval, positions } = rule;
  const numberOf = (day: number): number => {
    if (frequency === "DAILY") return day;
    if (frequency === "WEEKLY") return Math.floor((day + 4 - weekStart) / 7);
    const { year, month } = calendarDay(day);
    return frequency === "YEARLY" ? year : year * 12 + month - 1;
  };
  const firstDay = (number: number): number => {
    if (frequency === "DAILY") return number;
    if (frequency === "WEEKLY") return number * 7 - 4 + weekStart;
    if (frequency === "YEARLY") return dayOf(number, 1, 1);
    return dayOf(Math.floor(number / 12), mod(number, 12) + 1, 1);
  };
  const origin = numberOf(Math.floor(start / dayMs));
  const seconds = secondsOf(rule);
  const daysOf = (number: number) => matchingDays(expansion, firstDay(number), firstDay(number + 1));
  let memory = { number: Number.NaN, days: daysOf(origin) };
  return (from) => {
    const number = numberOf(Math.floor(from / dayMs));
    const lastNumber = numberOf(Math.floor(from / dayMs) + longestSearchDays);
    for (let at = number + mod(origin - number, interval); at <= lastNumber; at += interval) {
      effort.step();
      if (memory.number !== at) memory = { number: at, days: daysOf(at) };
      const found = nextInPeriod({ days: memory.days, seconds }, positions, from);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function matchingDays({ matches, effort }: Expansion, first: number, end: number): number[] {
  const days: number[] = [];
  for (let day = first; day < end; day++) {
    if (matches(day)) days.push(day);
    if (day % 8 === 0) effort.step();
  }
  return days;
}

/** FREQ is an hour, a minute or a second. */
function withinDays(expansion: Expansion): NextLocal {
  const { rule, start } = expansion;
  const unit = unitOf(rule);
  const origin = Math.floor(start / 1000 / unit);
  const align = (number: number) => number + mod(origin - number, rule.interval);
  const inHour = unit === 3600 ? secondsOf({ ...rule, hours: [0] }) : [];
  const inUnit = unit === 60 ? rule.seconds : unit === 1 ? [0] : inHour;
  const isPlain = inUnit.length === 1 && rule.positions.length === 0;
  return (from) => {
    let number = align(Math.floor(from / 1000 / unit));
    for (;;) {
      const fitting = nextUnit(expansion, number, align);
      if (fitting === undefined) return undefined;
      const day = Math.floor((fitting * unit) / 86_400);
      const second = fitting * unit - day * 86_400;
      const found = isPlain
        ? notBefore(from, fitting * unit * 1000 + (inUnit[0] ?? 0) * 1000)
        : nextInPeriod({ days: [day], seconds: inUnit.map((one) => second + one) }, rule.positions, from);
      if (found !== undefined) return found;
      number = fitting + rule.interval;
    }
  };
}

const notBefore = (from: number, time: number) => (time >= from ? time : undefined);

/** The first period that no condition excludes. Days, hours and minutes that are excluded as a whole are skipped. */
function nextUnit({ rule, matches, effort }: Expansion, from: number, align: (number: number) => number) {
  const unit = unitOf(rule);
  const { hours, minutes, seconds, interval } = rule;
  const next = (second: number) => align(Math.ceil(second / unit));
  const lastDay = (from * unit) / 86_400 + longestSearchDays;
  for (let number = from; ; ) {
    effort.step();
    const second = number * unit;
    const day = Math.floor(second / 86_400);
    if (day > lastDay) return undefined;
    const hour = Math.floor(second / 3600);
    const minute = Math.floor(second / 60);
    if (!matches(day)) number = next((day + 1) * 86_400);
    else if (hours.length > 0 && !hours.includes(hour - day * 24)) number = next((hour + 1) * 3600);
    else if (unit > 60) return number;
    else if (minutes.length > 0 && !minutes.includes(minute - hour * 60)) number = next((minute + 1) * 60);
    else if (unit > 1 || seconds.length === 0 || seconds.includes(second - minute * 60)) return number;
    else number += interval;
  }
}

/**
 * Every 2 seconds from an even second never reaches BYSECOND=1. The periods of a day that INTERVAL can reach are
 * those congruent to DTSTART modulo the greatest common divisor of INTERVAL and the length of a day.
 */
function neverFits({ rule, start }: Pick<Expansion, "rule" | "start">): boolean {
  const unit = unitOf(rule);
  if (unit === 0) return false;
  const common = greatestCommon(rule.interval, 86_400 / unit);
  if (common === 1) return false;
  const any = (list: number[], length: number) =>
    list.length > 0 ? list : Array.from({ length }, (_, n) => n);
  const hours = any(rule.hours, 24);
  const minutes = unit > 60 ? [0] : any(rule.minutes, 60);
  const seconds = unit > 1 ? [0] : any(rule.seconds, 60);
  const remainder = mod(Math.floor(start / 1000 / unit), common);
  return !hours.some((hour) =>
    minutes.some((minute) =>
      seconds.some((second) => mod((hour * 3600 + minute * 60 + second) / unit, common) === remainder),
    ),
  );
}

const greatestCommon = (a: number, b: number): number => (b === 0 ? a : greatestCommon(b, a % b));
