import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Schedule } from "../../schema/schedules.ts";
import { settings } from "../settings.ts";
import { ScheduleWords } from "./schedule-words.tsx";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-25T10:00:30Z") });
  settings.set({ zone: "Europe/Berlin" });
});
afterEach(() => {
  cleanup();
  settings.set({ zone: "local" });
  vi.useRealTimers();
});

const daily: Schedule = { cron: "0 18 * * *", timezone: "America/New_York", day_or: true };
const shown = (schedule: Schedule, isPaused = false) =>
  render(<ScheduleWords schedule={schedule} isPaused={isPaused} />).container.textContent;

test.each<[string, Schedule, string]>([
  [
    "words with the zone, and the time until the next fire",
    daily,
    "Every day at 18:00 (America/New_York)in 12h",
  ],
  [
    "an interval",
    { interval: 5400, anchor_date: "2026-11-25T00:00:00Z", timezone: null },
    "Every 1 hour 30 minutesin 29m",
  ],
  [
    "a rule that has ended",
    { rrule: "DTSTART:20200101T000000\nRRULE:FREQ=DAILY;COUNT=1", timezone: "UTC" },
    "never again",
  ],
  [
    "what the server keeps although it is wrong",
    { cron: "0 25 * * *", timezone: "UTC", day_or: true },
    "0 25 * * *cannot be computed",
  ],
])("a schedule in a line: %s", (_, schedule, text) => {
  expect(shown(schedule)).toContain(text);
});

test("a schedule that is paused has no next fire", () => {
  expect(shown(daily, true)).toBe("Every day at 18:00 (America/New_York)paused");
});

test("the exact time of the next fire is in the zone of whoever looks", () => {
  shown(daily);
  expect(screen.getByText("in 12h").getAttribute("data-tip")).toBe("26 Nov 2026, 00:00:00 CET");
});

test("after a fire the one that follows is shown", async () => {
  shown({ cron: "*/5 * * * *", timezone: "UTC", day_or: true });
  screen.getByText("in 4m");
  await act(() => vi.advanceTimersByTimeAsync(4 * 60_000 + 15_000));
  screen.getByText("in 15s");
  await act(() => vi.advanceTimersByTimeAsync(20_000));
  screen.getByText("in 5m");
});
