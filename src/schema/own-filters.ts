import { z } from "zod";
import { optional, Time } from "./scalars.ts";

// What only our server filters runs by. It stands under a key of its own, `praetor`, which a Prefect server never gets.

/**
 * Conditions of one kind that a request may have, and values of one condition. Each value is a term of the statement
 * and is compared with each run, so their product has to be small.
 */
const mostConditions = 10;
const mostValues = 20;
const text = z.string().min(1).max(1000);

/** Any of several values; all conditions have to hold. */
const conditions = <V extends z.ZodType>(value: V) =>
  z
    .array(z.strictObject({ any_: z.array(value).min(1).max(mostValues), not: z.boolean().default(false) }))
    .max(mostConditions)
    .nullish();

/** A text in whole, its beginning, or a part of it without regard to case. */
export const TextMatch = z.strictObject({ text, match: z.enum(["whole", "start", "part"]).default("whole") });
export type TextMatch = z.output<typeof TextMatch>;

const shape = {
  /** Seconds of all attempts, of a run that is running up to `as_of`; a run that has not started has none. */
  duration: conditions(z.strictObject({ ge_: z.number().nullish(), le_: z.number().nullish() })),
  /** When durations are taken; the present where it is not given. */
  as_of: optional(Time),
  /** Part of the message of the state, without regard to case. */
  message: conditions(text),
  name: conditions(TextMatch),
  /** The run has a tag like one of these. */
  tags: conditions(TextMatch),
  state_name: conditions(text),
};

export const OwnTaskRunFilter = z.strictObject(shape);
export const OwnFlowRunFilter = z.strictObject({
  ...shape,
  /**
   * A parameter, or a part of one by its path (`region`, `source.tables.0`), has a value: a text without regard to case,
   * everything else as JSON.
   */
  parameters: conditions(
    z.strictObject({
      path: text.regex(/^[^"\\]+$/, "expected a path without quotes and backslashes"),
      value: z.string().max(1000),
    }),
  ),
  flow_name: conditions(TextMatch),
  /** Version of the flow; null is that of runs without one. */
  flow_version: conditions(text.nullable()),
});
export type OwnFlowRunFilter = z.output<typeof OwnFlowRunFilter>;
