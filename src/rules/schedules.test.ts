import fc from "fast-check";
import { expect, test } from "vitest";
import { Schedule } from "../schema/schedules.ts";
import { scheduleCases } from "../testing/schedules.ts";
import {
  clockChanges,
  fires,
  inWords,
  localTime,
  type ScheduleInput,
  SlowSchedule,
  scheduleProblem,
  zoneOffset,
} from "./schedules.ts";

const at = (text: string) => Date.parse(`${text}Z`);
const texts = (list: readonly number[]) => list.map((fire) => new Date(fire).toISOString().slice(0, 16));
const cron = (text: string, timezone = "UTC", day_or = true) => ({ cron: text, timezone, day_or });
const rrule = (text: string, timezone = "UTC") => ({ rrule: text, timezone });
const interval = (
  seconds: number,
  timezone: string | null = null,
  anchor = "2026-01-05T08:00:00.000000Z",
) => ({
  interval: seconds,
  anchor_date: anchor,
  timezone,
});

test.each(scheduleCases())("$name", ({ schedule, after, fires: expected }) => {
  expect(texts(fires(schedule, { after, limit: expected.length }))).toEqual(texts(expected));
});

test("the table has twelve zones, three kinds and both kinds of clock changes", () => {
  const cases = scheduleCases();
  const kindOf = (schedule: object) => ["cron", "interval", "rrule"].find((key) => key in schedule);
  expect(new Set(cases.map(({ schedule }) => schedule.timezone)).size).toBe(12);
  for (const day of ["skipped", "twice"])
    expect(new Set(cases.filter((one) => one.day === day).map(({ schedule }) => kindOf(schedule))).size).toBe(
      3,
    );
});

// From Thursday, 1 January 2026, 00:00.
test.each([
  ["five fields", "30 9 * * *", "01-01T09:30 01-02T09:30"],
  ["six fields have the seconds last", "0 0 * * * 0", "01-01T00:00 01-02T00:00"],
  ["an alias", "@weekly", "01-04T00:00 01-11T00:00"],
  ["an alias in capitals", "@DAILY", "01-01T00:00 01-02T00:00"],
  ["names", "0 0 * FEB mon", "02-02T00:00 02-09T00:00"],
  ["Sunday is 0 and 7", "0 0 * * 7", "01-04T00:00 01-11T00:00"],
  ["a range that goes over the end", "0 0 * * fri-sun", "01-02T00:00 01-03T00:00 01-04T00:00 01-09T00:00"],
  ["hours over midnight", "0 22-1 * * *", "01-01T00:00 01-01T01:00 01-01T22:00"],
  ["a step from a value on", "5/20 0 * * *", "01-01T00:05 01-01T00:25 01-01T00:45 01-02T00:05"],
  ["a list", "0,5 8 * * *", "01-01T08:00 01-01T08:05 01-02T08:00"],
  ["the last day of the month", "0 0 L * *", "01-31T00:00 02-28T00:00"],
  ["the second Friday", "0 0 * * fri#2", "01-09T00:00 02-13T00:00"],
  ["the last Friday", "0 0 * * L5", "01-30T00:00 02-27T00:00"],
  ["the working day nearest to the 15th", "0 0 15W * *", "01-15T00:00 02-16T00:00"],
  ["a working day stays within its month", "0 0 1W 2,8 *", "02-02T00:00 08-03T00:00"],
  ["day of month or day of week", "0 0 3 * mon", "01-03T00:00 01-05T00:00 01-12T00:00"],
  ["a question mark for any day", "0 0 ? * mon", "01-05T00:00 01-12T00:00"],
  ["a day that is rare", "0 0 31 4,5 *", "05-31T00:00"],
])("cron: %s", (_, text, expected) => {
  const list = expected.split(" ");
  const found = fires(cron(text), { after: at("2026-01-01T00:00"), limit: list.length });
  expect(texts(found)).toEqual(list.map((one) => `2026-${one}`));
});

