import { dayMs } from "./schedule-days.ts";

// Local times of a time zone. Intl takes microseconds, which is too slow for each candidate; so the
// offset is looked up at the borders of spans of 12 days, and bisected down to the second where it differs.

/** No known zone changes its clock twice within one span. */
const spanMs = 2 ** 30;
/** The range of `Date`. */
const farthest = 8.6e15;

interface Span {
  before: number;
  after: number;
  /** When `before` turns into `after`; Infinity where nothing changes. */
  change: number;
}

/** A period with one offset. */
export interface Piece {
  from: number;
  /** Exclusive. */
  to: number;
  offset: number;
  /** The offset in force until `from`. Differs from `offset` only where the clock is changed at `from`. */
  before: number;
}

class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #spans = new Map<number, Span>();
  readonly #borders = new Map<number, number>();

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  }

  span(index: number): Span {
    const known = this.#spans.get(index);
    if (known) return known;
    const [before, after] = [this.#border(index), this.#border(index + 1)];
    const change = before === after ? Number.POSITIVE_INFINITY : this.#findChange(index, before);
    const span = { before, after, change };
    this.#spans.set(index, span);
    return span;
  }

  #border(index: number): number {
    const known = this.#borders.get(index);
    if (known !== undefined) return known;
    const offset = this.#ask(index * spanMs);
    this.#borders.set(index, offset);
    return offset;
  }

  #findChange(index: number, before: number): number {
    let [low, high] = [Math.floor((index * spanMs) / 1000), Math.ceil(((index + 1) * spanMs) / 1000)];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#ask(middle * 1000) === before) low = middle;
      else high = middle;
    }
    return high * 1000;
  }

  #ask(at: number): number {
    const [, sign, hours, minutes, seconds = "0"] = offsetPattern.exec(this.#format.format(at)) ?? [];
    if (sign === undefined) return 0;
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return (sign === "-" ? -size : size) * 1000;
  }
}

const offsetPattern = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/;
const zones = new Map<string, Zone>();

function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const zone = new Zone(name);
  zones.set(name, zone);
  return zone;
}

/** Names of tzdata, including links (`US/Eastern`), in upper or lower case. */
export function isKnownZone(name: string): boolean {
  if (zones.has(name)) return true;
  try {
    zoneOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export function pieceAt(zone: string, at: number): Piece {
  const index = Math.floor(at / spanMs);
  const here = zoneOf(zone).span(index);
  const to = (index + 1) * spanMs;
  if (at >= here.change) return { from: here.change, to, offset: here.after, before: here.before };
  // One span more: a change also matters for the hours that it skips or repeats.
  const last = zoneOf(zone).span(index - 1);
  const from = Number.isFinite(last.change) ? last.change : (index - 1) * spanMs;
  return { from, to: Math.min(here.change, to), offset: here.before, before: last.before };
}

/** How far the clock of the zone is ahead of UTC, in ms. */
export function zoneOffset(zone: string, at: number): number {
  const within = Math.min(Math.max(at, -farthest), farthest);
  const { before, after, change } = zoneOf(zone).span(Math.floor(within / spanMs));
  return within >= change ? after : before;
}

/** The first instant at which the clock shows `local`; a skipped time is as far behind the gap as it is into it. */
export function instantOf(zone: string, local: number): number {
  const before = zoneOffset(zone, local - dayMs);
  const early = local - before;
  if (zoneOffset(zone, early) === before) return early;
  const after = zoneOffset(zone, local + dayMs);
  const late = local - after;
  return zoneOffset(zone, late) === after ? late : early;
}

export interface LocalTime {
  /** `2026-03-29` */
  date: string;
  /** `03:30:00` */
  time: string;
  /** `Sun` */
  weekday: string;
  /** `+02:00` */
  offset: string;
}

/** Date and time in the zone at an instant. */
export function localTime(zone: string, at: number): LocalTime {
  const offset = zoneOffset(zone, at);
  const local = new Date(at + offset);
  const text = local.toISOString();
  return {
    date: text.slice(0, -14),
    time: text.slice(-13, -5),
    weekday: weekdays[local.getUTCDay()] ?? "",
    offset: offsetText(offset),
  };
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** `+05:45` */
export function offsetText(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
