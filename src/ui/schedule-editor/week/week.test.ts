import { describe, expect, test } from "vitest";
import { clusterMinutes, mostLanes, placed } from "./lanes.ts";
import type { WeekInput, WeekSchedule } from "./model.ts";
import { MinHeap, simulated } from "./slots.ts";
import { computeWeek } from "./week.ts";

const scheduled = (cron: string, rest: Partial<WeekSchedule> & { timezone?: string } = {}): WeekSchedule => {
  const { timezone = "UTC", ...own } = rest;
  return { id: cron, schedule: { cron, timezone, day_or: true }, seconds: 600, limits: [], ...own };
};
const week = (schedules: readonly WeekSchedule[], rest: Partial<WeekInput> = {}) =>
  computeWeek({ schedules, limits: [], drawn: undefined, from: "2026-11-23", zone: "UTC", ...rest });
const pool = { kind: "pool", name: "etl", slots: 10, cancels: false } as const;

describe("the bars of a week", () => {
  test("a fire is a bar as long as its run, on the clock of the calendar", () => {
    const { days, count } = week([scheduled("0 2 * * 2", { seconds: 5400 })], { zone: "Europe/Berlin" });
    expect(count).toBe(1);
    expect(days.map((day) => day.count)).toEqual([0, 1, 0, 0, 0, 0, 0]);
    expect(days[1]).toMatchObject({ date: "2026-11-24", bars: [{ from: 180, to: 270, lane: 0, count: 1 }] });
  });

  test("a run that lasts beyond midnight goes on on the next day, and into the week from the day before", () => {
    const { days } = week([scheduled("30 23 * * *", { seconds: 3600 })]);
    for (const { bars, count } of days) {
      expect(bars.map(({ from, to, isContinued }) => [from, to, isContinued])).toEqual([
        [0, 30, true],
        [1410, 1440, false],
      ]);
      expect(count).toBe(1);
    }
  });

  test("a schedule that fires often is one bar a day", () => {
    const { days, count } = week([scheduled("*/5 * * * *", { seconds: 60 })]);
    expect(count).toBe(7 * 288);
    expect(days[3]?.bars).toMatchObject([{ from: 0, to: 1436, count: 288 }]);
  });

  test("a schedule that fires all the time does so on every day", () => {
    const schedule = { interval: 4, anchor_date: "2020-01-01T00:00:00Z", timezone: "UTC" };
    const { days, count, notes } = week([{ id: "often", schedule, seconds: 1, limits: [] }]);
    for (const day of days) {
      expect(day.count).toBe(21_600);
      expect(day.bars).toMatchObject([{ from: 0, count: 21_600 }]);
      expect(day.bars[0]?.to).toBeGreaterThan(1439);
    }
    expect(count).toBe(7 * 21_600);
    expect(notes).toEqual(["Limits are computed without schedules that fire more than once a minute."]);
  });

  test("overlaps are drawn in lanes, with names where there is room, and more as clusters", () => {
    const bar = { schedule: 0, at: 0, to: 60, count: 1, isContinued: false };
    const few = placed([bar, { ...bar, to: 30 }, bar].map((one) => ({ ...one, from: 0 })));
    expect(few).toMatchObject({ lanes: 3, clusters: [] });
    expect(few.bars.every(({ hasLabel }) => hasLabel)).toBe(true);
    const many = placed(Array.from({ length: 1000 }, () => ({ ...bar, from: 125 })));
    expect(many.lanes).toBe(mostLanes);
    const close = placed([0, 30, 400].map((from) => ({ ...bar, from, to: from + 10 })));
    expect(close.bars.map(({ lane, hasLabel }) => [lane, hasLabel])).toEqual([
      [0, false],
      [0, true],
      [0, true],
    ]);
    expect(many.clusters).toMatchObject([{ from: 4 * clusterMinutes, count: 1000 - mostLanes }]);
    expect(many.clusters[0]?.fires).toHaveLength(50);
  });

  test.each([
    ["2026-03-23", "skipped", 120, 180, /02:30 does not exist/],
    ["2026-10-19", "twice", 120, 180, /02:30 comes twice/],
  ])("the clock change of the week of %s is marked: %s", (from, kind, start, end, note) => {
    const berlin = { timezone: "Europe/Berlin" };
    const { days, notes } = week([scheduled("30 2 * * *", berlin)], { from, zone: "Europe/Berlin" });
    expect(days[6]?.change).toEqual({ kind, from: start, to: end });
    expect(days.slice(0, 6).every((day) => day.change === undefined)).toBe(true);
    expect(notes).toEqual([expect.stringMatching(note)]);
    expect(days[6]?.bars.some((bar) => bar.note === notes[0])).toBe(true);
  });
});

