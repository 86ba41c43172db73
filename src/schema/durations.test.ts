import { expect, test } from "vitest";
import { secondsOf } from "./durations.ts";
import { Seconds } from "./scalars.ts";

// The values that Prefect's server parses.
test.each([
  ["00:10:00", 600],
  ["00:10", 600],
  ["0:10:00", 600],
  ["-00:10:00", -600],
  ["+00:10:00", 600],
  ["100:00:00", 360_000],
  ["00:10:00.5", 600.5],
  ["1 day, 00:10:00", 87_000],
  ["1 day 00:10:00", 87_000],
  ["2 days", 172_800],
  ["1d", 86_400],
  ["1d,01:00:00", 90_000],
  ["3 DAYS 4:05:06", 273_906],
  ["-1 day, 23:50:00", -172_200],
  ["PT5M", 300],
  ["PT0.5M", 30],
  ["PT1,5S", 1.5],
  ["P1DT2H", 93_600],
  ["-P1D", -86_400],
  ["P1W2D", 777_600],
  ["P1Y2M", 36_720_000],
])("%s are %d seconds", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
  expect(Seconds.parse(text)).toBe(seconds);
});

test.each([
  ...[
    "",
    "-",
    "P",
    "PT",
    "P1DT",
    "600",
    "1:2:3",
    "00:60:00",
    "00:10:60",
    "00:10:00Z",
    "pt5m",
    "PT5M ",
    " 1 day",
  ],
  ...["10 minutes", "1 day 2", "999999999999 days", `P${"9".repeat(400)}D`],
])("%s is no duration", (text) => {
  expect(secondsOf(text)).toBeUndefined();
  expect(Seconds.safeParse(text).success).toBe(false);
});
