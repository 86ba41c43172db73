import type { WallTimes } from "./schedule-clock.ts";
import { calendarDay, dayMs, dayOf, monthLength, weekdayOf } from "./schedule-days.ts";
import { ScheduleFlaw } from "./schedule-errors.ts";

// Cron as the Python clients of this API parse it: text that they refuse is refused, so that they can read stored schedules.

interface FieldRange {
  name: string;
  min: number;
  max: number;
  /** Names of the values from `min` on. */
  names?: string;
}

const ranges = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of month", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: "jan feb mar apr may jun jul aug sep oct nov dec" },
  // Sunday is 0 as well as 7.
  { name: "day of week", min: 0, max: 6, names: "sun mon tue wed thu fri sat" },
  { name: "second", min: 0, max: 59 },
] as const satisfies readonly FieldRange[];

const aliases: Record<string, string> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** The values of one field. */
export interface CronField {
  text: string;
  /** `*` alone; a step of it is not. */
  isAny: boolean;
  /** Plain numbers only: no `*`, no range, no step. */
  isFixed: boolean;
  values: number[];
}

export interface Cron {
  minute: CronField;
  hour: CronField;
  date: CronField;
  month: CronField;
  weekday: CronField;
  second: CronField;
  /** `L` among the days of the month. */
  isLastDate: boolean;
  /** `15W`: the working day nearest to the 15th. */
  nearest: number | undefined;
  /** `5#2`, and `L5` with -1. */
  nthWeekdays: { weekday: number; nth: number }[];
}

export function parseCron(text: string): Cron {
  const trimmed = text.trim().toLowerCase();
  const texts = (aliases[trimmed] ?? trimmed).split(/\s+/);
  if (trimmed.startsWith("@") && !aliases[trimmed])
    throw flaw(undefined, `expected one of ${Object.keys(aliases).join(", ")}, got ${text.trim()}`);
  if (trimmed === "" || texts.length < 5 || texts.length > 6)
    throw flaw(
      undefined,
      `expected five fields (minute, hour, day of month, month, day of week) or six with the seconds last, got ${trimmed === "" ? 0 : texts.length}`,
    );
  const [minute = "", hour = "", date = "", month = "", weekday = "", second = "0"] = texts;
  const dates = splitDates(date);
  const weekdays = splitWeekdays(weekday);
  return {
    minute: parseField(ranges[0], minute),
    hour: parseField(ranges[1], hour),
    date: { ...parseField(ranges[2], dates.rest), text: date },
    month: parseField(ranges[3], month),
    weekday: { ...parseField(ranges[4], weekdays.rest), text: weekday },
    second: parseField(ranges[5], second),
    isLastDate: dates.isLast,
    nearest: dates.nearest,
    nthWeekdays: weekdays.nth,
  };
}

const flaw = (at: string | undefined, message: string) => new ScheduleFlaw("cron", at, message);

/** Extracts the forms that only days of the month have: `L` and `15W`. */
function splitDates(text: string): { rest: string; isLast: boolean; nearest?: number } {
  const items = text.split(",");
  if (items.includes("")) throw flaw("day of month", "expected a value, got nothing");
  const nearest = /^(?:(\d+)w|w(\d+))$/.exec(text);
  if (nearest) {
    const date = Number(nearest[1] ?? nearest[2]);
    if (date < 1 || date > 31) throw flaw("day of month", `expected 1-31 before W, got ${date}`);
    return { rest: "", isLast: false, nearest: date };
  }
  if (items.length > 1 && items.some((item) => item.includes("w")))
    throw flaw("day of month", "expected W with a single day, not in a list");
  return { rest: items.filter((item) => item !== "l").join(","), isLast: items.includes("l") };
}

/** Extracts the forms that only days of the week have: `fri#2` and `L5`. */
function splitWeekdays(text: string): { rest: string; nth: Cron["nthWeekdays"] } {
  const name = "day of week";
  const plain: string[] = [];
  const nth: Cron["nthWeekdays"] = [];
  for (const item of text.split(",")) {
    const [, last, weekday, number] = /^(?:l(\d)|(\w+)#(\w*))$/.exec(item) ?? [];
    if (last !== undefined) nth.push({ weekday: numberOf(ranges[4], last), nth: -1 });
    else if (weekday === undefined) plain.push(item);
    else if (number === undefined || !/^[1-5]$/.test(number))
      throw flaw(name, `expected 1-5 after #, got ${number || "nothing"}`);
    else nth.push({ weekday: numberOf(ranges[4], weekday), nth: Number(number) });
  }
  if (nth.length > 0 && plain.length > 0)
    throw flaw(name, "expected either plain days or days with # or L, not both in one list");
  return { rest: plain.join(","), nth };
}

function parseField(range: FieldRange, text: string): CronField {
  if (text === "" && (range.name === "day of month" || range.name === "day of week"))
    return { text, isAny: false, isFixed: true, values: [] };
  const items = text.split(",");
  if (text === "?" && range.name.startsWith("day")) items[0] = "*";
  const values = new Set(items.flatMap((item) => valuesOf(range, item)));
  return {
    text,
    isAny: items.includes("*"),
    isFixed: items.every((item) => /^\w+$/.test(item)),
    values: [...values].sort((a, b) => a - b),
  };
}

const itemPattern = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\w+))?$/;

