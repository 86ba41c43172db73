import { clockChanges, fires, zoneOffset } from "../../../rules/schedules.ts";
import { Problem } from "../../../schema/problems.ts";
import type { WeekSchedule } from "./model.ts";

const dayMs = 86_400_000;
/** Each minute of a week and a day. */
const perSchedule = 11_600;
const mostFires = 500_000;

export interface Span {
  start: number;
  end: number;
}

export interface WeekFires {
  /** Ascending, by the place of the schedule; those that begin before the week may last into it. */
  times: readonly (readonly number[])[];
  /** Notes by schedule and instant. */
  noteOf: (schedule: number, at: number) => string | undefined;
  notes: readonly string[];
  left: number;
}

/** The fires of all schedules in the week, as far as they can be drawn. */
export function weekFires(schedules: readonly WeekSchedule[], { start, end }: Span): WeekFires {
  const times: (readonly number[])[] = [];
  const found = new Map<string, string>();
  let total = 0;
  let left = 0;
  for (const [index, { schedule, seconds }] of schedules.entries()) {
    if (total >= mostFires) {
      left++;
      times.push([]);
      continue;
    }
    const after = start - Math.min((seconds ?? 0) * 1000, dayMs);
    const own = attempt(() => fires(schedule, { after, until: end - 1, limit: perSchedule })) ?? [];
    times.push(own);
    total += own.length;
    const zone = schedule.timezone ?? "UTC";
    // Most zones change nothing in most weeks.
    if (zoneOffset(zone, start) === zoneOffset(zone, end)) continue;
    for (const change of attempt(() => clockChanges(schedule, start, end)) ?? [])
      for (const at of change.firesAt) found.set(`${index} ${at}`, change.message);
  }
  return {
    times,
    noteOf: (schedule, at) => found.get(`${schedule} ${at}`),
    notes: [...new Set(found.values())],
    left,
  };
}

/** A schedule that cannot be computed has no fires; its own page says why. */
function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
