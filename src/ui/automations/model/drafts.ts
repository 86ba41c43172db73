import { z } from "zod";
import type { ActionType } from "../../../schema/automation-actions.ts";

// What the editor edits: an automation as it is sent, of which values may still be missing or wrong.

export type Labels = Record<string, string | string[]>;

export interface EventDraft {
  type: "event";
  match: Labels;
  match_related: Labels | Labels[];
  after: string[];
  expect: string[];
  for_each: string[];
  posture: "Reactive" | "Proactive";
  threshold: number;
  /** Seconds. */
  within: number;
}
export interface CompoundDraft {
  type: "compound";
  triggers: TriggerDraft[];
  within: number | null;
  require: number | "any" | "all";
}
export interface SequenceDraft {
  type: "sequence";
  triggers: TriggerDraft[];
  within: number | null;
}
export type CompositeDraft = CompoundDraft | SequenceDraft;
export type TriggerDraft = EventDraft | CompositeDraft;

export interface ActionDraft {
  type: ActionType;
  [key: string]: unknown;
}

export interface AutomationDraft {
  name: string;
  description: string;
  enabled: boolean;
  tags: string[];
  trigger: TriggerDraft;
  actions: ActionDraft[];
  actions_on_trigger: ActionDraft[];
  actions_on_resolve: ActionDraft[];
}

export const actionTypes = [
  "send-notification",
  "call-webhook",
  "run-deployment",
  "pause-deployment",
  "resume-deployment",
  "cancel-flow-run",
  "suspend-flow-run",
  "resume-flow-run",
  "change-flow-run-state",
  "delete-flow-run",
  "pause-work-pool",
  "resume-work-pool",
  "pause-work-queue",
  "resume-work-queue",
  "pause-automation",
  "resume-automation",
  "do-nothing",
] as const satisfies readonly ActionType[];

const Labels = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const EventDraft = z.object({
  type: z.literal("event").default("event"),
  match: Labels.nullish().transform((labels) => labels ?? {}),
  match_related: z
    .union([Labels, z.array(Labels)])
    .nullish()
    .transform((labels) => labels ?? {}),
  ...{ after: texts(), expect: texts(), for_each: texts() },
  posture: z.enum(["Reactive", "Proactive"]),
  threshold: z.number().default(1),
  within: z.number().default(0),
});
function texts() {
  return z
    .array(z.string())
    .nullish()
    .transform((list) => list ?? []);
}
const children = z.lazy(() => z.array(TriggerDraft));
const within = z
  .number()
  .nullish()
  .transform((seconds) => seconds ?? null);
const TriggerDraft: z.ZodType<TriggerDraft> = z.discriminatedUnion("type", [
  EventDraft,
  z.object({
    type: z.literal("compound"),
    triggers: children,
    within,
    require: z.union([z.number(), z.enum(["any", "all"])]),
  }),
  z.object({ type: z.literal("sequence"), triggers: children, within }),
]);

const Actions = z
  .array(z.looseObject({ type: z.enum(actionTypes) }))
  .nullish()
  .transform((list) => list ?? []);

const Draft = z.object({
  name: z.string().default(""),
  description: z
    .string()
    .nullish()
    .transform((text) => text ?? ""),
  enabled: z
    .boolean()
    .nullish()
    .transform((enabled) => enabled ?? true),
  tags: texts(),
  trigger: TriggerDraft,
  ...{ actions: Actions, actions_on_trigger: Actions, actions_on_resolve: Actions },
});

/** An automation, or a text of JSON, as a draft; or why the editor cannot show it. */
export function readDraft(value: unknown): { draft: AutomationDraft } | { problem: string } {
  const { data, error } = Draft.safeParse(value);
  if (data) return { draft: data };
  const [issue] = error.issues;
  return { problem: `${issue?.path.join(".") || "automation"}: ${issue?.message}` };
}

/** The same as text; keys that say nothing are left out. */
export function draftJson({ actions_on_trigger, actions_on_resolve, ...draft }: AutomationDraft): object {
  return {
    ...draft,
    ...(actions_on_trigger.length > 0 && { actions_on_trigger }),
    ...(actions_on_resolve.length > 0 && { actions_on_resolve }),
  };
}

/** The trigger with all that are in it, itself first. */
export const allDrafts = (trigger: TriggerDraft): TriggerDraft[] => [
  trigger,
  ...(trigger.type === "event" ? [] : trigger.triggers.flatMap(allDrafts)),
];

/** A label's values as a list. */
export const valuesOf = (labels: Labels, key: string): string[] => [labels[key] ?? []].flat();

/** The conditions on related resources, as a list without empty ones. */
export const relatedOf = ({ match_related }: Pick<EventDraft, "match_related">): Labels[] =>
  [match_related].flat().filter((labels) => Object.keys(labels).length > 0);