function valuesOf(range: FieldRange, item: string): number[] {
  const { name, min, max } = range;
  if (item === "") throw flaw(name, "expected a value, got nothing");
  if (/^[hr](?:$|[(/])/.test(item))
    throw flaw(name, `expected a value: ${item.charAt(0).toUpperCase()} (chosen by chance) is not supported`);
  if (item === "?") throw flaw(name, "expected ? alone, and only for a day");
  const [, any, first = "", last, stepText] = itemPattern.exec(item) ?? [];
  if (any === undefined && first === "") throw flaw(name, `expected ${expected(range)}, got ${item}`);
  const step = stepText === undefined ? 1 : Number(stepText);
  if (!/^\d*$/.test(stepText ?? "") || step < 1)
    throw flaw(name, `expected a step of 1 or more after /, got ${stepText}`);
  const from = any ? min : numberOf(range, first);
  const isOpen = any !== undefined || (last === undefined && stepText !== undefined);
  const to = isOpen ? max : last === undefined ? from : numberOf(range, last);
  // 5-7 is Friday to Sunday, and 22-2 wraps around midnight.
  const length = to >= from ? to - from : to - from + (max - min + 1);
  const whole = last === "7" && first !== "7" && from === 0 ? 6 : length;
  const count = Math.floor(whole / step) + 1;
  return Array.from({ length: count }, (_, index) => min + ((from - min + index * step) % (max - min + 1)));
}

function numberOf(range: FieldRange, text: string): number {
  const { name, min, max, names } = range;
  const named = names?.split(" ").indexOf(text) ?? -1;
  if (named >= 0) return min + named;
  const value = Number(text);
  if (name === "day of week" && text === "7") return 0;
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw flaw(name, `expected ${expected(range)}, got ${text}`);
  return value;
}

const expected = ({ min, max, names }: FieldRange) =>
  `${min}-${names && min === 0 ? max + 1 : max}${names ? ` or ${names.slice(0, 3)}-${names.slice(-3)}` : ""}`;

export interface CronOptions {
  zone: string;
  /** Days of month and days of week, both given: either is enough. */
  dayOr: boolean;
}

/** The rarest pattern: 29 February on one weekday, across a century year that is no leap year. */
const longestGap = 41 * 366;

export function cronTimes(cron: Cron, { zone, dayOr }: CronOptions): WallTimes {
  const matches = dayMatcher(cron, dayOr);
  const months = nextTable(cron.month.values, 12);
  const timeIn = timeFinder(cron);
  const next = (local: number) => {
    let day = Math.floor(local / dayMs);
    let second = (local - day * dayMs) / 1000;
    for (const last = day + longestGap; day <= last; second = 0) {
      const { year, month } = calendarDay(day);
      if (months[month] !== month) {
        day = dayOf(year, (months[month] ?? -1) < 0 ? 13 : (months[month] ?? 0), 1);
        continue;
      }
      const time = matches(day) ? timeIn(second) : -1;
      if (time >= 0) return day * dayMs + time * 1000;
      day++;
    }
    return undefined;
  };
  const { minute, hour, second } = cron;
  return { zone, next, repeats: !(minute.isFixed && hour.isFixed && second.isFixed) };
}

function dayMatcher(cron: Cron, dayOr: boolean): (day: number) => boolean {
  const dates = new Set(cron.date.values);
  const weekdays = new Set(cron.weekday.values);
  const onDate = (day: number) => {
    const { year, month, date } = calendarDay(day);
    if (cron.nearest !== undefined) return date === nearestWorkday(year, month, cron.nearest);
    return dates.has(date) || (cron.isLastDate && date === monthLength(year, month));
  };
  const onWeekday = (day: number) => {
    const weekday = weekdayOf(day);
    if (weekdays.has(weekday)) return true;
    return cron.nthWeekdays.length > 0 && isNth(cron, day, weekday);
  };
  if (cron.weekday.isAny) return cron.date.isAny ? () => true : onDate;
  if (cron.date.isAny) return onWeekday;
  return dayOr ? (day) => onDate(day) || onWeekday(day) : (day) => onDate(day) && onWeekday(day);
}

function isNth(cron: Cron, day: number, weekday: number): boolean {
  const { year, month, date } = calendarDay(day);
  const isLast = date + 7 > monthLength(year, month);
  const nth = Math.ceil(date / 7);
  return cron.nthWeekdays.some((one) => one.weekday === weekday && (one.nth < 0 ? isLast : one.nth === nth));
}

/** Stays within the month, as cron does. */
function nearestWorkday(year: number, month: number, wanted: number): number {
  const length = monthLength(year, month);
  const date = Math.min(wanted, length);
  const weekday = weekdayOf(dayOf(year, month, date));
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === length ? date - 2 : date + 1;
  return date;
}

/** Index i holds the least value ≥ i, or -1. */
function nextTable(values: readonly number[], max: number): Int16Array {
  const table = new Int16Array(max + 2).fill(-1);
  const wanted = new Set(values);
  for (let index = max; index >= 0; index--)
    table[index] = wanted.has(index) ? index : (table[index + 1] ?? -1);
  return table;
}

/** Returns the first second of a day at or after the given one, or -1. */
function timeFinder(cron: Cron): (second: number) => number {
  const hours = nextTable(cron.hour.values, 24);
  const minutes = nextTable(cron.minute.values, 60);
  const seconds = nextTable(cron.second.values, 60);
  return (from) => {
    let hour = hours[Math.floor(from / 3600)] ?? -1;
    let minute = hour * 3600 < from ? Math.floor((from % 3600) / 60) : 0;
    let second = hour * 3600 + minute * 60 < from ? from % 60 : 0;
    while (hour >= 0) {
      const foundMinute = minutes[minute] ?? -1;
      if (foundMinute !== minute) second = 0;
      const foundSecond = foundMinute < 0 ? -1 : (seconds[second] ?? -1);
      if (foundSecond >= 0) return hour * 3600 + foundMinute * 60 + foundSecond;
      // Past the last minute of the hour, or the last second of the minute.
      if (foundMinute >= 0) minute = foundMinute + 1;
      else [hour, minute] = [hours[hour + 1] ?? -1, 0];
      second = 0;
    }
    return -1;
  };
}
