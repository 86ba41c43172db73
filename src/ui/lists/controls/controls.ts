import {
  type Control,
  initialOption,
  isOptionField,
  type QueryFields,
  queryLanguage,
} from "../query-fields.ts";
import { type Language, quoted, read, type Term, type Value, without } from "../query-text.ts";

// What the menus above a list read from its query, and write into it. The query is the truth: what a menu has written
// it reads again, and conditions that it does not know stay as they are.

/** Values of one key: any of them, or all of them together, as tags may be asked for. */
export interface ChosenValues {
  values: readonly Value[];
  match: "any" | "all";
}

export function readValues<K extends string>(q: string, language: Language<K>, key: K): ChosenValues {
  const terms = wanted(q, language, key);
  return {
    values: distinct(terms.flatMap(({ values }) => values)),
    match: terms.length > 1 ? "all" : "any",
  };
}

/** Negated conditions of the key stay. */
export function writeValues<K extends string>(
  q: string,
  language: Language<K>,
  key: K,
  { values, match }: ChosenValues,
): string {
  const rest = without(q, wanted(q, language, key));
  const written = distinct(values).map(({ text, exact }) =>
    !exact && language.partialKeys.has(key) ? bare(text) : quoted(key, text, language),
  );
  const terms = match === "all" ? written.map((value) => `${key}:${value}`) : [`${key}:${written.join()}`];
  return written.length === 0 ? rest : `${rest} ${terms.join(" ")}`.trim();
}

/** Part of a name, which quotes would make the whole of one. */
const bare = (text: string): string => text.replaceAll(/[\s",]/g, "");

const distinct = (values: readonly Value[]): Value[] => [
  ...new Map(values.map((value) => [`${value.exact} ${value.text}`, value])).values(),
];

function wanted<K extends string>(q: string, language: Language<K>, key: K): Term<K>[] {
  return read(q, language).terms.filter((term) => term.key === key && !term.not);
}

/** A range of time as the query writes it: `24h` before now, or a date. */
export interface ChosenTime {
  since: string | undefined;
  until: string | undefined;
}
type TimeControl<K extends string> = Extract<Control<K>, { kind: "time" }>;

export function readTime<K extends string>(
  q: string,
  language: Language<K>,
  { since, until }: TimeControl<K>,
): ChosenTime {
  const last = (key: K) => wanted(q, language, key).at(-1)?.values[0]?.text;
  return { since: last(since), until: last(until) };
}

export function writeTime<K extends string>(
  q: string,
  language: Language<K>,
  control: TimeControl<K>,
  chosen: ChosenTime,
): string {
  const bounds = [control.since, control.until].flatMap((key) => wanted(q, language, key));
  const term = (key: K, value: string | undefined) =>
    value ? ` ${key}:${quoted(key, value, language)}` : "";
  return `${without(q, bounds)}${term(control.since, chosen.since)}${term(control.until, chosen.until)}`.trim();
}

export function readOption<K extends string>(q: string, list: QueryFields<never, K>, key: K): string {
  const field = list.fields[key];
  if (!isOptionField(field)) throw new Error(`expected a field with options, got ${key}`);
  const { terms } = read(q, queryLanguage(list));
  const said = terms.findLast((term) => term.key === key)?.values[0]?.text.toLowerCase();
  return said ?? initialOption(field, terms);
}

/** What holds anyway is not written. */
export function writeOption<K extends string>(
  q: string,
  list: QueryFields<never, K>,
  key: K,
  option: string,
): string {
  const rest = without(q, wanted(q, queryLanguage(list), key));
  return readOption(rest, list, key) === option ? rest : `${rest} ${key}:${option}`.trim();
}
