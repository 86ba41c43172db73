import { expect, test } from "vitest";
import { bytesText, daysText, everyText } from "./amounts.ts";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [4_096, "4.1 kB"],
  [123_456_789, "123 MB"],
  [5e15, "5,000 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test("retention and intervals are told in words", () => {
  expect([daysText(1), daysText(365), daysText(undefined, "Forever")]).toEqual([
    "1 day",
    "365 days",
    "Forever",
  ]);
  expect([0.5, 5, 600, 3600].map(everyText)).toEqual([
    "every 0.5 s",
    "every 5 s",
    "every 10 min",
    "every 1 h",
  ]);
});
