import type { NextFire, WallTimes } from "./schedule-clock.ts";
import { dateWords, listWords } from "./schedule-phrases.ts";
import { localTime, type Piece, pieceAt } from "./schedule-zones.ts";

/** A day on which a local time of the schedule is skipped or repeated. */
export interface ClockChange {
  /** `2026-03-29`, local. */
  date: string;
  kind: "skipped" | "twice";
  /** The affected local times: `02:30`, or `02:00–03:00` for many. */
  local: string;
  /** What the schedule does at these times. */
  firesAt: number[];
  message: string;
}

export interface ChangedSchedule {
  zone: string;
  times: WallTimes | NextFire;
}

interface Range {
  from: number;
  until: number;
}

/** A schedule by the second has too many of them to list. */
const maxFires = 120;

export function changesOf(schedule: ChangedSchedule, { from, until }: Range): ClockChange[] {
  const changes: ClockChange[] = [];
  for (let at = from; at <= until; ) {
    const piece = pieceAt(schedule.zone, at);
    if (piece.offset !== piece.before && piece.from === at) {
      const change = piece.offset > piece.before ? skipped(schedule, piece) : twice(schedule, piece);
      if (change) changes.push(change);
    }
    at = piece.to;
  }
  return changes;
}

function skipped({ zone, times }: ChangedSchedule, { from, offset, before }: Piece): ClockChange | undefined {
  if (times instanceof Function) return undefined;
  const locals = localsIn(times, from + before, from + offset);
  if (locals.length === 0) return undefined;
  const gap = offset - before;
  const firesAt = locals.map((local) => local - before);
  const isCovered = locals.every((local) => times.next(local + gap) === local + gap);
  const local =
    locals.length === 1 ? clock(locals[0] ?? 0) : `${clock(from + before)}–${clock(from + offset)}`;
  const does = locals.length === 1 ? "does not exist" : "do not exist";
  const named = locals.length > 3 ? "the times between" : listWords(locals.map(clock));
  const instead = isCovered
    ? `left out, and fires go on after ${locals.length === 1 ? "it" : "them"}`
    : `moved to ${listWords(locals.slice(0, 3).map((one) => clock(one + gap)))}${locals.length > 3 ? " and so on" : ""}`;
  const message = `${lead({ zone, from, offset, before })}: ${named} ${does} and ${locals.length === 1 ? "is" : "are"} ${instead}.`;
  return { date: dateOf(from + before), kind: "skipped", local, firesAt, message };
}

function twice({ zone, times }: ChangedSchedule, piece: Piece): ClockChange | undefined {
  const { from, offset, before } = piece;
  const length = before - offset;
  const [first, end] = [from + offset, from + before];
  const locals = times instanceof Function ? [] : localsIn(times, first, end);
  const firesAt =
    times instanceof Function
      ? elapsedIn(times, { from: from - length, until: from + length - 1 })
      : [...locals.map((one) => one - before), ...(times.repeats ? locals.map((one) => one - offset) : [])];
  if (firesAt.length === 0) return undefined;
  const local = locals.length === 1 ? clock(locals[0] ?? 0) : `${clock(first)}–${clock(end)}`;
  const how =
    times instanceof Function
      ? "and it fires in both, as it goes by time that passed"
      : times.repeats
        ? "and it fires both times"
        : "and it fires the first time only";
  const message = `${lead({ zone, ...piece })}: ${local} comes twice, ${how}.`;
  return { date: dateOf(first), kind: "twice", local, firesAt, message };
}

function localsIn(times: WallTimes, from: number, end: number): number[] {
  const found: number[] = [];
  for (let at = from; found.length < maxFires; ) {
    const local = times.next(at);
    if (local === undefined || local >= end) break;
    found.push(local);
    at = local + 1000;
  }
  return found;
}

function elapsedIn(next: NextFire, { from, until }: Range): number[] {
  const found: number[] = [];
  for (let at = from; found.length < maxFires; ) {
    const fire = next(at, until);
    if (fire === undefined) break;
    found.push(fire);
    at = fire + 1;
  }
  return found;
}

/** `On 29 March 2026 the clock of Europe/Berlin goes from 02:00 to 03:00` */
function lead({
  zone,
  from,
  offset,
  before,
}: {
  zone: string;
  from: number;
  offset: number;
  before: number;
}) {
  const [old, fresh] = [from + before, from + offset];
  const day = offset > before ? old : fresh;
  const isOtherDay = dateOf(old) !== dateOf(fresh);
  const to = isOtherDay ? `${clock(fresh)} on ${dateWords(fresh)}` : clock(fresh);
  const start = isOtherDay && offset < before ? `${clock(old)} on ${dateWords(old)}` : clock(old);
  return `On ${dateWords(day)} the clock of ${zone} goes ${offset > before ? "forward" : "back"} from ${start} to ${to}`;
}

const clock = (local: number) => {
  const { time } = localTime("UTC", local);
  return time.endsWith(":00") ? time.slice(0, 5) : time;
};
const dateOf = (local: number) => localTime("UTC", local).date;
