import type { Query, Value } from "./query-text.ts";
import { instantOf } from "./query-values.ts";

// What a list whose route has a filter of its own reads from its query.

/** The values of a key: those that rows are to have, and those that they are not to have. */
export function valuesOf<K extends string>(
  { terms }: Query<K>,
  key: K,
): { wanted: readonly Value[]; unwanted: readonly Value[] } {
  const of = (not: boolean) =>
    terms.filter((term) => term.key === key && term.not === not).flatMap(({ values }) => values);
  return { wanted: of(false), unwanted: of(true) };
}

/** The words without a key, as they are typed; undefined where there are none. */
export function wordsOf<K extends string>({ terms }: Query<K>): string | undefined {
  const words = terms
    .filter(({ key }) => key === "text")
    .flatMap(({ values, not }) => values.map((value) => `${not ? "-" : ""}${wordOf(value)}`));
  const text = words.join(" ");
  return text === "" ? undefined : text;
}

const wordOf = ({ text, exact }: Value): string => (exact ? `"${text}"` : text);

/** The last instant that a key names, in milliseconds. `now` makes `24h` one, `zone` a time without an offset. */
export function boundOf<K extends string>(
  query: Query<K>,
  key: K,
  { now, zone }: { now: number; zone: string },
): number | undefined {
  const text = valuesOf(query, key).wanted.at(-1)?.text;
  return text === undefined ? undefined : instantOf(text, now, zone);
}
