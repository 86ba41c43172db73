import { type ClockChange, clockChanges, fires, zoneOffset } from "../../rules/schedules.ts";
import { Problem } from "../../schema/problems.ts";
import type { Schedule } from "../../schema/schedules.ts";

const day = 86_400_000;
/** Enough for a fire each minute of a week; what fires more often is drawn as far as this goes. */
const most = 10_100;
export const shownFires = 50;
const comparedDays = 30;

export interface ForecastInput {
  /** What is typed, or was before it went wrong. */
  shown: Schedule | undefined;
  /** Undefined where nothing is saved, or it is paused; so is `next`. */
  saved: Schedule | undefined;
  next: Schedule | undefined;
  now: number;
}
export interface Answer {
  forecast: Forecast | undefined;
  difference: Difference | undefined;
  zone: string;
}

export const computeForecast = ({ shown, saved, next, now }: ForecastInput): Answer => ({
  forecast: shown && forecast(shown, now),
  difference: difference(saved, next, now),
  zone: shown?.timezone ?? "UTC",
});

export interface Forecast {
  next: number[];
  /** Of the days from today on, in the zone of the schedule. */
  week: WeekDay[];
  /** Within a year. */
  changes: ClockChange[];
  /** Why it could not be computed. */
  problem?: string;
}

export interface WeekDay {
  /** Days since 1970. */
  day: number;
  count: number;
  /** Stretches of the day in which it fires, in minutes, at least as long as can be seen. */
  stretches: { from: number; to: number }[];
}

const nothing: Forecast = { next: [], week: [], changes: [] };

/** What a schedule will do. The rules give up on one that takes too long, so that the page never waits for it. */
function forecast(schedule: Schedule, now: number): Forecast {
  try {
    const next = fires(schedule, { after: now, limit: shownFires });
    const zone = schedule.timezone ?? "UTC";
    const today = Math.floor((now + zoneOffset(zone, now)) / day);
    const until = (today + 7) * day - zoneOffset(zone, now);
    const week = fires(schedule, { after: now, until, limit: most });
    return { next, week: weekOf(week, zone, today), changes: clockChanges(schedule, now, now + 366 * day) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...nothing, problem: error.message };
  }
}

const seen = 8;

function weekOf(times: readonly number[], zone: string, today: number): WeekDay[] {
  const days = Array.from(
    { length: 7 },
    (_, ahead): WeekDay => ({ day: today + ahead, count: 0, stretches: [] }),
  );
  for (const time of times) {
    const local = time + zoneOffset(zone, time);
    const at = days[Math.floor(local / day) - today];
    if (!at) continue;
    const minute = Math.floor((local % day) / 60_000);
    const last = at.stretches.at(-1);
    at.count++;
    if (last && minute <= last.to) last.to = Math.max(last.to, Math.min(1440, minute + seen));
    else at.stretches.push({ from: minute, to: Math.min(1440, minute + seen) });
  }
  return days;
}

/** Told in short: they come from a worker, and there may be ten thousand. */
interface Fires {
  count: number;
  first: number | undefined;
}

export interface Difference {
  added: Fires;
  removed: Fires;
  kept: number;
  /** Compared up to here: 30 days, or less for what fires very often. */
  until: number;
}

/** What would change: the fires of the next 30 days, against those of the saved schedule. */
function difference(
  saved: Schedule | undefined,
  next: Schedule | undefined,
  now: number,
): Difference | undefined {
  try {
    const end = now + comparedDays * day;
    const lists = [saved, next].map((schedule) =>
      schedule ? fires(schedule, { after: now, until: end, limit: most }) : [],
    );
    const until = Math.min(end, ...lists.map((list) => (list.length < most ? end : (list.at(-1) ?? end))));
    const [old = [], fresh = []] = lists.map((list) => list.filter((time) => time <= until));
    const [before, after] = [new Set(old), new Set(fresh)];
    const added = fresh.filter((time) => !before.has(time));
    const removed = old.filter((time) => !after.has(time));
    return { added: inShort(added), removed: inShort(removed), kept: fresh.length - added.length, until };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // The forecast of the schedule says what is wrong with it.
    return undefined;
  }
}

const inShort = (times: readonly number[]): Fires => ({ count: times.length, first: times[0] });
