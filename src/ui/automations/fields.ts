import type { Automation } from "../../schema/automations.ts";
import { type QueryField, type QueryFields, queryLanguage } from "../lists/query-fields.ts";
import { withTerm as withTermOf } from "../lists/query-text.ts";
import { answerOf, isNamed } from "../lists/query-values.ts";

export type Key = "name" | "tag" | "enabled" | "action";

/** What client filters see of an automation. */
export interface AutomationRow {
  automation: Automation;
  trigger: string;
  actions: readonly string[];
}

const yesOrNo = ["yes", "no"] as const;
const isOn: QueryField<AutomationRow> = {
  hint: "enabled: yes or no",
  example: "no",
  choices: yesOrNo,
  matcher: (value) => {
    const wanted = answerOf(value);
    return ({ automation }) => automation.enabled === wanted;
  },
  objection: (value) =>
    answerOf(value) === undefined ? `enabled: expected yes or no, got “${value.text}”` : undefined,
};

/** The API has a filter for whole names and tags only; all of them are few enough to be filtered here. */
export const fields: QueryFields<AutomationRow, Key> = {
  fields: {
    name: {
      ...{ hint: "part of the automation's name", example: "page", isNegatable: true },
      matcher:
        (value) =>
        ({ automation }) =>
          isNamed(automation.name, value),
    },
    tag: {
      ...{ hint: "has this tag, or one of several", example: "prod", isNegatable: true },
      matcher:
        ({ text }) =>
        ({ automation }) =>
          text === "none" ? automation.tags.length === 0 : automation.tags.includes(text),
    },
    enabled: isOn,
    action: {
      ...{ hint: "part of what it does", example: '"run deployment"', isNegatable: true },
      matcher:
        (value) =>
        ({ actions }) =>
          actions.some((words) => isNamed(words, { ...value, exact: false })),
    },
  },
  controls: [
    { kind: "values", key: "enabled", label: "Enabled", isSingle: true },
    { kind: "values", key: "tag", label: "Tag" },
  ],
  text: {
    hint: "in the name, trigger or actions",
    of: ({ automation, trigger, actions }) => [automation.name, trigger, ...actions],
  },
  starters: [
    { text: "enabled:no", hint: "paused automations" },
    { text: "enabled:yes", hint: "enabled automations" },
  ],
};

export const language = queryLanguage(fields);

export const withTerm = (q: string, key: Key, value: string): string =>
  withTermOf(q, language, { key, value });
