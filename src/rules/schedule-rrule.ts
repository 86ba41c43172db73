import { dayOf, monthLength } from "./schedule-days.ts";
import { ScheduleFlaw } from "./schedule-errors.ts";
import { isKnownZone, zoneOffset } from "./schedule-zones.ts";

// The text of RFC 5545: a rule alone (`FREQ=DAILY`), or lines with DTSTART, RRULE, EXRULE, RDATE and EXDATE.

export const frequencies = [
  "YEARLY",
  "MONTHLY",
  "WEEKLY",
  "DAILY",
  "HOURLY",
  "MINUTELY",
  "SECONDLY",
] as const;
export type Frequency = (typeof frequencies)[number];

export interface WeekdayPart {
  /** 0 is Sunday. */
  weekday: number;
  /** `-1FR` is the last Friday; 0 where there is no number. */
  nth: number;
}

export interface Rule {
  frequency: Frequency;
  interval: number;
  count: number | undefined;
  /** Local time, inclusive. */
  until: number | undefined;
  /** Whether UNTIL is in UTC; undefined without one. */
  isUntilInstant: boolean | undefined;
  /** 0 is Sunday. */
  weekStart: number;
  months: number[];
  weekNumbers: number[];
  yearDays: number[];
  monthDays: number[];
  weekdays: WeekdayPart[];
  hours: number[];
  minutes: number[];
  seconds: number[];
  positions: number[];
}

/** Times are local in the schedule's zone. */
export interface RuleSet {
  start: number | undefined;
  /** Whether DTSTART is an instant, in UTC or in a zone; undefined without one, or when that depends on the parser. */
  isStartInstant: boolean | undefined;
  rules: Rule[];
  exRules: Rule[];
  dates: number[];
  exDates: number[];
}

/** Lines may be folded, or separated by spaces. */
const unfolded = (text: string) =>
  text
    .replace(/\r?\n[ \t]+(?!(?:DTSTART|RRULE|EXRULE|RDATE|EXDATE)\b)/gi, "")
    .trim()
    .toUpperCase()
    .split(/\s+/);

export function parseRuleSet(text: string, zone: string): RuleSet {
  const set: RuleSet = {
    start: undefined,
    isStartInstant: undefined,
    rules: [],
    exRules: [],
    dates: [],
    exDates: [],
  };
  const lines = unfolded(text);
  for (const [index, line] of lines.entries()) {
    const [, name = "", parameters = "", value = ""] = linePattern.exec(line) ?? [];
    const at = name || (lines.length > 1 ? `line ${index + 1}` : undefined);
    if (line === "") throw flaw(undefined, "expected a rule such as FREQ=DAILY, got nothing");
    if (name === "DTSTART") {
      set.start = parseTimes({ at: name, value, parameters, zone })[0];
      set.isStartInstant = isInstant(value, parameters);
    } else if (name === "RDATE") set.dates.push(...parseTimes({ at: name, value, parameters, zone }));
    else if (name === "EXDATE") set.exDates.push(...parseTimes({ at: name, value, parameters, zone }));
    else if (name === "RRULE") set.rules.push(parseRule(value, zone));
    else if (name === "EXRULE") set.exRules.push(parseRule(value, zone));
    else if (line.includes("=") && !line.includes(":")) set.rules.push(parseRule(line, zone));
    else throw flaw(at, `expected DTSTART, RRULE, EXRULE, RDATE or EXDATE, got ${brief(line)}`);
  }
  if (set.rules.length === 0 && set.dates.length === 0)
    throw flaw(undefined, "expected at least one RRULE or RDATE");
  return set;
}

const linePattern = /^(DTSTART|RRULE|EXRULE|RDATE|EXDATE)((?:;[^:]*)?):(.*)$/;
const brief = (text: string) => (text.length > 40 ? `${text.slice(0, 37)}...` : text);
const flaw = (at: string | undefined, message: string) => new ScheduleFlaw("rrule", at, message);

interface TimesText {
  at: string;
  value: string;
  parameters?: string;
  zone: string;
}

const zoneIn = (parameters: string): string | undefined => /;TZID=([^;]+)/.exec(parameters)?.[1];

function isInstant(value: string, parameters: string): boolean | undefined {
  const stated = zoneIn(parameters);
  if (value.endsWith("Z") || (stated !== undefined && isKnownZone(stated))) return true;
  // Some parsers accept names with a number, such as UTC-3, that are in no list of zones.
  return stated !== undefined && /\d/.test(stated) ? undefined : false;
}

/**
 * `20260101T090000` is local; with a Z, or a TZID of another zone, it is an instant, converted to local time. An unknown
 * zone is ignored: the time is local, as it is for clients in Python.
 */
function parseTimes({ at, value, parameters = "", zone }: TimesText): number[] {
  const stated = zoneIn(parameters);
  return value.split(",").map((text) => {
    const [, year, month, date, hour = "0", minute = "0", second = "0", utc] = timePattern.exec(text) ?? [];
    const [y, m, d, h, min, s] = [year, month, date, hour, minute, second].map(Number);
    if (y === undefined || m === undefined || d === undefined || !isTime(h, min, s) || !isDate(y, m, d))
      throw flaw(at, `expected a time such as 20260131T090000, got ${brief(text) || "nothing"}`);
    const local = dayOf(y, m, d) * 86_400_000 + ((h ?? 0) * 3600 + (min ?? 0) * 60 + (s ?? 0)) * 1000;
    if (utc) return local + zoneOffset(zone, local);
    return stated === undefined || !isKnownZone(stated) ? local : fromZone({ local, stated, zone });
  });
}

