import { z } from "zod";
import { Seconds, Time, withDefault } from "./scalars.ts";

// When a deployment runs. The keys determine which of the three kinds a schedule is.

/** An IANA name such as `Europe/Berlin`; null means UTC. */
export const TimeZone = z.string().refine(isTimeZone, {
  error: ({ input }) => `expected an IANA time zone such as Europe/Berlin, got ${JSON.stringify(input)}`,
});

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** An instant as it was written, with its offset; one without an offset is in UTC. */
const Anchor = z.string().transform((text, context) => {
  const time = Time.safeParse(text);
  if (time.success) return exactInstant.test(text) ? text : time.data;
  for (const { message } of time.error.issues) context.addIssue({ code: "custom", message });
  return z.NEVER;
});
const exactInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Runs at `anchor_date + k · interval` for every whole k. */
export const IntervalSchedule = z.strictObject({
  /** Seconds. */
  interval: Seconds.refine((seconds) => seconds > 0, "expected an interval of more than 0 seconds"),
  /** The time of writing, where it is left out. */
  anchor_date: withDefault(Anchor, () => new Date().toISOString().replace("Z", "000Z")),
  timezone: TimeZone.nullish().transform((name) => name ?? null),
});
export type IntervalSchedule = z.infer<typeof IntervalSchedule>;

/** Five fields, or six with the seconds last, or an alias such as `@daily`. */
export const CronSchedule = z.strictObject({
  cron: z.string().min(1),
  timezone: TimeZone.nullish().transform((name) => name ?? null),
  /** When day of month and day of week are both given: either (true) or both (false) must match. */
  day_or: withDefault(z.boolean(), () => true),
});
export type CronSchedule = z.infer<typeof CronSchedule>;

/** RFC 5545, also with DTSTART, EXDATE and several rules on lines of their own. */
export const RRuleSchedule = z.strictObject({
  rrule: z.string().min(1).max(6500),
  timezone: withDefault(TimeZone, () => "UTC"),
});
export type RRuleSchedule = z.infer<typeof RRuleSchedule>;

export const Schedule = z.union([IntervalSchedule, CronSchedule, RRuleSchedule]);
export type Schedule = z.infer<typeof Schedule>;
