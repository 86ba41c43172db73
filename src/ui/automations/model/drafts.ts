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
  trigger: TriggerDraft;
  actions: ActionDraft[];
  actions_on_trigger: ActionDraft[];
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
