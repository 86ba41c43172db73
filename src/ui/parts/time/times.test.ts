import { expect, test } from "vitest";
import { axisTime, past, within } from "./times.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const hour = 3_600_000;
const zone = "Europe/Berlin";

test("a time older than a day is told by its date, an older year by its year", () => {
  expect(past(now - 3 * hour, zone, now)).toBe("3h ago");
  expect(past(now - 24 * hour, zone, now)).toMatch(/ago$/);
  expect(past(now - 30 * hour, zone, now)).toBe("21 Nov 07:00");
  expect(past(Date.parse("2025-12-31T22:30:00Z"), zone, now)).toBe("31 Dec 2025");
  expect(past(Date.parse("2025-12-31T23:30:00Z"), zone, now)).toBe("1 Jan 00:30");
});

test("axes and tooltips of more than a day carry the date, in the zone that was chosen", () => {
  expect(axisTime(now, zone, 24 * hour)).toBe("13:00");
  expect(axisTime(now, zone, 25 * hour)).toBe("22 Nov 13:00");
  expect(axisTime(now, zone, 200 * hour)).toBe("22 Nov");
  expect(within(now, zone, 24 * hour)).toBe("13:00:00");
  expect(within(now, "Asia/Tokyo", 25 * hour)).toBe("22 Nov 21:00");
});
