import { z } from "zod";
import { secondsOf } from "./durations.ts";
import { toTimestamp } from "./times.ts";

export { timestamp, toMs, toTimestamp } from "./times.ts";

/** A key of the wire: null and absent mean the same. */
export const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value): z.output<T> | null => (value ?? null) as z.output<T> | null);

/** A key that falls back to `value` when null or absent. `value` is created for each parse. */
export const withDefault = <T extends z.ZodType>(schema: T, value: () => z.output<T>) =>
  schema.nullish().transform((input): z.output<T> => (input ?? value()) as z.output<T>);

export const Uuid = z.guid().transform((id) => id.toLowerCase());

/** Python clients send some times as seconds since the epoch; what is too large for seconds is milliseconds. */
function ofEpoch(number: number): string {
  const micros = Math.round(number * (Math.abs(number) > 2e10 ? 1e3 : 1e6));
  const whole = Math.floor(micros / 1e6);
  const seconds = new Date(whole * 1000);
  if (Number.isNaN(seconds.getTime())) return String(number);
  return `${seconds.toISOString().slice(0, 19)}.${String(micros - whole * 1e6).padStart(6, "0")}Z`;
}

export const Time = z
  .union([z.string(), z.date().transform((date) => date.toISOString()), z.number().transform(ofEpoch)])
  .transform((text, context) => {
    const time = toTimestamp(text);
    if (time === undefined) {
      context.addIssue({
        code: "custom",
        message: `expected an ISO-8601 date and time, got ${JSON.stringify(text)}`,
      });
      return z.NEVER;
    }
    return time;
  });

/** Seconds; a duration as text (`PT5M`, `00:10:00`) is accepted as well. */
export const Seconds = z.union([
  z.number(),
  z.string().transform((text, context) => {
    const seconds = secondsOf(text);
    if (seconds !== undefined) return seconds;
    context.addIssue({ code: "custom", message: "expected seconds or a duration such as PT5M or 00:05:00" });
    return z.NEVER;
  }),
]);

export const Name = z
  .string()
  .min(1)
  .regex(/^[^/%&><]+$/, "expected a name without / % & > <");
/** In the given order; duplicates are possible. */
export const Tags = withDefault(z.array(z.string()), () => []);
export const Labels = z.record(z.string(), z.union([z.boolean(), z.number(), z.string()]));
export const Json = z.record(z.string(), z.unknown());
export type Json = z.infer<typeof Json>;
/** Stored and returned unchanged. */
export const AnyJson = z.unknown();

/** Keys of every stored row. */
export const rowShape = { id: z.string(), created: z.string().nullable(), updated: z.string().nullable() };

/** Most entries of a list or map of a request without a smaller maximum. */
export const maxEntries = 10_000;

/** Labels of one resource, as in Prefect. */
export const maxLabels = 500;

export const maxPage = 200;
export const Limit = withDefault(
  z
    .int()
    .min(0, "Invalid limit: must be at least 0.")
    .max(maxPage, `Invalid limit: must be at most ${maxPage}.`),
  () => maxPage,
);
/** Most rows of one bulk request. */
export const BulkLimit = withDefault(z.int().min(1).max(50), () => 50);
export const Offset = withDefault(z.int().min(0), () => 0);
export const Page = withDefault(z.int().min(1), () => 1);
export const pageOf = <T extends z.ZodType>(row: T) =>
  z.object({ results: z.array(row), count: z.int(), limit: z.int(), pages: z.int(), page: z.int() });
export type PageOf<T> = { results: T[]; count: number; limit: number; pages: number; page: number };

/** Input of a route that names one row by its id. */
export const byId = z.object({ id: Uuid });
export const Nothing = z.undefined();
