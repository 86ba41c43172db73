import { instantOf, localTime, zoneOffset } from "../../../rules/schedules.ts";
import { constantFires, type Span, type WeekFires, weekFires } from "./fires.ts";
import { placed } from "./lanes.ts";
import type { Bar, Shortage, Week, WeekDay, WeekInput, WeekLimit } from "./model.ts";
import { type PlannedRun, simulated } from "./slots.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;
const days = 7;
/** More fires of one schedule on one day are one bar. */
const mostBars = 24;
/** A run of unknown duration still needs a slot. */
const shortestMs = 1_000;
export const demandMinutes = 10;
/** Sentences for each limit; one, where it is short so often that they would say the same. */
const mostShortages = 3;
const oftenFrom = 8;

/** Everything that the calendar of one week draws. */
export function computeWeek(input: WeekInput): Week {
  const { zone, from } = input;
  const first = Date.parse(from);
  const starts = Array.from({ length: days + 1 }, (_, ahead) => instantOf(zone, first + ahead * dayMs));
  const span = { start: starts[0] ?? first, end: starts[days] ?? first };
  const all = weekFires(input.schedules, span);
  const runs = input.limits.map((_, limit) => plannedRuns(input, all, limit));
  const shortages = input.limits.flatMap((limit, index) =>
    shortagesOf(runs[index] ?? [], limit, index, input, span),
  );
  const worst = shortages.toSorted((a, b) => b.late - a.late || b.needs - a.needs)[0]?.limit;
  const drawn = input.drawn === "worst" ? (worst ?? (runs.length > 0 ? 0 : undefined)) : input.drawn;
  const demand = drawn === undefined ? [] : demandOf(runs[drawn] ?? [], span, starts);
  const barsOf = barsByDay(input, all, span);
  addConstant(barsOf, input, all.constant, starts);
  return {
    days: Array.from({ length: days }, (_, day): WeekDay => {
      const start = starts[day] ?? 0;
      const end = starts[day + 1] ?? 0;
      const change = changeOf(zone, start, end);
      const bars = barsOf[day] ?? [];
      return {
        ...{ date: new Date(first + day * dayMs).toISOString().slice(0, 10), start },
        count: bars.reduce((sum, { count, isContinued }) => sum + (isContinued ? 0 : count), 0),
        ...placed(bars),
        ...(change ? { change } : {}),
        demand: demand[day] ?? [],
      };
    }),
    ...{ shortages, drawn },
    notes: all.notes,
    count: barsOf.flat().reduce((sum, { count, isContinued }) => sum + (isContinued ? 0 : count), 0),
    left: all.left,
  };
}

type Unplaced = Omit<Bar, "lane" | "hasLabel">;

/** The bars of each day: one for each fire, or one for all of a schedule that fires often. */
function barsByDay({ schedules, zone, from }: WeekInput, { times, noteOf }: WeekFires, span: Span) {
  const first = Date.parse(from);
  const found: Unplaced[][] = Array.from({ length: days }, () => []);
  for (const [schedule, own] of times.entries()) {
    const lasts = (schedules[schedule]?.seconds ?? 0) * 1000;
    const local = own.map((at) => at + zoneOffset(zone, at) - first);
    const byDay = Map.groupBy(own.keys(), (index) => Math.floor((local[index] ?? 0) / dayMs));
    for (const [day, indexes] of byDay) {
      const minute = (index: number) => ((local[index] ?? 0) - day * dayMs) / minuteMs;
      const [start = 0] = indexes;
      if (indexes.length > mostBars) {
        const to = minute(indexes.at(-1) ?? start) + lasts / minuteMs;
        add(found, day, { schedule, at: own[start] ?? 0, from: minute(start), to, count: indexes.length });
        continue;
      }
      for (const index of indexes) {
        const at = own[index] ?? 0;
        const note = at >= span.start ? noteOf(schedule, at) : undefined;
        const bar = { schedule, at, from: minute(index), to: minute(index) + lasts / minuteMs, count: 1 };
        add(found, day, { ...bar, ...(note ? { note } : {}) });
      }
    }
  }
  return found;
}

