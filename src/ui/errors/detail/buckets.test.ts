import { expect, test } from "vitest";
import { bucketsOf } from "./buckets.ts";

const from = Date.parse("2026-11-22T00:00:00Z");
const hour = 3_600_000;

test("counts by the hour are bars without gaps; what lies outside the period is left out", () => {
  const counts = [
    { time: "2026-11-21T23:00:00.000000Z", count: 9 },
    { time: "2026-11-22T00:00:00.000000Z", count: 1 },
    { time: "2026-11-22T01:00:00.000000Z", count: 2 },
    { time: "2026-11-22T05:00:00.000000Z", count: 4 },
  ];
  const bars = bucketsOf(counts, { from, to: from + 6 * hour, step: 2 * hour });
  expect(bars.map(({ states }) => states[0]?.count_runs ?? 0)).toEqual([3, 0, 4]);
  expect(bars[1]).toMatchObject({
    interval_start: "2026-11-22T02:00:00.000000Z",
    interval_end: "2026-11-22T04:00:00.000000Z",
  });
});
