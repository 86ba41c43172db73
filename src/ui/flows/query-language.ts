import type { Vocabulary } from "../lists/query-suggestions.ts";
import {
  answerOf,
  type Language,
  named,
  notAnAnswer,
  read,
  tagFilter,
  withTerm as withTermOf,
} from "../lists/query-text.ts";

/** What can be asked of flows. */
const keys = [
  { key: "name", hint: "part of the flow's name", examples: "etl" },
  { key: "tag", hint: "has this tag, or one of several", examples: "prod" },
  { key: "deployed", hint: "has a deployment: yes or no", examples: "yes" },
] as const;
export type Key = (typeof keys)[number]["key"];

export const language: Language<Key> = {
  keys,
  negatable: new Set(),
  objection: (key, [first]) => (key === "deployed" ? notAnAnswer(key, first) : undefined),
};

export const withTerm = (q: string, key: Key, value: string): string =>
  withTermOf(q, language, { key, value });

/** What a query means on the wire. */
export function mean(q: string) {
  const { terms } = read(q, language);
  const valuesOf = (key: Key | "text") =>
    terms.filter((term) => term.key === key).flatMap((term) => term.values);
  const words = valuesOf("text").map((value) => value.text);
  const names = valuesOf("name");
  const tags = tagFilter(terms.filter((term) => term.key === "tag"));
  const deployed = answerOf(valuesOf("deployed").at(-1));
  const flows = {
    ...(names.length > 0
      ? { name: named(names) }
      : words.length > 0
        ? { name: { like_: words.join(" ") } }
        : {}),
    // The contract knows no flows with one of several tags.
    ...(tags ? { tags: "any_" in tags ? { all_: tags.any_ } : tags } : {}),
    ...(deployed === undefined ? {} : { deployment: { is_null_: !deployed } }),
  };
  return Object.keys(flows).length > 0 ? { flows } : {};
}

/** The words of the query bar, with the tags that are known. */
export const vocabulary = (tags: readonly string[]): Vocabulary => ({
  keys: language.keys,
  starters: [{ text: "deployed:yes", hint: "has a deployment" }],
  choices: {
    tag: { list: [...new Set(tags), "none"].toSorted(), hint: "tag" },
    deployed: { list: ["yes", "no"], hint: "has a deployment" },
  },
  guesses: () => [],
  plain: "in the flow's name",
});
