import { type Language, named, read, tagFilter, withTerm as withTermOf } from "../parts/query-text.ts";

/** What can be asked of flows. */
const keys = [
  { key: "name", hint: "part of the flow's name", examples: "etl" },
  { key: "tag", hint: "has this tag, or one of several", examples: "prod" },
  { key: "deployed", hint: "has a deployment: yes or no", examples: "yes" },
] as const;
export type Key = (typeof keys)[number]["key"];

const answers: Record<string, boolean> = { yes: true, true: true, no: false, false: false };

export const language: Language<Key> = {
  keys,
  negatable: new Set(),
  objection: (key, [first]) =>
    key === "deployed" && first && answers[first.text.toLowerCase()] === undefined
      ? `deployed: expected yes or no, got “${first.text}”`
      : undefined,
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
  const deployed = answers[valuesOf("deployed").at(-1)?.text.toLowerCase() ?? ""];
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
