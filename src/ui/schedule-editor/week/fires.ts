import { clockChanges, fires, zoneOffset } from "../../../rules/schedules.ts";
import { Problem } from "../../../schema/problems.ts";
import type { WeekSchedule } from "./model.ts";

const dayMs = 86_400_000;
/** Each minute of a week and a day. */
const perSchedule = 11_600;
const mostFires = 500_000;
const constantNote = "Limits are computed without schedules that fire more than once a minute.";
/** Of a schedule that fires more often, fires are drawn only while there are not too many. */
const fewFires = 40;

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
  /** Places of schedules that fire more often than once a minute: their fires are not listed. */
  constant: readonly number[];
}

/** The fires of all schedules in the week, as far as they can be drawn: those that fire often come last. */
export function weekFires(schedules: readonly WeekSchedule[], { start, end }: Span): WeekFires {
  const read = ({ schedule, seconds }: WeekSchedule, limit: number) => {
    const after = start - Math.min((seconds ?? 0) * 1000, dayMs);
    return attempt(() => fires(schedule, { after, until: end - 1, limit })) ?? [];
  };
  const times = schedules.map((one) => read(one, fewFires));
  let total = times.reduce((sum, { length }) => sum + length, 0);
  let left = 0;
  const constant: number[] = [];
  for (const [index, one] of schedules.entries()) {
    const few = times[index] ?? [];
    if (few.length < fewFires) continue;
    // A part of its fires would look like all of them.
    const all = total < mostFires ? read(one, perSchedule) : [];
    if (all.length === 0) left++;
    const isConstant = all.length === perSchedule;
    if (isConstant) constant.push(index);
    times[index] = isConstant ? [] : all;
    total += times[index].length - few.length;
  }
  const { notes, noteOf } = clockNotes(schedules, { start, end });
  return { times, left, constant, noteOf, notes: constant.length > 0 ? [...notes, constantNote] : notes };
}

/** How often a schedule fires in a span, by the distance of its first fires, and when it does so first. */
export function constantFires({ schedule }: WeekSchedule, { start, end }: Span) {
  const own = attempt(() => fires(schedule, { after: start - 1, until: end - 1, limit: fewFires })) ?? [];
  const [first] = own;
  const last = own.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (own.length < fewFires) return { first, last, count: own.length };
  const apart = (last - first) / (own.length - 1);
  return { first, last: end - 1, count: Math.floor((end - 1 - first) / apart) + 1 };
}

/** What clock changes do to fires; most zones change nothing in most weeks. */
function clockNotes(schedules: readonly WeekSchedule[], { start, end }: Span) {
  const found = new Map<string, string>();
  for (const [index, { schedule }] of schedules.entries()) {
    const zone = schedule.timezone ?? "UTC";
    if (zoneOffset(zone, start) === zoneOffset(zone, end)) continue;
    for (const change of attempt(() => clockChanges(schedule, start, end)) ?? [])
      for (const at of change.firesAt) found.set(`${index} ${at}`, change.message);
  }
  return {
    noteOf: (schedule: number, at: number) => found.get(`${schedule} ${at}`),
    notes: [...new Set(found.values())],
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