test("day_or false requires both the day of the month and that of the week", () => {
  const found = fires(cron("0 0 13 * 5", "UTC", false), { after: at("2026-01-01T00:00"), limit: 3 });
  expect(texts(found)).toEqual(["2026-02-13T00:00", "2026-03-13T00:00", "2026-11-13T00:00"]);
});

test("the search for a day that does not exist ends soon", () => {
  const start = performance.now();
  expect(fires(cron("0 0 30 2 *"), { after: 0, limit: 3 })).toEqual([]);
  expect(fires(rrule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), { after: 0, limit: 3 })).toEqual([]);
  expect(fires(rrule("FREQ=SECONDLY;INTERVAL=2;BYSECOND=1"), { after: 0, limit: 3 })).toEqual([]);
  // Each would take minutes without a limit on the search.
  expect(performance.now() - start).toBeLessThan(5000);
});

test("29 February is found across a century year without one", () => {
  const found = fires(cron("0 0 29 2 *"), { after: at("2096-01-01T00:00"), limit: 2 });
  expect(texts(found)).toEqual(["2096-02-29T00:00", "2104-02-29T00:00"]);
});

test.each([
  ["every second week on two days", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", "01-04 01-13 01-18 01-27"],
  ["a week starts with WKST", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "01-11 01-13 01-25 01-27"],
  ["the last Friday of the month", "FREQ=MONTHLY;BYDAY=-1FR", "01-30 02-27 03-27"],
  ["the last but one day of the month", "FREQ=MONTHLY;BYMONTHDAY=-2", "01-30 02-27 03-30"],
  ["the last working day", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "01-30 02-27 03-31"],
  ["a month without the day is left out", "FREQ=MONTHLY;BYMONTHDAY=31", "01-31 03-31 05-31"],
  ["the day of the year", "FREQ=YEARLY;BYYEARDAY=1,100,-1", "01-01 04-10 12-31"],
  ["a week by its number", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "05-11"],
  ["Election Day", "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "11-03"],
  ["COUNT counts from DTSTART", "FREQ=DAILY;COUNT=4", "01-01 01-02 01-03 01-04"],
  ["UNTIL is inclusive", "FREQ=DAILY;UNTIL=20260103T000000Z", "01-01 01-02 01-03"],
])("rrule: %s", (_, rule, expected) => {
  const text = `DTSTART:20260101T000000Z\nRRULE:${rule}`;
  const found = fires(rrule(text), {
    after: at("2026-01-01T00:00"),
    until: at("2026-12-31T00:00"),
    limit: 50,
  });
  const list = expected.split(" ").map((day) => `2026-${day}T00:00`);
  expect(texts(found).slice(0, list.length)).toEqual(list);
  if (/COUNT|UNTIL/.test(rule)) expect(found).toHaveLength(list.length);
});

test("a set adds and excludes dates and rules", () => {
  const text = [
    "DTSTART:20260101T090000",
    "RRULE:FREQ=DAILY;COUNT=5",
    "RRULE:FREQ=DAILY;INTERVAL=2;BYHOUR=12;COUNT=2",
    "EXRULE:FREQ=DAILY;INTERVAL=3",
    "RDATE:20260102T100000",
    "EXDATE:20260103T090000,20260109T090000",
  ].join("\n");
  const expected = ["02T09:00", "02T10:00", "01T12:00", "03T12:00", "05T09:00"].sort();
  expect(texts(fires(rrule(text), { after: 0, limit: 20 }))).toEqual(expected.map((one) => `2026-01-${one}`));
});

test("times of a rule with a Z or a TZID are instants, all others are local", () => {
  const from = (start: string) =>
    texts(fires(rrule(`DTSTART${start}\nRRULE:FREQ=DAILY`, "Europe/Berlin"), { after: 0, limit: 1 }));
  expect(from(":20260101T090000")).toEqual(["2026-01-01T08:00"]);
  expect(from(":20260101T090000Z")).toEqual(["2026-01-01T09:00"]);
  expect(from(";TZID=America/New_York:20260101T090000")).toEqual(["2026-01-01T14:00"]);
});

test("a rule without DTSTART starts at 1 January 2020, local time", () => {
  const now = at("2026-03-28T10:10");
  for (const text of ["FREQ=DAILY", "FREQ=MINUTELY;INTERVAL=7", "RRULE:FREQ=SECONDLY;INTERVAL=90"]) {
    const named = text.startsWith("RRULE") ? text : `RRULE:${text}`;
    const stated = rrule(`DTSTART:20200101T000000\n${named}`, "Europe/Berlin");
    expect(fires(rrule(text, "Europe/Berlin"), { after: now, limit: 20 })).toEqual(
      fires(stated, { after: now, limit: 20 }),
    );
  }
});

test.each(
  Intl.supportedValuesOf("timeZone").concat("US/Eastern", "GB", "Asia/Calcutta", "NZ-CHAT", "EST5EDT"),
)("a rule may start in the time of %s", (zone) => {
  const input = { rrule: `DTSTART;TZID=${zone}:20260101T090000\nRRULE:FREQ=DAILY;UNTIL=20270101T000000Z` };
  expect(scheduleProblem({ ...input, timezone: zone })).toBeUndefined();
  const [first] = fires({ ...input, timezone: "UTC" }, { after: 0, limit: 1 });
  expect(localTime(zone, first ?? 0)).toMatchObject({ date: "2026-01-01", time: "09:00:00" });
});

test("an unknown zone is ignored: times are local, as in Prefect", () => {
  const input = rrule("DTSTART;TZID=US-Eastern:20260101T090000\nRRULE:FREQ=DAILY", "Europe/Berlin");
  expect(scheduleProblem(input)).toBeUndefined();
  expect(texts(fires(input, { after: 0, limit: 2 }))).toEqual(["2026-01-01T08:00", "2026-01-02T08:00"]);
});

test.each<[string, boolean]>([
  ["FREQ=DAILY;UNTIL=20270103T040000Z", true],
  ["FREQ=DAILY;UNTIL=20270103T040000", true],
  ["DTSTART:20260101T090000\nRRULE:FREQ=DAILY;UNTIL=20270103T040000", true],
  ["DTSTART:20260101T090000\nRRULE:FREQ=DAILY;UNTIL=20270103T040000Z", false],
  ["DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;UNTIL=20270103T040000Z", true],
  ["DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;UNTIL=20270103T040000", false],
  ["DTSTART;TZID=US/Eastern:20260101T090000\nRRULE:FREQ=DAILY;UNTIL=20270103T040000Z", true],
  ["DTSTART;TZID=US/Eastern:20260101T090000\nRRULE:FREQ=DAILY;UNTIL=20270103T040000", false],
  ["DTSTART;TZID=US-Eastern:20260101T090000\nRRULE:FREQ=DAILY;UNTIL=20270103T040000Z", false],
  ["DTSTART;TZID=US-Eastern:20260101T090000\nRRULE:FREQ=DAILY;UNTIL=20270103T040000", true],
  ["DTSTART;TZID=UTC-3:20260101T090000\nRRULE:FREQ=DAILY;UNTIL=20270103T040000Z", true],
])("%j is taken as clients in Python can read it: %s", (text, isTaken) => {
  expect(scheduleProblem(rrule(text))?.at).toBe(isTaken ? undefined : "UNTIL");
});

test("an interval extends both ways from its anchor and may have fractions of seconds", () => {
  const after = at("2026-01-05T07:59");
  expect(texts(fires(interval(3600), { after: at("2026-01-04T22:30"), limit: 2 }))).toEqual([
    "2026-01-04T23:00",
    "2026-01-05T00:00",
  ]);
  expect(fires(interval(0.25), { after, limit: 3 }).map((fire) => fire - after)).toEqual([0, 250, 500]);
  expect(fires(interval(1e-6), { after, limit: 3 }).map((fire) => fire - after)).toEqual([0, 1, 2]);
  expect(fires(interval(1e15), { after: at("2026-01-06T00:00"), limit: 3 })).toEqual([]);
});

test("of an interval of a day and a half the day follows the wall clock", () => {
  const found = fires(interval(129_600, "Europe/Berlin", "2026-03-27T08:00:00.000000Z"), {
    after: at("2026-03-27T08:00"),
    limit: 4,
  });
  expect(texts(found)).toEqual([
    "2026-03-27T08:00",
    "2026-03-28T20:00",
    "2026-03-30T07:00",
    "2026-03-31T19:00",
  ]);
});

test("a year of fires is the same queried day by day and at once", () => {
  const day = 86_400_000;
  for (const { schedule, after } of scheduleCases().filter((_, index) => index % 4 === 0)) {
    const whole = fires(schedule, { after, until: after + 366 * day - 1, limit: 100_000 });
    const pieces = Array.from({ length: 366 }, (_, index) =>
      fires(schedule, { after: after + index * day, until: after + (index + 1) * day - 1, limit: 1000 }),
    );
    expect(pieces.flat()).toEqual(whole);
    expect(new Set(whole).size).toBe(whole.length);
  }
});

test("start and end are inclusive", () => {
  const after = at("2026-01-01T09:00");
  expect(texts(fires(cron("0 9 * * *"), { after, limit: 9, until: at("2026-01-03T09:00") }))).toHaveLength(3);
  expect(fires(cron("0 9 * * *"), { after: after + 1, limit: 1 })).toEqual([at("2026-01-02T09:00")]);
  expect(fires(cron("0 9 * * *"), { after, limit: 0 })).toEqual([]);
});

test("a rule with too long a count is refused by its text", () => {
  const slow = rrule("DTSTART:19700101T000000\nRRULE:FREQ=SECONDLY;BYSECOND=1,3;COUNT=900000000");
  expect(() => fires(slow, { after: at("2026-01-01T00:00"), limit: 1 })).toThrow(SlowSchedule);
  const excluded = rrule("DTSTART:20200101T000000\nRRULE:FREQ=SECONDLY\nEXRULE:FREQ=SECONDLY");
  expect(() => fires(excluded, { after: at("2026-01-01T00:00"), limit: 1 })).toThrow(SlowSchedule);
});

test.each<[ScheduleInput, string, string | undefined, string]>([
  [{ cron: "75 * * * *" }, "cron", "minute", "minute: expected 0-59, got 75"],
  [{ cron: "* 24 * * *" }, "cron", "hour", "hour: expected 0-23, got 24"],
  [{ cron: "* * 0 * *" }, "cron", "day of month", "day of month: expected 1-31, got 0"],
  [{ cron: "* * * foo *" }, "cron", "month", "month: expected 1-12 or jan-dec, got foo"],
  [{ cron: "* * * * 1-8" }, "cron", "day of week", "day of week: expected 0-7 or sun-sat, got 8"],
  [{ cron: "* * * * * 60" }, "cron", "second", "second: expected 0-59, got 60"],
  [{ cron: "*/0 * * * *" }, "cron", "minute", "minute: expected a step of 1 or more after /, got 0"],
  [{ cron: "*/ * * * *" }, "cron", "minute", "minute: expected 0-59, got */"],
  [{ cron: "1, * * * *" }, "cron", "minute", "minute: expected a value, got nothing"],
  [{ cron: "* * 1,,L * *" }, "cron", "day of month", "day of month: expected a value, got nothing"],
  [{ cron: "? * * * *" }, "cron", "minute", "minute: expected ? alone, and only for a day"],
  [
    { cron: "0 0 1,15W * *" },
    "cron",
    "day of month",
    "day of month: expected W with a single day, not in a list",
  ],
  [{ cron: "0 0 * * fri#6" }, "cron", "day of week", "day of week: expected 1-5 after #, got 6"],
  [
    { cron: "H * * * *" },
    "cron",
    "minute",
    "minute: expected a value: H (chosen by chance) is not supported",
  ],
  [
    { cron: "0 R(0-6) * * *" },
    "cron",
    "hour",
    "hour: expected a value: R (chosen by chance) is not supported",
  ],
  [{ cron: "* * * *" }, "cron", undefined, "expected five fields"],
  [{ cron: "0 0 * * * 0 2026" }, "cron", undefined, "got 7"],
  [{ cron: "" }, "cron", undefined, "got 0"],
  [{ cron: "@reboot" }, "cron", undefined, "expected one of @yearly"],
  [
    { cron: "* * * * *", timezone: "Mars/Olympus" },
    "timezone",
    undefined,
    "such as Europe/Berlin, got Mars/Olympus",
  ],
  [{ interval: 0 }, "interval", undefined, "expected more than 0 seconds, got 0"],
  [{ interval: Number.NaN }, "interval", undefined, "got NaN"],
  [{}, "interval", undefined, "got nothing"],
  [{ interval: 5, anchor_date: "soon" }, "anchor_date", undefined, "expected a date and time, got soon"],
  [{ rrule: "" }, "rrule", undefined, "expected a rule such as FREQ=DAILY, got nothing"],
  [{ rrule: "FREQ=DAYLY" }, "rrule", "FREQ", "FREQ: expected one of YEARLY, MONTHLY"],
  [{ rrule: "BYHOUR=9" }, "rrule", "FREQ", "FREQ: is missing"],
  [{ rrule: "FREQ=DAILY;BYHOUR=24" }, "rrule", "BYHOUR", "BYHOUR: expected 0-23, got 24"],
  [{ rrule: "FREQ=DAILY;BYMONTHDAY=-32" }, "rrule", "BYMONTHDAY", "expected 1-31 or -31 to -1, got -32"],
  [
    { rrule: "FREQ=DAILY;BYDAY=MO,XX" },
    "rrule",
    "BYDAY",
    "BYDAY: expected days such as MO,TU or -1FR, got XX",
  ],
  [{ rrule: "FREQ=DAILY;COUNT=0" }, "rrule", "COUNT", "COUNT: expected a whole number of 1 or more, got 0"],
  [{ rrule: "FREQ=DAILY;BYFOO=1" }, "rrule", "BYFOO", "BYFOO: is not a part that is known here"],
  [{ rrule: "FREQ=DAILY;FREQ=WEEKLY" }, "rrule", "FREQ", "FREQ: is given twice"],
  [
    { rrule: "FREQ=DAILY;UNTIL=2026" },
    "rrule",
    "UNTIL",
    "UNTIL: expected a time such as 20260131T090000, got 2026",
  ],
  [{ rrule: "DTSTART:20260230T000000\nRRULE:FREQ=DAILY" }, "rrule", "DTSTART", "got 20260230T000000"],
  [
    { rrule: "DTSTART:20260101T000000\nRRULE:FREQ=DAILY;UNTIL=20270101T000000Z" },
    "rrule",
    "UNTIL",
    "UNTIL: expected a local time such as 20260131T090000",
  ],
  [{ rrule: "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1,3" }, "rrule", "INTERVAL", "INTERVAL: steps over all"],
  [{ rrule: "RRULE:FREQ=DAILY\nNONSENSE" }, "rrule", "line 2", "line 2: expected DTSTART, RRULE"],
  [{ rrule: "DTSTART:20260101T000000" }, "rrule", undefined, "expected at least one RRULE or RDATE"],
  [{ rrule: `FREQ=DAILY;BYHOUR=${"1,".repeat(3300)}1` }, "rrule", undefined, "at most 6500 characters"],
])("says what is wrong with %j", (input, field, where, message) => {
  const problem = scheduleProblem(input);
  expect(problem).toMatchObject({ field, message: expect.stringContaining(message) });
  expect(problem?.at).toBe(where);
});

test("has no problem with schedules that fire", () => {
  for (const { schedule } of scheduleCases()) expect(scheduleProblem(schedule)).toBeUndefined();
  expect(scheduleProblem({ cron: " 0  9 * * MON-FRI " })).toBeUndefined();
  expect(scheduleProblem({ rrule: "rrule:freq=daily;byday=mo(+1)" })).toBeUndefined();
});

test("an invalid schedule throws a problem with the same message", () => {
  expect(() => fires(cron("75 * * * *"), { after: 0, limit: 1 })).toThrow("minute: expected 0-59, got 75");
});

test.each<[Schedule, string]>([
  [cron("0 9 * * 1-5", "Europe/Berlin"), "Every weekday at 09:00 (Europe/Berlin)"],
  [cron("*/15 * * * *", "Europe/Berlin"), "Every 15 minutes"],
  [cron("* * * * *"), "Every minute"],
  [cron("* * * * * */10"), "Every 10 seconds"],
  [cron("30 * * * *"), "Every hour at minute 30"],
  [cron("*/10 9-17 * * 1-5"), "Every 10 minutes from 09:00 to 17:59, on weekdays (UTC)"],
  [cron("0 9-17 * * *"), "Every hour from 09:00 to 17:00 (UTC)"],
  [cron("0 */2 * * *"), "Every 2 hours (UTC)"],
  [cron("*/45 * * * *"), "Every hour at minutes 0 and 45"],
  [cron("*/40 9-17 * * *"), "Every hour at minutes 0 and 40 from 09:00 to 17:59 (UTC)"],
  [cron("*/7 * * * *"), "Every hour at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56"],
  [cron("0 */5 * * *"), "Every day at 00:00, 05:00, 10:00, 15:00 and 20:00 (UTC)"],
  [cron("0 3/10 * * *"), "Every day at 03:00, 13:00 and 23:00 (UTC)"],
  [cron("0 */9 * * 1"), "Every Monday at 00:00, 09:00 and 18:00 (UTC)"],
  [cron("45 9-17 * * *"), "Every hour at minute 45 from 09:00 to 17:59 (UTC)"],
  [cron("5/15 * * * *"), "Every 15 minutes from minute 5"],
  [cron("30 1/2 * * *"), "Every 2 hours from 01:00 at minute 30 (UTC)"],
  [cron("30 9 * * * 15"), "Every day at 09:30:15 (UTC)"],
  [cron("30 9 * * * */20"), "Every day at 09:30, 09:30:20 and 09:30:40 (UTC)"],
  [cron("* * * * * 5/10"), "Every 10 seconds from second 5"],
  [cron("* * * * * */25"), "Every minute at seconds 0, 25 and 50"],
  [cron("30 * * * * *"), "Every second in minute 30 of each hour"],
  [cron("0 9 * * * *"), "Every second in minute 0 from 09:00 to 09:59 (UTC)"],
  [cron("*/5 * * * * *"), "Every second in each 5th minute of each hour"],
  [cron("*/5 * * * * 30"), "Every 5 minutes at second 30"],
  [cron("0 9,17 * * mon,fri"), "Every Monday and Friday at 09:00 and 17:00 (UTC)"],
  [cron("0 0 * 6 0"), "Every Sunday in June at 00:00 (UTC)"],
  [cron("@monthly"), "On the 1st of each month at 00:00 (UTC)"],
  [cron("0 0 L * *"), "On the last day of each month at 00:00 (UTC)"],
  [cron("0 8 15W * *"), "On the working day nearest to the 15th of each month at 08:00 (UTC)"],
  [cron("0 8 * * fri#2"), "On the 2nd Friday of each month at 08:00 (UTC)"],
  [cron("0 8 * * L5"), "On the last Friday of each month at 08:00 (UTC)"],
  [cron("0 0 24 12 *"), "On the 24th of December at 00:00 (UTC)"],
  [cron("0 0 13 * 5"), "On the 13th of each month and on Fridays at 00:00 (UTC)"],
  [cron("0 0 13 * 5", "UTC", false), "On Fridays that are the 13th of a month at 00:00 (UTC)"],
  [cron("99 * * * *"), "99 * * * *"],
  [cron("0 2/2 * * *"), "Every 2 hours from 02:00 to 22:00 (UTC)"],
  [cron("5 1/2 * * 1-5"), "Every 2 hours from 01:00 at minute 5, on weekdays (UTC)"],
  [cron("5 2/2 * * 1-5"), "Every 2 hours from 02:00 to 22:00 at minute 5, on weekdays (UTC)"],
  [interval(900), "Every 15 minutes"],
  [interval(3600), "Every hour"],
  [interval(5400), "Every 1 hour 30 minutes"],
  [interval(0.5), "Every 0.5 seconds"],
  [interval(86_400, "Europe/Berlin"), "Every day at 09:00 (Europe/Berlin)"],
  [interval(172_800), "Every 2 days at 08:00 (UTC)"],
  [interval(604_800), "Every week on Monday at 08:00 (UTC)"],
  [rrule("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9"), "Every weekday at 09:00 (UTC)"],
  [rrule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"), "Every 2 weeks on Monday at 00:00 (UTC)"],
  [rrule("FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17"), "Every month on the last Friday at 17:00 (UTC)"],
  [rrule("FREQ=MONTHLY;BYMONTHDAY=1,15"), "Every month on the 1st and 15th at 00:00 (UTC)"],
  [rrule("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24"), "Every year on the 24th of December at 00:00 (UTC)"],
  [rrule("FREQ=MINUTELY;INTERVAL=15"), "Every 15 minutes"],
  [rrule("FREQ=MINUTELY;BYHOUR=9,10"), "Every minute in the hours 9 and 10 (UTC)"],
  [rrule("DTSTART:20260101T090000\nRRULE:FREQ=DAILY;COUNT=10"), "Every day at 09:00, 10 times (UTC)"],
  [rrule("FREQ=DAILY;UNTIL=20261231T000000Z"), "Every day at 00:00, until 31 December 2026 (UTC)"],
  [
    rrule("DTSTART:20260101T090000\nRRULE:FREQ=DAILY\nEXDATE:20261225T090000"),
    "Every day at 09:00, except 25 December 2026 (UTC)",
  ],
  [rrule("RDATE:20260101T090000,20260201T090000"), "On 1 January 2026 and 1 February 2026 (UTC)"],
])("in words: %j", (schedule, words) => {
  expect(inWords(schedule)).toBe(words);
});

const steps = fc.oneof(
  fc.integer({ min: 1, max: 60 }).map((step) => `*/${step}`),
  fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 60 })).map((both) => both.join("/")),
  fc.constantFrom("*", "0", "7", "30", "9-17", "8-20/3", "0,30", "0,20,40", "5,50"),
);
const fieldUnder = (size: number) =>
  steps.filter((text) => !text.split(/[-,/]/).some((one) => Number(one) >= size));

