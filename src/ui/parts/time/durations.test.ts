import { expect, test } from "vitest";
import { duration, parseDuration } from "./durations.ts";
import { absolute, relative, short, zoneLabel } from "./times.ts";
import { typicalDurationOf } from "./typical-duration.ts";

test.each([
  [0, "0s"],
  [0.0001, "0ms"],
  [0.24, "240ms"],
  [1, "1s"],
  [1.25, "1.3s"],
  [42.4, "42s"],
  [59.7, "1m"],
  [84, "1m 24s"],
  [3600, "1h"],
  [11_100, "3h 5m"],
  [187_200, "2d 4h"],
  [Number.NaN, "0s"],
])("%d seconds are written %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each([
  ["90s", 90],
  ["1h30m", 5400],
  ["250ms", 0.25],
  ["1.5h", 5400],
  ["2w", 1_209_600],
  ["soon", undefined],
  ["10", undefined],
  ["10s later", undefined],
])("%s is read as %s seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

const noon = Date.parse("2026-07-22T12:00:00.500Z");
test("a time is printed with its zone", () => {
  expect(absolute(noon, "UTC")).toBe("22 Jul 2026, 12:00:00.500 UTC");
  expect(absolute(noon, "Asia/Kolkata")).toBe("22 Jul 2026, 17:30:00.500 GMT+5:30");
  expect(zoneLabel("Europe/Berlin", noon)).toBe("CEST");
});

test("a time of today has seconds, an earlier one its day", () => {
  expect(short(noon, "UTC", noon + 1000)).toBe("12:00:00");
  expect(short(noon, "UTC", noon + 86_400_000)).toBe("22 Jul 12:00");
  // Already tomorrow in Tokyo, when it is still today in London.
  expect(short(noon, "Asia/Tokyo", noon + 4 * 3_600_000)).toBe("22 Jul 21:00");
});

test.each([
  [500, "now"],
  [8_200, "8s ago"],
  [200_000, "3m ago"],
  [-7_300_000, "in 2h"],
])("%d ms before now is %s", (before, text) => {
  expect(relative(noon - before, noon)).toBe(text);
});

test("what is usual needs at least five runs", () => {
  expect(typicalDurationOf([1, 2, 3, 4])).toBeUndefined();
  expect(typicalDurationOf([5, 1, 4, 2, 3])).toMatchObject({ low: 1, middle: 3, high: 5, count: 5 });
});
