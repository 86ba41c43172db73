// Times without zod, for threads that parse no requests.

const timePattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * Any ISO-8601 instant as UTC with microseconds (`2026-11-22T07:15:24.912472Z`); naive input is UTC.
 * All times in Praetor have this one shape, so that they sort as text. Undefined when it is no instant.
 */
export function toTimestamp(text: string): string | undefined {
  const match = timePattern.exec(text.trim());
  if (!match) return undefined;
  const [, day = "", minutes = "00:00", seconds = "00", fraction = "", zone = "Z"] = match;
  const offset =
    zone.toUpperCase() === "Z"
      ? "Z"
      : /^[+-]\d{2}$/.test(zone)
        ? `${zone}:00`
        : zone.replace(/^(.\d{2}):?/, "$1:");
  const whole = Date.parse(`${day}T${minutes}:${seconds}${offset}`);
  if (Number.isNaN(whole) || !isDay(day)) return undefined;
  const iso = new Date(whole).toISOString();
  // Times sort as text as long as years have four digits.
  if (iso.length !== 24) return undefined;
  return `${iso.slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

let knownDay = "";
/** The parser accepts 30 February as another day. */
export function isDay(day: string): boolean {
  if (day === knownDay) return true;
  const ms = Date.parse(day);
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(day)) return false;
  knownDay = day;
  return true;
}

const dayMs = 86_400_000;
const digits = (length: number) => (_: unknown, value: number) => String(value).padStart(length, "0");
const twoDigits = Array.from({ length: 60 }, digits(2));
const threeDigits = Array.from({ length: 1000 }, digits(3));
let writtenDay = Number.NaN;
let dayText = "";

/** `now` in the one shape of the wire; the clock gives milliseconds. Dates are asked for once a day: they cost most. */
export function timestamp(ms: number): string {
  const whole = Math.trunc(ms);
  const day = Math.floor(whole / dayMs);
  if (day !== writtenDay) {
    dayText = new Date(day * dayMs).toISOString().split("T", 1).join();
    writtenDay = day;
  }
  const left = whole - day * dayMs;
  const two = (value: number) => twoDigits[Math.floor(value)] ?? "";
  return `${dayText}T${two(left / 3_600_000)}:${two((left / 60_000) % 60)}:${two((left / 1000) % 60)}.${threeDigits[left % 1000]}000Z`;
}

const shapeLength = timestamp(0).length;

const minuteLength = "2026-11-22T07:15".length;
let knownMinute = "";
let knownMs = 0;

/** Milliseconds since the epoch, with the microseconds as a fraction. A Prefect server leaves out a fraction of zero. */
export function toMs(time: string): number {
  if (time.length !== shapeLength) return Date.parse(time);
  // Most times lie close together, and digits are parsed far faster than dates.
  if (knownMinute === "" || !time.startsWith(knownMinute)) {
    knownMinute = time.slice(0, minuteLength);
    knownMs = Date.parse(`${knownMinute}Z`);
  }
  return knownMs + Number(time.slice(minuteLength + 1, -1)) * 1000;
}
