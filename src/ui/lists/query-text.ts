import { nearest, unknownWord } from "../../schema/suggestions.ts";

/** One condition as written: `-state:failed,crashed` is {not, key: state, values: [failed, crashed]}. */
export interface Term<K extends string = string> {
  key: K | "text";
  not: boolean;
  values: readonly Value[];
  /** Where it stands in the text. */
  from: number;
  to: number;
}
export interface Value {
  text: string;
  /** In quotes: the whole name, not a part of it. */
  exact: boolean;
}
export interface Misunderstanding {
  text: string;
  reason: string;
  /** What was probably meant. */
  instead?: string;
  from: number;
  to: number;
}
export interface Query<K extends string = string> {
  terms: readonly Term<K>[];
  misunderstood: readonly Misunderstanding[];
}

/** What the conditions of one query bar may be; made by `queryLanguage`. */
export interface Language<K extends string = string> {
  keys: readonly { key: K; hint: string; example: string }[];
  /** Keys that a minus may stand before. */
  negatable: ReadonlySet<string>;
  /** Keys whose values stand in quotes: without them a name would also find those that it is a part of. */
  quotedKeys: ReadonlySet<string>;
  /** Keys that find names by a part of them. */
  partialKeys: ReadonlySet<string>;
  /** Why a condition that has a value cannot be asked for; undefined when it can. */
  objection(key: K, values: readonly Value[]): string | undefined;
  /** The words that are known for a key with a fixed vocabulary. */
  words(key: K): readonly string[] | undefined;
}

const tokens = /(-?)(?:([a-z]+):)?((?:"[^"]*"?|[^\s"])+|(?=\s|$))/gi;

/** Reads the text of a query bar. What is not understood is told, never dropped in silence. */
export function read<K extends string>(text: string, language: Language<K>): Query<K> {
  const terms: Term<K>[] = [];
  const misunderstood: Misunderstanding[] = [];
  for (const match of text.matchAll(tokens)) {
    const [token, minus, name, rest = ""] = match;
    if (token === "") continue;
    const place = { from: match.index, to: match.index + token.length };
    const key = keyOf(name, language);
    const wrong = (reason: string, instead?: string) =>
      void misunderstood.push({ text: token, reason, ...(instead ? { instead } : {}), ...place });
    if (!key) {
      const names = language.keys.map((one) => one.key);
      const near = nearest(name ?? "", names);
      wrong(unknownWord("field", name ?? "", names), near && `${minus}${near}:${rest}`);
      continue;
    }
    const values = key === "text" ? [readValue(rest)] : split(rest).map(readValue);
    const term = { key, not: minus === "-", values: values.filter((value) => value.text !== ""), ...place };
    const reason = objection(term, language);
    if (reason) wrong(reason, suggestionFor(term, language));
    else terms.push(term);
  }
  return { terms, misunderstood };
}

/** The condition with the nearest words that are known; undefined where there are none. */
function suggestionFor<K extends string>(
  { key, not, values }: Term<K>,
  language: Language<K>,
): string | undefined {
  const words = key === "text" ? undefined : language.words(key);
  if (!words || values.length === 0) return undefined;
  const near = values.map(({ text }) => nearest(text, words));
  if (near.includes(undefined)) return undefined;
  return `${not ? "-" : ""}${key}:${near.map((word) => quoted(key, word ?? "", language)).join()}`;
}

/** The text with what was probably meant in place of what was not understood, where that is known. */
export function corrected(text: string, misunderstood: readonly Misunderstanding[]): string {
  const sorted = misunderstood.toSorted((a, b) => b.from - a.from);
  return sorted.reduce(
    (left, { from, to, instead }) => left.slice(0, from) + (instead ?? left.slice(from, to)) + left.slice(to),
    text,
  );
}

const keyOf = <K extends string>(
  name: string | undefined,
  { keys }: Language<K>,
): Term<K>["key"] | undefined =>
  name === undefined ? "text" : keys.find(({ key }) => key === name.toLowerCase())?.key;
const split = (text: string): string[] => text.match(/(?:"[^"]*"?|[^,"])+/g) ?? [];
/** Within quotes a quote is written twice. */
const readValue = (text: string): Value =>
  text.startsWith('"')
    ? { text: text.replace(/^"/, "").replace(/"$/, "").replaceAll('""', '"'), exact: true }
    : { text: text.replaceAll('"', ""), exact: false };

function objection<K extends string>(
  { key, not, values }: Term<K>,
  language: Language<K>,
): string | undefined {
  if (key === "text") return undefined;
  const example = language.keys.find((one) => one.key === key)?.example;
  if (values.length === 0) return `${key}: needs a value${example ? `, such as ${example}` : ""}`;
  if (not && !language.negatable.has(key)) return `${key}: cannot be negated`;
  return language.objection(key, values);
}

/** Whether a part of a name that is asked for holds a wildcard of LIKE, which a Prefect server takes for one. */
export const hasWildcards = <K extends string>({ terms }: Query<K>, { partialKeys }: Language<K>): boolean =>
  terms.some(
    ({ key, values }) =>
      partialKeys.has(key) && values.some(({ text, exact }) => !exact && /[%_]/.test(text)),
  );

/** The text with one more condition; another one of the same key and sign gives way unless it is a tag. */
export function withTerm<K extends string>(
  text: string,
  language: Language<K>,
  term: { key: K; value: string; not?: boolean /** In quotes, as a whole. */; isExact?: boolean },
): string {
  const { key, value, not = false, isExact = false } = term;
  const others = read(text, language).terms.filter(
    (one) => one.key === key && one.not === not && key !== "tag",
  );
  const written = isExact ? inQuotes(value) : quoted(key, value, language);
  return `${without(text, others)} ${not ? "-" : ""}${key}:${written}`.trim();
}

/** The text without these conditions. */
export function without(text: string, places: readonly { from: number; to: number }[]): string {
  const sorted = places.toSorted((a, b) => b.from - a.from);
  const rest = sorted.reduce((left, { from, to }) => left.slice(0, from) + left.slice(to), text);
  return rest.replace(/\s+/g, " ").trim();
}

/** A value as it is written into a query: in quotes where it is a name, or would be taken apart. */
export const quoted = <K extends string>(key: string, value: string, { quotedKeys }: Language<K>): string =>
  quotedKeys.has(key) || value === "" || /[\s",]/.test(value) ? inQuotes(value) : value;

const inQuotes = (value: string): string => `"${value.replaceAll('"', '""')}"`;