describe("limits", () => {
  const fourteen = Array.from({ length: 14 }, () => scheduled("0 2 * * 2", { seconds: 720, limits: [0] }));

  test("more runs at a time than a limit has slots are told with how late they start", () => {
    const { shortages, days } = week(fourteen, { limits: [pool], drawn: 0 });
    expect(shortages).toMatchObject([
      { limit: 0, days: [1], clock: "02:00", needs: 14, late: 720, cancelled: 0 },
    ]);
    expect(week(fourteen, { limits: [{ ...pool, slots: 99 }, pool], drawn: "worst" }).drawn).toBe(0);
    expect(days[1]?.demand).toHaveLength(144);
    expect(days[1]?.demand.slice(11, 15)).toEqual([0, 14, 14, 0]);
  });

  test("a limit that cancels new runs says how many", () => {
    const { shortages } = week(fourteen, { limits: [{ ...pool, cancels: true }] });
    expect(shortages).toMatchObject([{ needs: 14, late: 0, cancelled: 4 }]);
  });

  test("the same time on several days is one shortage; enough slots are none", () => {
    const daily = Array.from({ length: 3 }, () => scheduled("0 2 * * *", { limits: [0] }));
    expect(week(daily, { limits: [{ ...pool, slots: 2 }] }).shortages).toMatchObject([
      { days: [0, 1, 2, 3, 4, 5, 6], needs: 3, late: 600 },
    ]);
    expect(week(daily, { limits: [{ ...pool, slots: 3 }] }).shortages).toEqual([]);
  });

  test("runs wait in the order of their fires until a slot is free", () => {
    const runs = [0, 0, 0, 30, 200].map((at) => ({ at, lasts: 100 }));
    expect(simulated(runs, { slots: 1, cancels: false })).toEqual([
      { at: 0, needs: expect.any(Number), late: 270, cancelled: 0 },
    ]);
    expect(simulated(runs, { slots: 4, cancels: false })).toEqual([]);
  });

  test("a heap gives its numbers in order", () => {
    const heap = new MinHeap();
    const numbers = Array.from({ length: 200 }, (_, index) => (index * 7919) % 211);
    for (const number of numbers) heap.push(number);
    expect(numbers.map(() => heap.pop())).toEqual(numbers.toSorted((a, b) => a - b));
    expect(heap.pop()).toBeUndefined();
  });
});

test("ten thousand schedules make a week of a bounded size", { timeout: 60_000 }, () => {
  const crons = ["0 * * * *", "*/15 * * * *", "0 2 * * *", "30 9 * * 1-5"];
  const schedules = Array.from({ length: 10_000 }, (_, index) =>
    scheduled(crons[index % crons.length] ?? "", { seconds: (index % 60) * 30, limits: [0] }),
  );
  const { days, left, shortages } = week(schedules, { limits: [{ ...pool, slots: 500 }], drawn: 0 });
  const drawn = days.reduce((sum, { bars, clusters }) => sum + bars.length + clusters.length, 0);
  expect(drawn).toBeLessThan(7 * (mostLanes * 120 + 48));
  expect(left).toBeGreaterThan(0);
  // What fires once a day is never left out.
  expect(days[0]?.count).toBeGreaterThan(5_000);
  expect(shortages.length).toBeLessThanOrEqual(3);
});
