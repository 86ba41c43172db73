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
  // Times sort as text while all their years have four digits.
  if (iso.length !== 24) return undefined;
  return `${iso.slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

let knownDay = "";
/** The 30th of February is a time to the parser, but another one. */
export function isDay(day: string): boolean {
  if (day === knownDay) return true;
  const ms = Date.parse(day);
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(day)) return false;
  knownDay = day;
  return true;
}

/** `now` in the one shape of the wire; the clock gives milliseconds. */
export const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000Z`;

const shapeLength = timestamp(0).length;

const minuteLength = "2026-11-22T07:15".length;
let knownMinute = "";
let knownMs = 0;

/** Milliseconds since the epoch, with the microseconds as a fraction. A Prefect server leaves out a fraction of zero. */
export function toMs(time: string): number {
  if (time.length !== shapeLength) return Date.parse(time);
  // Most times lie close together, and digits are read far quicker than dates.
  if (knownMinute === "" || !time.startsWith(knownMinute)) {
    knownMinute = time.slice(0, minuteLength);
    knownMs = Date.parse(`${knownMinute}Z`);
  }
  return knownMs + Number(time.slice(minuteLength + 1, -1)) * 1000;
}
