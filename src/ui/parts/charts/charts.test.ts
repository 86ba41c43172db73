import { expect, test } from "vitest";
import { axisMarks } from "../time/axis-marks.ts";
import { countMarks, rootShare } from "./root-scale.ts";

test("a burst of a hundred times the usual leaves the usual a tenth of the height", () => {
  expect(rootShare(400, 40_000)).toBeCloseTo(0.1);
  expect(rootShare(40_000, 40_000)).toBe(1);
});

test.each([
  [1, 120, [1]],
  [7, 120, [5, 2]],
  [412, 120, [200, 100, 20]],
  [412, 40, [200]],
])("the lines for at most %i on %i pixels", (most, height, marks) => {
  expect(countMarks(most, height)).toEqual(marks);
});

const at = Date.parse("2026-11-29T14:30:00Z");
const hour = 3_600_000;

test("a day is marked at round hours of the zone, the first of each day with its date", () => {
  const marks = axisMarks({ from: at, to: at + 24 * hour, zone: "Europe/Berlin", most: 10 });
  expect(marks.map(({ label }) => label)).toEqual([
    ...["Sun 29 Nov 18:00", "21:00", "Mon 30 Nov 00:00", "03:00", "06:00", "09:00", "12:00"],
  ]);
  expect(new Date(marks[0]?.at ?? 0).toISOString()).toBe("2026-11-29T17:00:00.000Z");
});

test("a week is marked by its days", () => {
  const marks = axisMarks({ from: at, to: at + 168 * hour, zone: "UTC", most: 9 });
  expect(marks[0]?.label).toBe("Mon 30 Nov");
  expect(marks).toHaveLength(7);
});
