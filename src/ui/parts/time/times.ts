import { roughly } from "./durations.ts";

/** The name that Intl knows a zone setting by. */
export const zoneName = (zone: string): string =>
  zone === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", { timeZone: zoneName(zone), ...options });
  formats.set(key, made);
  return made;
}

/** The zone as it is printed beside times, at that instant: `UTC`, `CET`, `GMT+5:30`. */
export function zoneLabel(zone: string, ms = Date.now()): string {
  const parts = format(zone, { timeZoneName: "short" }).formatToParts(ms);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
const dayMs = 86_400_000;
const day = { day: "numeric", month: "short" } as const;

/** `22 Nov 2026, 07:15:24.912 UTC` */
export function absolute(ms: number, zone: string): string {
  const text = format(zone, { ...day, year: "numeric", ...clock, fractionalSecondDigits: 3 }).format(ms);
  return `${text} ${zoneLabel(zone, ms)}`;
}

/** `07:15:24` today, `22 Nov 07:15` before; without the zone, which the column's head prints. */
export function short(ms: number, zone: string, now: number): string {
  const date = format(zone, { ...day, year: "numeric" });
  if (date.format(ms) === date.format(now)) return format(zone, clock).format(ms);
  return dated(ms, zone);
}

/** `Sun 22 Nov` */
export const dayName = (ms: number, zone: string): string =>
  format(zone, { ...day, weekday: "short" })
    .format(ms)
    .replace(",", "");

/** `07:15` */
export function clockTime(ms: number, zone: string): string {
  const { second: _, ...minutes } = clock;
  return format(zone, minutes).format(ms);
}

/** `22 Nov 07:15` */
export function dated(ms: number, zone: string): string {
  const { second: _, ...minutes } = clock;
  return format(zone, { ...day, ...minutes })
    .format(ms)
    .replace(",", "");
}

/** How long ago within a day; before, the date with the time, or with the year where it is not this one. */
export function past(ms: number, zone: string, now: number): string {
  if (now - ms <= dayMs) return relative(ms, now);
  const year = format(zone, { year: "numeric" });
  if (year.format(ms) === year.format(now)) return dated(ms, zone);
  return format(zone, { ...day, year: "numeric" }).format(ms);
}

/** A time in something that spans `range` milliseconds: with its date where that is more than a day. */
export const within = (ms: number, zone: string, range: number): string =>
  range > dayMs ? dated(ms, zone) : format(zone, clock).format(ms);

/** `8s ago`, `3m ago`, `in 2h`, and a day after some weeks. */
export function relative(ms: number, now: number): string {
  const seconds = (now - ms) / 1000;
  if (Math.abs(seconds) < 1.5) return "now";
  const rounded = roughly(Math.abs(seconds));
  return seconds < 0 ? `in ${rounded}` : `${rounded} ago`;
}

/** A time of the wire in milliseconds. Other servers leave out a fraction that is zero, so its places do not count. */
export const timeOf = (time: string): number => Date.parse(time);

/** A mark on a time axis that spans `range` milliseconds: hours within a day, with the date beyond, days beyond some. */
export function axisTime(ms: number, zone: string, range: number): string {
  if (range > 4 * dayMs) return format(zone, day).format(ms);
  if (range > dayMs) return dated(ms, zone);
  const { second, ...minutes } = clock;
  return format(zone, range < 600_000 ? { ...minutes, second } : minutes).format(ms);
}

/** How far the clock of a zone is ahead of UTC at an instant, in milliseconds. */
function offsetOf(ms: number, zone: string): number {
  const parts = format(zone, { timeZoneName: "longOffset" }).formatToParts(ms);
  const text = parts.find((part) => part.type === "timeZoneName")?.value ?? "";
  const [, sign = "+", hours = "0", minutes = "0"] = /([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** An instant as the clock of a zone shows it, with its offset, so that it means the same in all zones: `2026-11-22T11:00+01:00` */
export function withZone(ms: number, zone: string): string {
  const offset = offsetOf(ms, zone);
  const local = new Date(ms + offset).toISOString().slice(0, ms % 60_000 === 0 ? 16 : 19);
  if (offset === 0) return `${local}Z`;
  const [hours, minutes] = [Math.abs(offset) / 3_600_000, (Math.abs(offset) / 60_000) % 60];
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`;
}

/** When the clock of a zone shows a date, or a date and a time (`2026-11-22T07:15`); undefined where that is neither. */
export function instantIn(wall: string, zone: string): number | undefined {
  const local = Date.parse(wall.includes("T") ? `${wall}Z` : wall);
  if (Number.isNaN(local)) return undefined;
  return local - offsetOf(local - offsetOf(local, zone), zone);
}