/** A schedule that fires all the time is one bar a day. */
function addConstant(
  found: Unplaced[][],
  { schedules, zone }: WeekInput,
  constant: readonly number[],
  starts: readonly number[],
): void {
  for (const place of constant) {
    const schedule = schedules[place];
    for (let day = 0; schedule && day < days; day++) {
      const [start = 0, end = 0] = starts.slice(day, day + 2);
      const own = constantFires(schedule, { start, end });
      if (!own) continue;
      const minute = (at: number) => (at + zoneOffset(zone, at) - start - zoneOffset(zone, start)) / minuteMs;
      const { first, last, count } = own;
      const span = { from: Math.max(0, minute(first)), to: Math.min(1440, minute(last)) };
      found[day]?.push({ schedule: place, at: first, ...span, count, isContinued: false });
    }
  }
}

/** A bar that lasts beyond midnight goes on on the next day. */
function add(found: Unplaced[][], day: number, bar: Omit<Unplaced, "isContinued">): void {
  for (let at = day, shift = 0; at < days && bar.to - shift > 0 && at <= day + 1; at++, shift += 1440)
    found[at]?.push({
      ...bar,
      ...{ from: Math.max(0, bar.from - shift), to: Math.min(1440, bar.to - shift), isContinued: at > day },
    });
}

/** Local minutes that the clock of the zone skips or repeats on a day. */
function changeOf(zone: string, start: number, end: number): WeekDay["change"] {
  const [before, after] = [zoneOffset(zone, start), zoneOffset(zone, end)];
  if (before === after) return undefined;
  let [low, high] = [start, end];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffset(zone, middle) === before) low = middle;
    else high = middle;
  }
  const at = (offset: number) => Math.round((high + offset - (start + before)) / minuteMs);
  return after > before
    ? { kind: "skipped", from: at(before), to: at(after) }
    : { kind: "twice", from: at(after), to: at(before) };
}

/** The runs that need slots of a limit, in the order of their fires. */
function plannedRuns({ schedules }: WeekInput, { times }: WeekFires, limit: number): PlannedRun[] {
  return schedules
    .flatMap(({ limits, seconds }, index) => {
      if (!limits.includes(limit)) return [];
      const lasts = Math.max(shortestMs, (seconds ?? 0) * 1000);
      return (times[index] ?? []).map((at) => ({ at, lasts }));
    })
    .sort((a, b) => a.at - b.at);
}

/** Most slots that are wanted at once in each ten minutes of each day, if none had to wait. */
function demandOf(runs: readonly PlannedRun[], { start, end }: Span, starts: readonly number[]): number[][] {
  const step = demandMinutes * minuteMs;
  const cells = Math.ceil((end - start) / step);
  const changes = runs
    .flatMap(({ at, lasts }) => [
      { at, by: 1 },
      { at: at + lasts, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  const most: number[] = Array.from({ length: cells }, () => 0);
  let now = 0;
  let last = 0;
  for (const { at, by } of changes) {
    const cell = Math.min(cells - 1, Math.floor((at - start) / step));
    // What is wanted at the border of two cells holds in both.
    for (let between = Math.max(0, last); between <= cell; between++)
      most[between] = Math.max(most[between] ?? 0, now);
    now += by;
    last = cell;
    if (cell >= 0) most[cell] = Math.max(most[cell] ?? 0, now);
  }
  return starts.slice(0, days).map((day, index) => {
    const [begin, until] = [(day - start) / step, ((starts[index + 1] ?? end) - start) / step];
    return most.slice(Math.round(begin), Math.round(until));
  });
}

/** The worst shortages of a limit; those at the same time on several days are one. */
function shortagesOf(
  runs: readonly PlannedRun[],
  limit: WeekLimit,
  index: number,
  { zone, from }: WeekInput,
  { start, end }: Span,
): Shortage[] {
  const first = Date.parse(from);
  const episodes = simulated(runs, limit).filter(({ at }) => at >= start && at < end);
  const byClock = Map.groupBy(episodes, ({ at }) => localTime(zone, at).time.slice(0, 5));
  return [...byClock]
    .map(
      ([clock, own]): Shortage => ({
        limit: index,
        days: [...new Set(own.map(({ at }) => Math.floor((at + zoneOffset(zone, at) - first) / dayMs)))],
        at: own[0]?.at ?? 0,
        clock,
        needs: Math.max(...own.map(({ needs }) => needs)),
        late: Math.max(...own.map(({ late }) => late)) / 1000,
        cancelled: Math.max(...own.map(({ cancelled }) => cancelled)),
      }),
    )
    .sort((a, b) => b.late - a.late || b.cancelled - a.cancelled || b.needs - a.needs)
    .slice(0, byClock.size < oftenFrom ? mostShortages : 1);
}