const timePattern = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/;
const isTime = (hour = 0, minute = 0, second = 0) => hour < 24 && minute < 60 && second < 60;
const isDate = (year: number, month: number, date: number) =>
  year >= 1000 && month >= 1 && month <= 12 && date >= 1 && date <= monthLength(year, month);

interface StatedTime {
  local: number;
  stated: string;
  zone: string;
}

function fromZone({ local, stated, zone }: StatedTime): number {
  if (stated === zone.toUpperCase()) return local;
  const instant = local - zoneOffset(stated, local - zoneOffset(stated, local));
  return instant + zoneOffset(zone, instant);
}

interface NumberRange {
  /** Applies to the absolute value where negative numbers are allowed. */
  min: number;
  max: number;
  isSigned?: boolean;
}

const lists = {
  BYMONTH: { key: "months", min: 1, max: 12 },
  BYWEEKNO: { key: "weekNumbers", min: 1, max: 53, isSigned: true },
  BYYEARDAY: { key: "yearDays", min: 1, max: 366, isSigned: true },
  BYMONTHDAY: { key: "monthDays", min: 1, max: 31, isSigned: true },
  BYHOUR: { key: "hours", min: 0, max: 23 },
  BYMINUTE: { key: "minutes", min: 0, max: 59 },
  BYSECOND: { key: "seconds", min: 0, max: 59 },
  BYSETPOS: { key: "positions", min: 1, max: 366, isSigned: true },
} as const satisfies Record<string, NumberRange & { key: keyof Rule }>;

const isListName = (name: string): name is keyof typeof lists => name in lists;
const isFrequency = (text: string): text is Frequency => frequencies.some((one) => one === text);

function parseRule(text: string, zone: string): Rule {
  const parts = new Map<string, string>();
  for (const part of text.split(";").filter((one) => one !== "")) {
    const [name = "", value = ""] = part.split("=");
    if (!part.includes("=")) throw flaw(undefined, `expected parts such as BYHOUR=9, got ${brief(part)}`);
    if (parts.has(name)) throw flaw(name, "is given twice");
    parts.set(name, value);
  }
  const frequency = parts.get("FREQ");
  if (frequency === undefined) throw flaw("FREQ", `is missing: expected one of ${frequencies.join(", ")}`);
  if (!isFrequency(frequency))
    throw flaw("FREQ", `expected one of ${frequencies.join(", ")}, got ${brief(frequency) || "nothing"}`);
  const rule = { ...emptyRule(), frequency };
  for (const [name, value] of parts) readPart(rule, { name, value, zone });
  return rule;
}

const emptyRule = (): Rule => ({
  frequency: "DAILY",
  interval: 1,
  count: undefined,
  until: undefined,
  isUntilInstant: undefined,
  weekStart: 1,
  months: [],
  weekNumbers: [],
  yearDays: [],
  monthDays: [],
  weekdays: [],
  hours: [],
  minutes: [],
  seconds: [],
  positions: [],
});

function readPart(rule: Rule, { name, value, zone }: { name: string; value: string; zone: string }): void {
  if (isListName(name)) rule[lists[name].key] = numbers(name, value, lists[name]);
  else if (name === "BYDAY" || name === "BYWEEKDAY")
    rule.weekdays = value.split(",").map((text) => weekdayPart(name, text));
  else if (name === "INTERVAL") rule.interval = positive(name, value);
  else if (name === "COUNT") rule.count = positive(name, value);
  else if (name === "UNTIL") {
    rule.until = parseTimes({ at: name, value, zone })[0];
    rule.isUntilInstant = value.endsWith("Z");
  } else if (name === "WKST") rule.weekStart = weekdayPart(name, value).weekday;
  else if (name !== "FREQ") throw flaw(name, "is not a part that is known here");
}

function numbers(name: string, value: string, { min, max, isSigned = false }: NumberRange): number[] {
  const found = value.split(",").map((text) => {
    const number = Number(text);
    const size = isSigned ? Math.abs(number) : number;
    if (!/^[+-]?\d+$/.test(text) || size < min || size > max)
      throw flaw(
        name,
        `expected ${min}-${max}${isSigned ? ` or -${max} to -${min}` : ""}, got ${brief(text) || "nothing"}`,
      );
    return number;
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

function positive(name: string, value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || number > 1e9)
    throw flaw(name, `expected a whole number of 1 or more, got ${brief(value) || "nothing"}`);
  return number;
}

const weekdayNames = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

function weekdayPart(name: string, text: string): WeekdayPart {
  const [, before, day = "", after] =
    /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)(?:\(([+-]?\d{1,2})\))?$/.exec(text) ?? [];
  const weekday = weekdayNames.indexOf(day);
  const nth = Number(before ?? after ?? 0);
  if (weekday < 0 || (before && after) || Math.abs(nth) > 53 || ((before ?? after) && nth === 0))
    throw flaw(name, `expected days such as MO,TU or -1FR, got ${brief(text) || "nothing"}`);
  return { weekday, nth };
}
