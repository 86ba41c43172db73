import fc from "fast-check";
import rrulePackage from "rrule";
import { expect, test } from "vitest";
import { fires, SlowSchedule } from "./schedules.ts";

// The same schedules computed independently: by testing every minute with Intl, or by a library.

const minuteMs = 60_000;
const zones = [
  ...["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"],
  ...[
    "America/St_Johns",
    "Asia/Tehran",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Pacific/Chatham",
    "Asia/Kolkata",
  ],
];
const zone = fc.constantFrom(...zones);
const days = 4;
/** Half of them shortly before a clock change. */
const start = fc.oneof(
  fc.integer({ min: Date.parse("2009-01-01Z") / minuteMs, max: Date.parse("2027-12-01Z") / minuteMs }),
  fc
    .tuple(
      fc.constantFrom(
        ...["2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-04-04", "2026-10-03", "2026-09-26"],
        ...["2026-02-14", "2026-03-21", "2022-03-21", "2022-09-21", "2018-11-03", "2018-02-17", "2011-12-29"],
        ...["2020-09-26", "2021-04-03"],
      ),
      fc.integer({ min: -1440, max: 1440 }),
    )
    .map(([day, minutes]) => Date.parse(`${day}T00:00Z`) / minuteMs + minutes),
);

const format = Object.fromEntries(
  zones.map((name) => [
    name,
    new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    }),
  ]),
);

/** Local time as minutes. */
function clockOf(name: string, at: number): number {
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0] = (format[name]?.format(at) ?? "")
    .split(/\D+/)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute) / minuteMs;
}

interface Walked {
  zone: string;
  /** In minutes. */
  from: number;
  matches(local: number): boolean;
  repeats: boolean;
}

/** Starts a day earlier, to see local times before a clock change. */
function walk({ zone: name, from, matches, repeats }: Walked): number[] {
  const found = new Set<number>();
  let highest = Number.NEGATIVE_INFINITY;
  for (let minute = from - 1440; minute <= from + days * 1440; minute++) {
    const local = clockOf(name, minute * minuteMs);
    const isFresh = local > highest;
    if (highest > 0 && local > highest + 1)
      for (let skipped = highest + 1; skipped < local; skipped++)
        if (matches(skipped)) found.add(minute + skipped - highest - 1);
    if (matches(local) && (repeats || isFresh)) found.add(minute);
    highest = Math.max(highest, local);
  }
  const all = [...found].filter((minute) => minute >= from && minute <= from + days * 1440);
  return all.sort((a, b) => a - b).map((minute) => minute * minuteMs);
}

const computed = (schedule: Parameters<typeof fires>[0], from: number) =>
  fires(schedule, { after: from * minuteMs, until: (from + days * 1440) * minuteMs, limit: 20_000 });

const dayOf = (local: number) => new Date(local * minuteMs);

/** The text of a field and its meaning. */
interface Field {
  text: string;
  values: Set<number>;
  isFixed: boolean;
}

function fieldOf(min: number, max: number): fc.Arbitrary<Field> {
  const every = (step: number, from = min, to = max) =>
    Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
  const value = fc.integer({ min, max });
  return fc.oneof(
    fc.constant({ text: "*", values: new Set(every(1)), isFixed: false }),
    fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((list) => ({
      text: list.join(","),
      values: new Set(list),
      isFixed: true,
    })),
    fc.integer({ min: 1, max: 20 }).map((step) => ({
      text: `*/${step}`,
      values: new Set(every(step)),
      isFixed: false,
    })),
    fc.tuple(value, value, fc.integer({ min: 1, max: 5 })).map(([a, b, step]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      return { text: `${from}-${to}/${step}`, values: new Set(every(step, from, to)), isFixed: false };
    }),
  );
}

