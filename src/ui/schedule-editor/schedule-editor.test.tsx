import { cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fires, localTime } from "../../rules/schedules.ts";
import type { ScheduleCreate } from "../../schema/deployments.ts";
import type { Schedule } from "../../schema/schedules.ts";
import { scheduleCases } from "../../testing/schedules.ts";
import { settings } from "../settings.ts";
import { shownFires } from "./forecast.ts";
import type { SavedSchedule, ScheduleEditorProps } from "./props.ts";
import { ScheduleEditor } from "./schedule-editor.tsx";

// What is hidden is not asked for: to tell takes most of the time of a query.
configure({
  asyncUtilTimeout: 10_000,
  defaultHidden: true,
  getElementError: (message) => new Error(message ?? "not found"),
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-25T10:00:00Z") });
  settings.set({ zone: "Europe/Berlin" });
  vi.spyOn(console, "error");
});
afterEach(() => {
  cleanup();
  settings.set({ zone: "local" });
  vi.useRealTimers();
  expect(console.error).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

const savedAs = (schedule: Schedule, more: Partial<SavedSchedule> = {}): SavedSchedule => ({
  schedule,
  active: true,
  max_scheduled_runs: null,
  parameters: {},
  slug: null,
  ...more,
});
const cron = (text: string, timezone = "Europe/Berlin"): Schedule => ({ cron: text, timezone, day_or: true });
const rrule = (text: string, timezone = "Europe/Berlin"): Schedule => ({ rrule: text, timezone });
const interval = (seconds: number, anchor: string, timezone = "Europe/Berlin"): Schedule => ({
  interval: seconds,
  anchor_date: anchor,
  timezone,
});

/** Opens the editor; answers with what was saved, so far. */
async function open(saved?: SavedSchedule, more: Partial<ScheduleEditorProps> = {}) {
  const kept: ScheduleCreate[] = [];
  render(
    <ScheduleEditor
      {...(saved ? { saved } : {})}
      parameterSchema={{
        type: "object",
        properties: { days: { type: "integer" }, city: { type: "string" } },
        required: ["city"],
      }}
      parameters={{ city: "Oslo" }}
      takenSlugs={["nightly"]}
      onSave={async (schedule) => kept.push(schedule)}
      onClose={() => {}}
      {...more}
    />,
  );
  await screen.findByRole("group", { name: "Kind of schedule" });
  return kept;
}

const raw = (name: "Cron" | "RRULE" | "Seconds") => screen.getByRole<HTMLInputElement>("textbox", { name });
const type = (element: Element, value: string) => fireEvent.change(element, { target: { value } });
const box = (name: string) => screen.getByRole<HTMLInputElement>("textbox", { name });
const list = (name: string) => screen.getByRole<HTMLSelectElement>("combobox", { name });
const click = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const save = () => click(/^(Save|Add) schedule$/);
const words = () => screen.getByText(/^(Every|On) .*/, { selector: "p" }).textContent;
const chosenDays = () =>
  within(screen.getByRole("group", { name: "Days of the week" }))
    .getAllByRole("button", { pressed: true })
    .map((button) => button.textContent);
const preview = () =>
  [...document.querySelectorAll<HTMLTimeElement>("tbody time")].map((time) => Date.parse(time.dateTime));

const groups = [
  ...Map.groupBy(
    scheduleCases(),
    ({ name, after }) =>
      `${name.slice(0, name.indexOf(":"))} after ${new Date(after).toISOString().slice(0, 10)}`,
  ),
];

test.each(groups)("%s: the preview of what is typed shows what the scheduler does", async (_, rows) => {
  const [{ schedule: first, after } = { schedule: cron("0 0 * * *"), after: 0 }] = rows;
  vi.setSystemTime(after);
  await open(savedAs(cron("0 0 * * *", first.timezone ?? "UTC")));
  for (const { name, schedule, fires: expected } of rows) {
    write(schedule);
    const shown = preview();
    expect(shown.slice(0, expected.length), name).toEqual(expected.slice(0, shownFires));
    expect(shown, name).toEqual(fires(schedule, { after, limit: shownFires }));
  }
});

function write(schedule: Schedule) {
  click("cron" in schedule ? "Cron" : "rrule" in schedule ? "RRULE" : "Interval");
  if ("cron" in schedule) return type(raw("Cron"), schedule.cron);
  if ("rrule" in schedule) return type(raw("RRULE"), schedule.rrule);
  const { date, time } = localTime(schedule.timezone ?? "UTC", Date.parse(schedule.anchor_date));
  type(screen.getByLabelText("Anchor"), `${date}T${time}`);
  type(raw("Seconds"), String(schedule.interval));
}

test.each<[string, string, () => void]>([
  ["*/15 * * * *", "every 15 minutes", () => expect(list("Minutes").value).toBe("15")],
  ["* * * * *", "every minute", () => expect(list("Minutes").value).toBe("1")],
  ["20 * * * *", "every hour", () => expect(box("Minute").value).toBe("20")],
  ["5 */6 * * *", "every 6 hours", () => expect(list("Hours").value).toBe("6")],
  ["30 9 * * *", "daily", () => expect(box("Time").value).toBe("09:30")],
  ["0 9,17 * * *", "daily at two times", () => expect(box("Hour 2").value).toBe("17")],
  ["0 9 * * MON-FRI", "weekdays", () => expect(chosenDays()).toEqual(["Mo", "Tu", "We", "Th", "Fr"])],
  ["0 9 * * 0,6", "weekends", () => expect(chosenDays()).toEqual(["Sa", "Su"])],
  ["15 6 1,15 * *", "days of the month", () => expect(box("Days of the month").value).toBe("1, 15")],
  ["0 0 L * *", "the last day", () => expect(box("Days of the month").value).toBe("last")],
  ["@daily", "an alias", () => expect(list("Pattern").value).toBe("day")],
  ["0 9-17 * 3 1", "more than a pattern", () => expect(list("Pattern").value).toBe("custom")],
])("typed as cron, %s is %s in the fields", async (text, _, look) => {
  await open();
  type(raw("Cron"), text);
  look();
  expect(words()).toMatch(/^(Every|On)/);
});

test.each<[string, string, () => void, string]>([
  ["every few minutes", "0 9 * * *", () => type(list("Pattern"), "minute"), "* * * * *"],
  ["a step of minutes", "* * * * *", () => type(list("Minutes"), "20"), "*/20 * * * *"],
  ["a step of hours", "5 * * * *", () => type(list("Hours"), "4"), "5 */4 * * *"],
  ["another minute", "5 * * * *", () => type(box("Minute"), "45"), "45 * * * *"],
  ["another time", "0 9 * * *", () => type(box("Time"), "17:30"), "30 17 * * *"],
  ["one more time", "0 9 * * *", () => click("Add a time"), "0 9,10 * * *"],
  ["a pattern that keeps the time", "30 7 * * *", () => type(list("Pattern"), "week"), "30 7 * * 1"],
  ["a day of the week", "0 9 * * 1", () => fireEvent.click(screen.getByTitle("Thursday")), "0 9 * * 1,4"],
  ["a day fewer", "0 9 * * 1,4", () => fireEvent.click(screen.getByTitle("Monday")), "0 9 * * 4"],
  ["days of the month", "0 9 1 * *", () => type(box("Days of the month"), "1, 15, last"), "0 9 1,15,L * *"],
  ["a box of its own", "0 9-17 * 3 1", () => type(box("hour"), "8-16"), "0 8-16 * 3 1"],
])("in the fields of cron, %s is written as text", async (_, before, act, after) => {
  await open(savedAs(cron(before)));
  act();
  expect(raw("Cron").value).toBe(after);
});

test.each<[string, string, () => void, string]>([
  [
    "every second week",
    "FREQ=WEEKLY;BYDAY=MO",
    () => type(box("Number"), "2"),
    "FREQ=WEEKLY;BYDAY=MO;INTERVAL=2",
  ],
  [
    "another frequency",
    "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9",
    () => type(list("Frequency"), "MONTHLY"),
    "FREQ=MONTHLY;BYHOUR=9;BYMONTHDAY=1",
  ],
  [
    "a weekday",
    "FREQ=WEEKLY;BYDAY=MO",
    () => fireEvent.click(screen.getByTitle("Thursday")),
    "FREQ=WEEKLY;BYDAY=MO,TH",
  ],
  [
    "the last Friday",
    "FREQ=MONTHLY;BYDAY=1MO",
    () => [type(list("Which one"), "-1"), type(list("Day of the week"), "FR")],
    "FREQ=MONTHLY;BYDAY=-1FR",
  ],
  [
    "a day of the month",
    "FREQ=MONTHLY;BYMONTHDAY=1",
    () => type(box("Days of the month"), "last"),
    "FREQ=MONTHLY;BYMONTHDAY=-1",
  ],
  [
    "a month",
    "FREQ=YEARLY;BYMONTHDAY=1",
    () => fireEvent.click(screen.getByTitle("March")),
    "FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=3",
  ],
  ["a time", "FREQ=DAILY", () => type(box("Time"), "09:30"), "FREQ=DAILY;BYHOUR=9;BYMINUTE=30"],
  [
    "an end after some",
    "FREQ=DAILY",
    () => [type(list("Ending"), "count"), type(box("Times"), "3")],
    "FREQ=DAILY;COUNT=3",
  ],
  [
    "a last day",
    "FREQ=DAILY",
    () => [type(list("Ending"), "until"), type(screen.getByLabelText("Last day"), "2026-12-24")],
    "FREQ=DAILY;UNTIL=20261224T235959",
  ],
  [
    "a start",
    "FREQ=DAILY",
    () => type(screen.getByLabelText("Starting"), "2026-12-01T08:00"),
    "DTSTART:20261201T080000\nRRULE:FREQ=DAILY",
  ],
  [
    "a last day, in UTC where the start has a zone",
    "DTSTART;TZID=Europe/Berlin:20260101T090000\nRRULE:FREQ=DAILY",
    () => [type(list("Ending"), "until"), type(screen.getByLabelText("Last day"), "2026-12-24")],
    "DTSTART;TZID=Europe/Berlin:20260101T090000\nRRULE:FREQ=DAILY;UNTIL=20261224T225959Z",
  ],
  [
    "what has no field is kept",
    "DTSTART:20260101T090000\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1\nEXDATE:20260130T090000",
    () => type(box("Number"), "3"),
    "DTSTART:20260101T090000\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1;INTERVAL=3\nEXDATE:20260130T090000",
  ],
])("in the fields of RRULE, %s is written as text", async (_, before, act, after) => {
  await open(savedAs(rrule(before)));
  act();
  expect(raw("RRULE").value).toBe(after);
});

test("typed as RRULE, a rule is shown in the fields and in words", async () => {
  await open();
  click("RRULE");
  type(raw("RRULE"), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;BYHOUR=7;BYMINUTE=15;COUNT=9");
  expect(box("Number").value).toBe("2");
  expect(chosenDays()).toEqual(["Tu", "Th"]);
  expect(box("Time").value).toBe("07:15");
  expect(list("Ending").value).toBe("count");
  expect(words()).toBe("Every 2 weeks on Tuesday and Thursday at 07:15, 9 times (Europe/Berlin)");
});

test("an interval is a number with a unit, and seconds or a duration as text", async () => {
  await open(savedAs(interval(5400, "2026-11-25T00:00:00Z")));
  expect([box("Number").value, list("Unit").value, raw("Seconds").value]).toEqual(["90", "minute", "5400"]);
  type(list("Unit"), "hour");
  expect(raw("Seconds").value).toBe("324000");
  type(raw("Seconds"), "2h 30m");
  expect([box("Number").value, list("Unit").value]).toEqual(["150", "minute"]);
  expect(words()).toBe("Every 2 hours 30 minutes");
});

test.each<[string, Schedule, string, () => void]>([
  [
    "cron to RRULE: days and time",
    cron("30 7 * * 1,4"),
    "RRULE",
    () => expect(raw("RRULE").value).toBe("FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=7;BYMINUTE=30"),
  ],
  [
    "cron to interval: time of day",
    cron("30 7 * * *"),
    "Interval",
    () =>
      expect([raw("Seconds").value, screen.getByLabelText<HTMLInputElement>("Anchor").value]).toEqual([
        "86400",
        "2026-11-26T07:30",
      ]),
  ],
  [
    "RRULE to cron: days of the month",
    rrule("FREQ=MONTHLY;BYMONTHDAY=1,-1;BYHOUR=6;BYMINUTE=0"),
    "Cron",
    () => expect(raw("Cron").value).toBe("0 6 1,L * *"),
  ],
  [
    "interval to cron: minutes",
    interval(900, "2026-11-25T00:00:00Z"),
    "Cron",
    () => expect(raw("Cron").value).toBe("*/15 * * * *"),
  ],
  [
    "interval to RRULE: every second day",
    interval(172_800, "2026-11-20T08:00:00Z"),
    "RRULE",
    () => expect(raw("RRULE").value).toBe("FREQ=DAILY;INTERVAL=2;BYHOUR=9;BYMINUTE=0"),
  ],
])("another kind keeps what it can say: %s", async (_, schedule, kind, look) => {
  await open(savedAs(schedule));
  click(kind);
  look();
});

test("going back to a kind finds what one left there", async () => {
  await open(savedAs(cron("0 9-17/2 * * 1")));
  click("RRULE");
  click("Cron");
  expect(raw("Cron").value).toBe("0 9-17/2 * * 1");
  type(raw("Cron"), "0 9 * * MON-FRI");
  click("RRULE");
  click("Cron");
  expect(raw("Cron").value).toBe("0 9 * * MON-FRI");
});

test.each<[string, "Cron" | "RRULE" | "Seconds", string, RegExp]>([
  ["Cron", "Cron", "0 25 * * *", /^hour: .*25/],
  ["Cron", "Cron", "0 9 * *", /5|five/],
  ["RRULE", "RRULE", "FREQ=FORTNIGHTLY", /FREQ.*FORTNIGHTLY/],
  ["Interval", "Seconds", "soon", /more than 0 seconds/],
])("what is wrong in %s is said at its field, and nothing is saved", async (kind, field, text, message) => {
  const kept = await open();
  click(kind);
  type(raw(field), text);
  const described = raw(field).getAttribute("aria-describedby")?.split(" ") ?? [];
  expect(described.map((id) => document.getElementById(id)?.textContent).join(" ")).toMatch(message);
  save();
  await waitFor(() => expect(document.activeElement).toBe(raw(field)));
  expect(kept).toEqual([]);
});

test("a new schedule begins in one's own zone and is saved as it is shown", async () => {
  const kept = await open();
  type(list("Pattern"), "week");
  type(box("Slug"), "mondays");
  type(box("Max scheduled runs"), "5");
  save();
  await waitFor(() => expect(kept).toHaveLength(1));
  expect(kept[0]).toEqual({
    schedule: { cron: "0 9 * * 1", timezone: "Europe/Berlin", day_or: true },
    active: true,
    max_scheduled_runs: 5,
    parameters: {},
    slug: "mondays",
    replaces: null,
  });
});

test("an interval that is not touched keeps its anchor to the microsecond", async () => {
  const schedule = interval(3600, "2026-11-20T08:00:00.123456Z", "America/New_York");
  const kept = await open(savedAs(schedule));
  save();
  await waitFor(() => expect(kept[0]?.schedule).toEqual(schedule));
});

test("a slug that is taken and a number of runs that is too large are refused where they stand", async () => {
  const kept = await open();
  type(box("Slug"), "nightly");
  type(box("Max scheduled runs"), "51");
  expect(screen.getByText("another schedule of this deployment has the slug nightly")).toBeDefined();
  expect(screen.getByText("expected a whole number from 1 to 50, or nothing")).toBeDefined();
  save();
  await waitFor(() => expect(document.activeElement).toBe(box("Slug")));
  expect(kept).toEqual([]);
});

test("a slug that changes names the one that it replaces", async () => {
  const kept = await open(savedAs(cron("0 9 * * *"), { slug: "old" }));
  type(box("Slug"), "new");
  save();
  await waitFor(() => expect(kept[0]).toMatchObject({ slug: "new", replaces: "old" }));
});

test("a schedule has parameters of its own, which only say what differs", async () => {
  const kept = await open(savedAs(cron("0 9 * * *"), { parameters: { days: 3 } }));
  const days = await screen.findByRole("textbox", { name: /^days/ });
  expect(screen.getByRole("textbox", { name: /^city/ }).getAttribute("placeholder")).toBe("Oslo");
  type(days, "many");
  save();
  await screen.findByText('expected a number, got "many"');
  expect(kept).toEqual([]);
  type(days, "4");
  save();
  await waitFor(() => expect(kept[0]?.parameters).toEqual({ days: 4 }));
});

test("before it is saved, it says how many fires are added and removed", async () => {
  await open(savedAs(cron("0 9 * * *")));
  expect(screen.getByText("No fires change in the next 30 days.")).toBeDefined();
  type(raw("Cron"), "0 9,17 * * 1-5");
  const difference = await screen.findByText(/^In the next 30 days/);
  expect(difference.textContent).toBe("In the next 30 days: +22 fires added, −8 fires removed, 22 stay");
  click("Paused");
  await waitFor(() => expect(difference.textContent).toBe("In the next 30 days: −30 fires removed"));
});

test("days on which the hour does not exist or comes twice are explained", async () => {
  await open(savedAs(cron("30 2 * * *")));
  const notes = within(screen.getByRole("list", { name: "Daylight saving changes" })).getAllByRole(
    "listitem",
  );
  expect(notes.map((note) => note.textContent)).toEqual([
    expect.stringMatching(/28 March 2027.*02:30 does not exist and is moved to 03:30/),
    expect.stringMatching(/31 October 2027.*02:30 comes twice/),
  ]);
});

test("fires stand in the zone of the schedule and in one's own, with the time until them", async () => {
  await open(savedAs(cron("0 18 * * *", "America/New_York")));
  const [head, first] = screen.getAllByRole("row");
  expect(head?.textContent).toBe("America/New_YorkEurope/Berlinfrom now");
  expect(first?.textContent).toBe("Wed 2026-11-25 18:00 -05:00Thu 11-26 00:00 +01:00in 13h");
});

test("a time zone is found by a part of its name", async () => {
  await open(savedAs(cron("0 9 * * *")));
  const zone = screen.getByRole("combobox", { name: "Time zone" });
  fireEvent.click(screen.getByRole("button", { name: "All time zones" }));
  type(zone, "new york");
  fireEvent.click(await screen.findByRole("option", { name: /America\/New_York/ }));
  await waitFor(() => expect(words()).toBe("Every day at 09:00 (America/New_York)"));
});

test.each([
  [
    "takes too long",
    "DTSTART:20200101T000000\nRRULE:FREQ=SECONDLY\nEXRULE:FREQ=SECONDLY",
    /too slow to compute/,
  ],
  ["never comes true", "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=9", /never fires/],
  ["ends soon", "FREQ=DAILY;UNTIL=20261127T000000", /No more fires/],
])("a rule that %s is told apart, and the page goes on", async (_, text, message) => {
  await open();
  click("RRULE");
  type(raw("RRULE"), text);
  await screen.findByText(message);
});

test("a refusal of the server is shown and the editor stays open", async () => {
  await open(undefined, { onSave: async () => Promise.reject(new Error("Slug is taken")) });
  save();
  expect((await screen.findByRole("alert")).textContent).toBe("Slug is taken");
});