test("descriptions with an even step hold for all fires of a week", () => {
  const day = fc.constantFrom("* * *", "* * 1-5", "* * 6");
  const second = fc.option(fieldUnder(60), { nil: undefined });
  const unitMs = { second: 1000, minute: 60_000, hour: 3_600_000 };
  fc.assert(
    fc.property(fieldUnder(60), fieldUnder(24), day, second, (minutes, hours, days, seconds) => {
      const schedule = cron([minutes, hours, days, ...(seconds === undefined ? [] : [seconds])].join(" "));
      const words = inWords(schedule);
      // Finer units listed below the step (`at minutes 0 and 45`) occur more than once in it.
      const [, count = "1", unit] = /^Every (\d+)? ?(second|minute|hour)s?(?! at)/.exec(words) ?? [];
      if ((unit !== "second" && unit !== "minute" && unit !== "hour") || / at \w+s /.test(words)) return;
      const step = Number(count) * unitMs[unit];
      const [after, until] = [at("2026-03-02T00:00"), at("2026-03-09T00:00")];
      const found = fires(schedule, { after, until, limit: 5000 });
      const gaps = new Set(found.slice(1).map((fire, index) => fire - (found[index] ?? 0)));
      const isBounded = /( from \d\d:| in |, on )/.test(words);
      expect([...gaps], words).toContain(step);
      for (const gap of gaps) expect(isBounded ? gap >= step : gap === step, `${words}: ${gap}`).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const year = [at("2026-01-01T00:00"), at("2027-01-01T00:00")] as const;

test.each<[Schedule, string, string, string, string, string]>([
  [
    cron("30 2 * * *", "Europe/Berlin"),
    "2026-03-29",
    "skipped",
    "02:30",
    "01:30",
    "02:30 does not exist and is moved to 03:30",
  ],
  [cron("30 2 * * *", "Europe/Berlin"), "2026-10-25", "twice", "02:30", "00:30", "fires the first time only"],
  [cron("*/30 * * * *", "Europe/Berlin"), "2026-03-29", "skipped", "02:00–03:00", "01:00 01:30", "left out"],
  [
    cron("*/30 * * * *", "Europe/Berlin"),
    "2026-10-25",
    "twice",
    "02:00–03:00",
    "00:00 00:30 01:00 01:30",
    "both times",
  ],
  [cron("15 2 * * *", "Australia/Lord_Howe"), "2026-10-04", "skipped", "02:15", "15:45", "moved to 02:45"],
  [
    interval(86_400, "Europe/Berlin", "2026-01-01T01:30:00Z"),
    "2026-03-29",
    "skipped",
    "02:30",
    "01:30",
    "moved to 03:30",
  ],
  [
    interval(1800, "Europe/Berlin"),
    "2026-10-25",
    "twice",
    "02:00–03:00",
    "00:00 00:30 01:00 01:30",
    "by time that passed",
  ],
  [
    rrule("FREQ=HOURLY", "America/New_York"),
    "2026-11-01",
    "twice",
    "01:00",
    "05:00",
    "fires the first time only",
  ],
])("explains a changed clock: %j on %s", (schedule, date, kind, local, times, message) => {
  const change = clockChanges(schedule, ...year).find((one) => one.date === date);
  expect(change).toMatchObject({ kind, local, message: expect.stringContaining(message) });
  expect(change?.firesAt.map((fire) => new Date(fire).toISOString().slice(11, 16)).join(" ")).toBe(times);
});

test("a schedule unaffected by clock changes has no explanation", () => {
  expect(clockChanges(cron("0 9 * * *", "Europe/Berlin"), ...year)).toEqual([]);
  expect(clockChanges(cron("30 2 * * *", "Asia/Kolkata"), ...year)).toEqual([]);
  expect(clockChanges(cron("30 2 * * *", "Europe/Berlin"), ...year)).toHaveLength(2);
});

test("explanations of clock changes match the fires of the schedule", () => {
  for (const { schedule } of scheduleCases().filter(({ after }) => after >= year[0]))
    for (const { firesAt } of clockChanges(schedule, ...year)) {
      const [first = 0] = firesAt;
      const found = fires(schedule, { after: first, limit: 500, until: firesAt.at(-1) ?? 0 });
      expect(found).toEqual(expect.arrayContaining(firesAt));
    }
});

test("an instant is formatted as date and time of the zone", () => {
  expect(localTime("Asia/Kathmandu", at("2026-03-29T20:00"))).toEqual({
    date: "2026-03-30",
    time: "01:45:00",
    weekday: "Mon",
    offset: "+05:45",
  });
  expect(localTime("America/St_Johns", at("2026-01-01T00:00")).offset).toBe("-03:30");
  expect(zoneOffset("Europe/Berlin", at("2026-03-29T00:59:59"))).toBe(3_600_000);
  expect(zoneOffset("Europe/Berlin", at("2026-03-29T01:00"))).toBe(7_200_000);
});

test("the rules accept what the schema accepts", () => {
  const parsed = Schedule.parse({ interval: "PT15M", anchor_date: "2026-01-01T00:00:00+01:00" });
  expect(texts(fires(parsed, { after: at("2026-01-01T00:00"), limit: 2 }))).toEqual([
    "2026-01-01T00:00",
    "2026-01-01T00:15",
  ]);
});