test("cron fires at the minutes found by testing every minute", () => {
  const fields = fc.tuple(fieldOf(0, 59), fieldOf(0, 23), fieldOf(1, 31), fieldOf(1, 12), fieldOf(0, 6));
  fc.assert(
    fc.property(zone, start, fields, fc.boolean(), (timezone, from, all, day_or) => {
      const [minute, hour, date, month, weekday] = all;
      const matches = (local: number) => {
        const day = dayOf(local);
        const isDate = date.values.has(day.getUTCDate());
        const isWeekday = weekday.values.has(day.getUTCDay());
        const isEither = day_or && date.text !== "*" && weekday.text !== "*";
        return (
          minute.values.has(day.getUTCMinutes()) &&
          hour.values.has(day.getUTCHours()) &&
          month.values.has(day.getUTCMonth() + 1) &&
          (isEither ? isDate || isWeekday : isDate && isWeekday)
        );
      };
      const repeats = !(minute.isFixed && hour.isFixed);
      const schedule = { cron: all.map(({ text }) => text).join(" "), timezone, day_or };
      expect(computed(schedule, from)).toEqual(walk({ zone: timezone, from, matches, repeats }));
    }),
    { numRuns: 60 },
  );
});

test("an interval of whole days fires at the minutes found by testing every minute", () => {
  const count = fc.integer({ min: 1, max: 3 });
  fc.assert(
    fc.property(zone, start, count, fc.integer({ min: -1e6, max: 1e6 }), (timezone, from, apart, before) => {
      const anchor = from - before;
      const local = clockOf(timezone, anchor * minuteMs);
      // For an anchor in the second of two equal hours, the local time is ambiguous.
      fc.pre(clockOf(timezone, (anchor - 60) * minuteMs) === local - 60);
      const schedule = {
        interval: apart * 86_400,
        anchor_date: new Date(anchor * minuteMs).toISOString(),
        timezone,
      };
      const matches = (time: number) => (time - local) % (apart * 1440) === 0;
      expect(computed(schedule, from)).toEqual(walk({ zone: timezone, from, matches, repeats: false }));
    }),
    { numRuns: 40 },
  );
});

test("an interval of less than a day has constant distance in elapsed time", () => {
  const length = fc.integer({ min: 60, max: 86_399 });
  fc.assert(
    fc.property(
      zone,
      start,
      length,
      fc.integer({ min: -1e6, max: 1e6 }),
      (timezone, from, seconds, before) => {
        const anchor = (from - before) * minuteMs;
        const schedule = { interval: seconds, anchor_date: new Date(anchor).toISOString(), timezone };
        const found = computed(schedule, from);
        const expected = Math.ceil((from * minuteMs - anchor) / (seconds * 1000));
        expect(found).toEqual(found.map((_, index) => anchor + (expected + index) * seconds * 1000));
        expect(found.length).toBeGreaterThan(0);
      },
    ),
  );
});

test("a daily rule fires at the minutes found by testing every minute", () => {
  const some = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(zone, start, some(23), some(59), (timezone, from, hours, minutes) => {
      const rule = `FREQ=DAILY;BYHOUR=${hours.join()};BYMINUTE=${minutes.join()}`;
      const matches = (local: number) => {
        const day = dayOf(local);
        return hours.includes(day.getUTCHours()) && minutes.includes(day.getUTCMinutes());
      };
      const schedule = { rrule: `DTSTART:20000101T000000\nRRULE:${rule}`, timezone };
      expect(computed(schedule, from)).toEqual(walk({ zone: timezone, from, matches, repeats: false }));
    }),
    { numRuns: 40 },
  );
});

const list = (min: number, max: number, isSigned = false) =>
  fc
    .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 })
    .chain((values) => fc.tuple(...values.map((value) => fc.constantFrom(value, isSigned ? -value : value))))
    // The library returns times in the order in which hours and minutes are written.
    .map((values) => values.toSorted((a, b) => a - b).join());
const part = (name: string, value: fc.Arbitrary<string | number>) =>
  fc.option(
    value.map((text) => `${name}=${text}`),
    { nil: undefined, freq: 3 },
  );
const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

const rule = fc
  .tuple(
    fc.constantFrom("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"),
    part("INTERVAL", fc.integer({ min: 1, max: 5 })),
    part("BYMONTH", list(1, 12)),
    part("BYMONTHDAY", list(1, 31, true)),
    part("BYYEARDAY", list(1, 365, true)),
    part(
      "BYDAY",
      fc.subarray(weekdays, { minLength: 1, maxLength: 3 }).map((days) => days.join()),
    ),
    part("BYHOUR", list(0, 23)),
    part("BYMINUTE", list(0, 59)),
    part("COUNT", fc.integer({ min: 1, max: 40 })),
    part("WKST", fc.constantFrom(...weekdays)),
  )
  .map(([frequency, ...parts]) =>
    [`FREQ=${frequency}`, ...parts.filter((one) => one !== undefined)].join(";"),
  );

