import { z } from "zod";
import { newId } from "./ids.ts";
import { maxLabels, Seconds, Uuid, withDefault } from "./scalars.ts";

// The condition of an automation: events, or child triggers, together or in sequence.

const label = z.union([z.string(), z.array(z.string())]);
/** Labels that a resource must have; see `rules/labels.ts` for how they are compared. */
const LabelSpecification = z.record(z.string(), label).meta({ maxProperties: maxLabels });
const texts = withDefault(
  z.array(z.string()).transform((list) => [...new Set(list)]),
  () => [],
);
const id = withDefault(Uuid, () => newId());

export const postures = ["Reactive", "Proactive"] as const;
const shortestProactive = 10;
const longest = 366 * 86_400;
const Duration = Seconds.refine((seconds) => seconds >= 0, "expected 0 seconds or more").refine(
  (seconds) => seconds <= longest,
  "expected at most 366 days",
);
const isWaiting = (posture: string, within: number) => posture === "Proactive" && within === 0;

export const EventTrigger = z
  .object({
    type: z.literal("event").default("event"),
    id,
    match: withDefault(LabelSpecification, () => ({})),
    match_related: withDefault(z.union([LabelSpecification, z.array(LabelSpecification)]), () => ({})),
    /** Names of events, `*` is wild: one of them opens the window in which the others count. */
    after: texts,
    /** Names of events that count; an empty list means all. */
    expect: texts,
    /** Labels whose values are counted separately; `related:<role>:<label>` for one of a related resource. */
    for_each: texts,
    /** Reactive fires when the threshold is reached, Proactive when it is missed. */
    posture: z.enum(postures),
    threshold: z.int().default(1),
    /** Seconds; 0 means no window, or the shortest one of a proactive trigger. */
    within: Duration.default(0),
  })
  .refine(
    ({ posture, within }) =>
      posture === "Reactive" || isWaiting(posture, within) || within >= shortestProactive,
    { path: ["within"], error: `expected at least ${shortestProactive} seconds for a proactive trigger` },
  )
  .transform((trigger) => ({
    ...trigger,
    within: isWaiting(trigger.posture, trigger.within) ? shortestProactive : trigger.within,
  }));
export type EventTrigger = z.output<typeof EventTrigger>;

export interface CompoundTrigger {
  type: "compound";
  id: string;
  triggers: Trigger[];
  /** Seconds in which the triggers have to fire; null is any time. */
  within: number | null;
  require: number | "any" | "all";
}
export interface SequenceTrigger {
  type: "sequence";
  id: string;
  triggers: Trigger[];
  within: number | null;
}
export type Trigger = EventTrigger | CompoundTrigger | SequenceTrigger;

const children = z
  .array(z.unknown())
  .min(1, "expected at least one trigger")
  .transform((list, context): Trigger[] =>
    list.flatMap((trigger, at) => {
      const { data, error } = Trigger.safeParse(trigger);
      for (const { message, path } of error?.issues ?? [])
        context.addIssue({ code: "custom", message, path: [at, ...path], input: trigger });
      return data ? [data] : [];
    }),
  );

const Compound = z
  .object({
    type: z.literal("compound"),
    id,
    triggers: children,
    within: Duration.nullable(),
    require: z.union([z.int().min(1, "expected a number from 1"), z.enum(["any", "all"])]),
  })
  .refine(({ require, triggers }) => typeof require === "string" || require <= triggers.length, {
    path: ["require"],
    error: "expected no more than there are triggers",
  });
const Sequence = z.object({
  type: z.literal("sequence"),
  id,
  triggers: children,
  within: Duration.nullable(),
});

const kinds = "expected a trigger of the type event, compound or sequence";
const isMetric = (trigger: unknown) =>
  typeof trigger === "object" && trigger !== null && "type" in trigger && trigger.type === "metric";

export const Trigger: z.ZodType<Trigger> = z.discriminatedUnion("type", [EventTrigger, Compound, Sequence], {
  error: ({ input }) =>
    isMetric(input) ? `${kinds}; triggers of the type metric exist only in Prefect Cloud` : kinds,
});

/** The trigger with all that are in it, itself first. */
export const allTriggers = (trigger: Trigger): Trigger[] => [
  trigger,
  ...(trigger.type === "event" ? [] : trigger.triggers.flatMap(allTriggers)),
];

const maxTriggers = 200;
const deepest = 10;
const depthOf = (trigger: Trigger): number =>
  trigger.type === "event" ? 1 : 1 + Math.max(...trigger.triggers.map(depthOf));

/** A whole trigger, of bounded depth and size. */
export const WholeTrigger = Trigger.refine((trigger) => depthOf(trigger) <= deepest, {
  error: `expected triggers within each other at most ${deepest} deep`,
}).refine((trigger) => allTriggers(trigger).length <= maxTriggers, {
  error: `expected at most ${maxTriggers} triggers in one automation`,
});

/** The trigger with new ids, as those of clients need not be unique. */
export const renewed = (trigger: Trigger): Trigger => ({
  ...trigger,
  id: newId(),
  ...(trigger.type !== "event" && { triggers: trigger.triggers.map(renewed) }),
});
