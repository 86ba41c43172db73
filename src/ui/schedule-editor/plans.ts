import { instantOf, wallClock } from "../parts/time/wall-clock.ts";
import { partOf, readRule } from "./rule-text.ts";

/** The usual rhythms, which cron, intervals and RRULE can all say in their own way. */
export interface Plan {
  unit: "minute" | "hour" | "day" | "week" | "month";
  every: number;
  /** 0 is Sunday; only of weeks. */
  weekdays: readonly number[];
  /** -1 is the last; only of months. */
  monthDays: readonly number[];
  /** Of the clock on the wall; all at the same minute. Only the first counts for an interval. */
  hours: readonly number[];
  minute: number;
}

const usual: Plan = { unit: "day", every: 1, weekdays: [1], monthDays: [1], hours: [9], minute: 0 };
/** A plan with what it does not say filled in as is usual. */
export const planned = (plan: Partial<Plan>): Plan => ({ ...usual, ...plan });

const aliases: Record<string, string> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
};

/** Undefined where a cron text says more than a plan can. */
export function planOfCron(text: string): Plan | undefined {
  const trimmed = text.trim().toLowerCase();
  const fields = (aliases[trimmed] ?? trimmed).split(/\s+/);
  const [minute = "", hour = "", date = "", month = "", weekday = ""] = fields;
  if (fields.length !== 5 || month !== "*") return undefined;
  const isEveryDay = date === "*" && weekday === "*";
  const everyMinutes = stepOf(minute, 60);
  if (everyMinutes && hour === "*" && isEveryDay) return planned({ unit: "minute", every: everyMinutes });
  const at = numbersOf(minute, 0, 59);
  if (at?.length !== 1) return undefined;
  const everyHours = stepOf(hour, 24);
  if (everyHours && isEveryDay) return planned({ unit: "hour", every: everyHours, minute: at[0] ?? 0 });
  const hours = numbersOf(hour, 0, 23);
  if (!hours) return undefined;
  const clock = { hours, minute: at[0] ?? 0 };
  if (isEveryDay) return planned({ unit: "day", ...clock });
  const weekdays = date === "*" ? weekdaysOf(weekday) : undefined;
  if (weekdays) return planned({ unit: "week", weekdays, ...clock });
  const monthDays = weekday === "*" ? monthDaysOf(date) : undefined;
  return monthDays && planned({ unit: "month", monthDays, ...clock });
}

/** Cron cannot count days or weeks: a plan of every second one becomes one of each. */
export function cronOfPlan({ unit, every, weekdays, monthDays, hours, minute }: Plan): string {
  const list = (values: readonly number[]) => [...values].sort((a, b) => a - b).join(",");
  const step = (size: number) =>
    every <= 1 ? "*" : `*/${size % every === 0 ? every : nearestStep(every, size)}`;
  if (unit === "minute") return `${step(60)} * * * *`;
  if (unit === "hour") return `${minute} ${step(24)} * * *`;
  const clock = `${minute} ${list(hours)}`;
  if (unit === "day") return `${clock} * * *`;
  if (unit === "week") return `${clock} * * ${list(weekdays) === "1,2,3,4,5" ? "1-5" : list(weekdays)}`;
  const dates = [...monthDays].sort((a, b) => a - b).filter((day) => day > 0);
  return `${clock} ${[...dates, ...(monthDays.includes(-1) ? ["L"] : [])].join(",")} * *`;
}

export const unitSeconds = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 } as const;
export type IntervalUnit = keyof typeof unitSeconds;

/** `5400` is 90 minutes: the largest unit of which it is a whole number. */
export function unitOf(seconds: number): IntervalUnit {
  const units = ["week", "day", "hour", "minute"] as const;
  return units.find((unit) => seconds > 0 && seconds % unitSeconds[unit] === 0) ?? "second";
}

export function planOfInterval(seconds: number, anchor: string): Plan | undefined {
  const unit = unitOf(seconds);
  if (unit === "second") return undefined;
  const [date = "", time = ""] = anchor.split("T");
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const weekday = new Date(`${date}T00:00Z`).getUTCDay();
  const isMonth = unit === "day" && seconds % (30 * unitSeconds.day) === 0;
  const every = seconds / unitSeconds[unit];
  if (isMonth) return planned({ unit: "month", every: every / 30, hours: [hour], minute });
  return planned({ unit, every, weekdays: Number.isNaN(weekday) ? [1] : [weekday], hours: [hour], minute });
}

