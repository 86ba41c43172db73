import type { ActionDraft, EventDraft, TriggerDraft } from "../model/drafts.ts";
import type { Preset } from "../model/presets.ts";
import type { Variable } from "../model/template-variables.ts";
import type { NameOf } from "../model/trigger-words.ts";

export interface TriggerProps<T extends TriggerDraft = TriggerDraft> {
  trigger: T;
  onChange: (trigger: TriggerDraft) => void;
  /** Where the trigger is in the draft: `trigger.triggers.0`. */
  path: string;
  nameOf: NameOf;
  eventNames: readonly string[];
}

export interface PresetProps extends TriggerProps<EventDraft> {
  preset: Preset;
}

export interface ActionProps {
  action: ActionDraft;
  onChange: (action: ActionDraft) => void;
  /** Where the action is in the draft: `actions.0`. */
  path: string;
  nameOf: NameOf;
  variables: readonly Variable[];
}

/** A text among the values of an action. */
export const textIn = (action: ActionDraft, key: string): string => {
  const value = action[key];
  return typeof value === "string" ? value : "";
};
