import fc from "fast-check";
import { expect, test } from "vitest";
import { fires } from "../../rules/schedules.ts";
import { cronOfPlan, planned, planOfCron, planOfRule, ruleOfPlan } from "./plans.ts";
import { readRule, writeRule } from "./rule-text.ts";

const after = Date.parse("2026-11-25T10:00:00Z");
const some = (min: number, max: number) =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 });

/** Plans that cron can say as well: it cannot count days, weeks or months. */
const plans = fc
  .record({
    unit: fc.constantFrom(
      "minute" as const,
      "hour" as const,
      "day" as const,
      "week" as const,
      "month" as const,
    ),
    step: fc.nat(),
    weekdays: some(0, 6),
    monthDays: some(1, 28),
    withLast: fc.boolean(),
    hours: some(0, 23),
    minute: fc.integer({ min: 0, max: 59 }),
  })
  .map(({ unit, step, withLast, ...plan }) => {
    const steps = unit === "minute" ? [1, 5, 15, 30] : unit === "hour" ? [1, 2, 6, 12] : [1];
    const monthDays = withLast ? [...plan.monthDays, -1] : plan.monthDays;
    return planned({ ...plan, unit, monthDays, every: steps[step % steps.length] ?? 1 });
  });
const zone = fc.constantFrom("UTC", "Asia/Kolkata", "Asia/Tokyo");

test("a plan fires at the same times as cron and as RRULE", () => {
  fc.assert(
    fc.property(plans, zone, (plan, timezone) => {
      const cron = fires({ cron: cronOfPlan(plan), timezone, day_or: true }, { after, limit: 20 });
      expect(fires({ rrule: ruleOfPlan(plan), timezone }, { after, limit: 20 })).toEqual(cron);
      expect(cron).toHaveLength(20);
    }),
    { numRuns: 200 },
  );
});

test("what a plan is written as is read as the same plan", () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const cron = cronOfPlan(plan);
      const rule = ruleOfPlan(plan);
      expect(cronOfPlan(planOfCron(cron) ?? planned({}))).toBe(cron);
      expect(ruleOfPlan(planOfRule(rule) ?? planned({}))).toBe(rule);
    }),
  );
});

test.each([
  "0 9 * 3 *",
  "0-30 9 * * *",
  "*/7 * * * *",
  "0 9 1 * 1",
  "0 9 * * 5#2",
  "0 0 9 * * *",
  "H 9 * * *",
  "",
])("cron %j says more than a plan can, so it stays text", (text) => expect(planOfCron(text)).toBeUndefined());

test.each([
  "FREQ=DAILY",
  "DTSTART;TZID=Europe/Berlin:20260101T090000\nRRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO\nEXDATE:20260105T090000",
  "RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
])("an RRULE that is read is written as it was: %j", (text) => {
  const rule = readRule(text);
  expect(rule && writeRule(rule)).toBe(text);
});