test("rules expand like an RRULE library", () => {
  const seconds = fc.integer({ min: 0, max: 300 * 86_400 });
  fc.assert(
    fc.property(rule, seconds, fc.integer({ min: 0, max: 200 }), (text, offset, later) => {
      const begins = Date.parse("2024-01-01T00:00:00Z") + offset * 1000;
      const stamp = new Date(begins).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
      const rrule = `DTSTART:${stamp}\nRRULE:${text}`;
      const after = begins + later * 86_400_000;
      const until = after + 500 * 86_400_000;
      const schedule = { rrule, timezone: "UTC" };
      // The library searches up to the year 9999.
      fc.pre(fires(schedule, { after: text.includes("COUNT") ? begins : until, limit: 1 }).length > 0);
      const library = rrulePackage.rrulestr(rrule.replace(stamp, `${stamp}Z`));
      const expected = library.between(new Date(after), new Date(until), true, (_, index) => index < 12);
      const found = fires(schedule, { after, until, limit: 12 });
      expect(found).toEqual(expected.map((date) => date.getTime()).slice(0, 12));
    }),
    { numRuns: 60 },
  );
});

/** The bounds of a finite rule, and the start of the query: before, within and after them. */
const ending = fc.record({
  // Any time of the year, to the second.
  offset: fc.integer({ min: 0, max: 300 * 86_400 }),
  later: fc.oneof(fc.integer({ min: -900, max: -1 }), fc.constant(0), fc.integer({ min: 1, max: 900 })),
  untilDays: fc.integer({ min: 0, max: 400 }),
  isCounted: fc.boolean(),
});

const stampOf = (time: number) => new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");

test("rules with COUNT or UNTIL fire like an RRULE library, queried from before, within and after", () => {
  const withoutEnd = rule.map((text) => text.replace(/;COUNT=\d+/, ""));
  const count = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(withoutEnd, withoutEnd, count, ending, fc.boolean(), (text, another, times, at, isSet) => {
      const begins = Date.parse("2024-01-01T00:00:00Z") + at.offset * 1000;
      const until = begins + at.untilDays * 86_400_000;
      const end = at.isCounted ? `COUNT=${times}` : `UNTIL=${stampOf(until)}Z`;
      const lines = [`DTSTART:${stampOf(begins)}Z`, `RRULE:${text};${end}`];
      // In a set, one rule ends by COUNT and the other by UNTIL.
      if (isSet)
        lines.push(`RRULE:${another};${at.isCounted ? `UNTIL=${stampOf(until)}Z` : `COUNT=${times}`}`);
      const rrule = lines.join("\n");
      // The library searches for a missing time up to the year 9999.
      const alone = [text, ...(isSet ? [another] : [])].map((one) => `${lines[0]}\nRRULE:${one}`);
      const doesCome = (one: string) =>
        fires({ rrule: one, timezone: "UTC" }, { after: begins, limit: times }).length === times;
      fc.pre(alone.every(doesCome));
      const after = begins + at.later * 86_400_000;
      const library = rrulePackage.rrulestr(rrule, { forceset: true });
      const expected = library.all().filter((date) => date.getTime() >= after);
      const found = fires({ rrule, timezone: "UTC" }, { after, limit: 1000 });
      const all = expected.map((date) => date.getTime());
      expect(found).toEqual([...new Set(all)].sort((a, b) => a - b).slice(0, 1000));
    }),
    { numRuns: 150 },
  );
});

test("fires of any rule ascend strictly, and the search ends in time", () => {
  const any = fc
    .tuple(
      fc.constantFrom("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
      fc.integer({ min: 1, max: 1000 }),
      rule,
    )
    .map(([frequency, every, text]) => `${text.replace(/FREQ=\w+/, `FREQ=${frequency}`)};INTERVAL=${every}`)
    .filter((text) => text.split("INTERVAL").length === 2);
  fc.assert(
    fc.property(zone, start, any, (timezone, from, text) => {
      const began = performance.now();
      const schedule = { rrule: `DTSTART:19700101T000000\nRRULE:${text}`, timezone };
      try {
        const found = fires(schedule, { after: from * minuteMs, limit: 20 });
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
      } catch (error) {
        expect(error).toBeInstanceOf(SlowSchedule);
      }
      expect(performance.now() - began).toBeLessThan(1500);
    }),
  );
});