/** The anchor is the first time of the plan that comes after `now`, on the clock of the zone. */
export function intervalOfPlan(plan: Plan, zone: string, now: number): { seconds: number; anchor: string } {
  const { unit, every, hours, minute, weekdays } = plan;
  const seconds = every * (unit === "month" ? 30 * unitSeconds.day : unitSeconds[unit]);
  const two = (value: number) => String(value).padStart(2, "0");
  const today = wallClock(now, zone);
  if (unit === "minute") return { seconds, anchor: `${today.slice(0, 13)}:00:00` };
  if (unit === "hour") return { seconds, anchor: `${today.slice(0, 13)}:${two(minute)}:00` };
  const clock = `${two(hours[0] ?? 0)}:${two(minute)}:00`;
  const days = Array.from({ length: 8 }, (_, ahead) => wallDay(today, ahead));
  const first = days.find((day) => {
    const isDay = unit !== "week" || weekdays.includes(new Date(`${day}T00:00Z`).getUTCDay());
    return isDay && (instantOf(`${day}T${clock}`, zone) ?? 0) > now;
  });
  return { seconds, anchor: `${first ?? today.slice(0, 10)}T${clock}` };
}

const wallDay = (wall: string, ahead: number) =>
  new Date(Date.parse(`${wall.slice(0, 10)}T00:00Z`) + ahead * 86_400_000).toISOString().slice(0, 10);

const frequencies = {
  minute: "MINUTELY",
  hour: "HOURLY",
  day: "DAILY",
  week: "WEEKLY",
  month: "MONTHLY",
} as const;
const units = { MINUTELY: "minute", HOURLY: "hour", DAILY: "day", WEEKLY: "week", MONTHLY: "month" } as const;
export const weekdayCodes: readonly string[] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

export function planOfRule(text: string): Plan | undefined {
  const rule = readRule(text);
  const frequency = rule && partOf(rule, "FREQ");
  const unit = Object.entries(units).find(([name]) => name === frequency)?.[1];
  if (!rule || !unit) return undefined;
  const list = (name: string) => partOf(rule, name)?.split(",").map(Number);
  const codes = partOf(rule, "BYDAY")?.split(",") ?? [];
  const weekdays = codes.flatMap((code) => weekdayCodes.indexOf(code)).filter((day) => day >= 0);
  if (weekdays.length !== codes.length) return undefined;
  const isWeek = unit === "week" || (unit === "day" && weekdays.length > 0);
  return planned({
    unit: isWeek ? "week" : unit,
    every: Number(partOf(rule, "INTERVAL") ?? 1),
    ...(weekdays.length > 0 ? { weekdays } : {}),
    monthDays: list("BYMONTHDAY") ?? [1],
    hours: list("BYHOUR") ?? [0],
    minute: list("BYMINUTE")?.[0] ?? 0,
  });
}

export function ruleOfPlan({ unit, every, weekdays, monthDays, hours, minute }: Plan): string {
  const parts = [
    `FREQ=${frequencies[unit]}`,
    ...(every > 1 ? [`INTERVAL=${every}`] : []),
    ...(unit === "week" ? [`BYDAY=${weekdays.map((day) => weekdayCodes[day]).join(",")}`] : []),
    ...(unit === "month" ? [`BYMONTHDAY=${monthDays.join(",")}`] : []),
    ...(unit === "minute" || unit === "hour" ? [] : [`BYHOUR=${hours.join(",")}`]),
    ...(unit === "minute" ? [] : [`BYMINUTE=${minute}`]),
  ];
  return parts.join(";");
}

/** Of the steps that divide an hour or a day evenly, the one that is nearest. */
function nearestStep(every: number, size: number): number {
  const even = Array.from({ length: size / 2 }, (_, index) => index + 1).filter((step) => size % step === 0);
  return even.reduce((best, step) => (Math.abs(step - every) < Math.abs(best - every) ? step : best), 1);
}

/** `*` and `*\/n`, where n goes evenly into the hour or the day. */
function stepOf(field: string, size: number): number | undefined {
  if (field === "*") return 1;
  const step = Number(/^\*\/(\d+)$/.exec(field)?.[1] ?? 0);
  return step > 0 && size % step === 0 ? step : undefined;
}

function numbersOf(field: string, min: number, max: number): number[] | undefined {
  if (!/^\d+(,\d+)*$/.test(field)) return undefined;
  const values = [...new Set(field.split(",").map(Number))];
  return values.every((value) => value >= min && value <= max) ? values.sort((a, b) => a - b) : undefined;
}

const names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

function weekdaysOf(field: string): number[] | undefined {
  const days = field.split(",").map((part) => {
    const [from, to] = part
      .split("-")
      .map((name) =>
        names.includes(name) ? names.indexOf(name) : /^[0-7]$/.test(name) ? Number(name) : undefined,
      );
    if (from === undefined || part.split("-").length > 2) return undefined;
    if (!part.includes("-")) return [from % 7];
    return to !== undefined && to >= from
      ? Array.from({ length: to - from + 1 }, (_, step) => (from + step) % 7)
      : undefined;
  });
  if (days.some((part) => part === undefined)) return undefined;
  return [...new Set(days.flatMap((part) => part ?? []))].sort((a, b) => a - b);
}

function monthDaysOf(field: string): number[] | undefined {
  const parts = field.split(",");
  const dates =
    numbersOf(parts.filter((part) => part !== "l").join(","), 1, 31) ?? (field === "l" ? [] : undefined);
  return dates && [...dates, ...(parts.includes("l") ? [-1] : [])];
}
