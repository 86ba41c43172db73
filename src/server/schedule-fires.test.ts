import { afterAll, expect, test } from "vitest";
import { fires } from "../rules/schedules.ts";
import { ScheduleFires } from "./schedule-fires.ts";

const computed = new ScheduleFires();
afterAll(() => computed.close());

const after = Date.parse("2026-03-01T00:00:00Z");
const rule = (rrule: string) => ({ rrule, timezone: "Europe/Berlin" });
/** Must be counted from 1970 on, which takes minutes. */
const hostile = rule("DTSTART:19700101T000000\nRRULE:FREQ=SECONDLY;BYSECOND=1,3,5;COUNT=900000000");
/** Must be counted too, which takes tens of milliseconds. */
const long = rule("DTSTART:20250101T000000\nRRULE:FREQ=MINUTELY;BYMINUTE=1,3,5;COUNT=60000");

test.each([
  ["cron", { cron: "0 9 * * *", timezone: "Europe/Berlin", day_or: true }],
  ["interval", { interval: 900, anchor_date: "2026-01-01T00:00:00.000000Z", timezone: null }],
  ["rrule", rule("FREQ=DAILY;BYHOUR=9")],
])("answers what the rules say: %s", async (_, schedule) => {
  expect(await computed.fires(schedule, { after, limit: 5 })).toEqual(fires(schedule, { after, limit: 5 }));
});

test("a slow rule is answered, also when queried for the fires that follow", async () => {
  const whole = fires(long, { after, limit: 60, effort: Number.POSITIVE_INFINITY });
  expect(await computed.fires(long, { after, limit: 20 })).toEqual(whole.slice(0, 20));
  const [, , third = 0] = whole;
  expect(await computed.fires(long, { after: third, limit: 3 })).toEqual(whole.slice(2, 5));
  expect(await computed.fires(long, { after: third, limit: 3, until: third })).toEqual([third]);
});

test("one thread computes many rules", async () => {
  const rules = [1, 2, 3].map((extra) => rule(`${long.rrule}${extra}`));
  const found = await Promise.all(rules.map((one) => computed.fires(one, { after, limit: 2 })));
  expect(found).toEqual(rules.map(() => fires(long, { after, limit: 2, effort: Number.POSITIVE_INFINITY })));
});

test("a rule that exceeds its budget is refused by its text, and others are answered meanwhile", async () => {
  const refused = computed.fires(hostile, { after, limit: 3 });
  let isOver = false;
  void refused
    .catch(() => {})
    .finally(() => {
      isOver = true;
    });
  const daily = await computed.fires(rule("FREQ=DAILY"), { after, limit: 1 });
  expect(daily).toEqual([Date.parse("2026-03-01T23:00:00Z")]);
  expect(isOver).toBe(false);
  await expect(refused).rejects.toThrow(/too slow to compute: DTSTART:19700101T000000/);
});

test("a rule that was too slow is refused at once the next time", async () => {
  await expect(computed.fires(hostile, { after, limit: 3 })).rejects.toThrow("too slow");
  const start = performance.now();
  for (let count = 1; count <= 40; count++)
    await expect(computed.fires(hostile, { after: after + count, limit: 3 })).rejects.toThrow("too slow");
  // Computed again, they would take 250 ms of CPU each.
  expect(performance.now() - start).toBeLessThan(5000);
});

test("after a rule that was too slow the thread works again", async () => {
  const other = rule(`${hostile.rrule};BYHOUR=1,2`);
  await expect(computed.fires(other, { after, limit: 3 })).rejects.toThrow("too slow");
  const later = rule(`${long.rrule}9`);
  expect(await computed.fires(later, { after, limit: 2 })).toHaveLength(2);
});

test("an invalid schedule is a problem", async () => {
  await expect(computed.fires(rule("FREQ=DAYLY"), { after, limit: 3 })).rejects.toMatchObject({
    code: "invalid",
  });
});

test("once closed it refuses rules that need the thread", async () => {
  const closed = new ScheduleFires();
  await closed.close();
  await expect(closed.fires(hostile, { after, limit: 3 })).rejects.toMatchObject({ code: "unavailable" });
});
