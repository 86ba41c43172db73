import { type StateType, stateTypes } from "../../schema/states.ts";
import { parseDuration } from "../parts/durations.ts";

/** One condition as written: `-state:failed,crashed` is {not, key: state, values: [failed, crashed]}. */
export interface Term {
  key: Key | "text";
  not: boolean;
  values: readonly Value[];
  /** Where it stands in the text. */
  from: number;
  to: number;
}
interface Value {
  text: string;
  /** In quotes: the whole name, not a part of it. */
  exact: boolean;
}
export interface Misunderstanding {
  text: string;
  reason: string;
  from: number;
  to: number;
}

/** What can be asked for; `hint` and `examples` feed the suggestions. */
export const keys = {
  state: { hint: "type or name of the state", examples: "failed,crashed" },
  flow: { hint: "part of the flow's name, or all of it in quotes", examples: '"daily-etl"' },
  tag: { hint: "has this tag, or one of several", examples: "prod" },
  name: { hint: "part of the run's name", examples: "otter" },
  since: { hint: "started after: 24h, 7d or a date", examples: "24h" },
  until: { hint: "started before: 1h or a date", examples: "1h" },
  dur: { hint: "ran longer or shorter than", examples: ">10s" },
  param: { hint: "parameter and value", examples: "region=eu" },
  err: { hint: "part of the state's message", examples: "timeout" },
  id: { hint: "id of the run", examples: "" },
} as const;
export type Key = keyof typeof keys;
const keyOf = (name: string | undefined): Term["key"] | undefined =>
  name === undefined ? "text" : keyNames.find((key) => key === name.toLowerCase());
const keyNames: readonly Key[] = [
  "state",
  "flow",
  "tag",
  "name",
  "since",
  "until",
  "dur",
  "param",
  "err",
  "id",
];

export interface Query {
  terms: readonly Term[];
  misunderstood: readonly Misunderstanding[];
}

const tokens = /(-?)(?:([a-z]+):)?((?:"[^"]*"?|[^\s"])+|(?=\s|$))/gi;

/** Reads the text of the query bar. What is not understood is told, never dropped in silence. */
export function parse(text: string): Query {
  const terms: Term[] = [];
  const misunderstood: Misunderstanding[] = [];
  for (const match of text.matchAll(tokens)) {
    const [token, minus, name, rest = ""] = match;
    if (token === "") continue;
    const place = { from: match.index, to: match.index + token.length };
    const key = keyOf(name);
    const wrong = (reason: string) => void misunderstood.push({ text: token, reason, ...place });
    if (!key) {
      wrong(`there is no “${name}”; try ${Object.keys(keys).join(", ")}`);
      continue;
    }
    const values = key === "text" ? [readValue(rest)] : split(rest).map(readValue);
    const term = { key, not: minus === "-", values: values.filter((value) => value.text !== ""), ...place };
    const reason = objection(term);
    if (reason) wrong(reason);
    else terms.push(term);
  }
  return { terms, misunderstood };
}

const split = (text: string): string[] => text.match(/(?:"[^"]*"?|[^,"])+/g) ?? [];
const readValue = (text: string): Value => ({
  text: text.replaceAll('"', ""),
  exact: text.startsWith('"'),
});

/** Why a condition cannot be asked for; undefined when it can. */
function objection({ key, not, values }: Omit<Term, "from" | "to">): string | undefined {
  const [first] = values;
  if (!first) return key === "text" ? undefined : `${key}: needs a value, such as ${keys[key].examples}`;
  if (not && !negatable.has(key)) return `${key}: cannot be turned round with a minus`;
  if (key === "since" || key === "until")
    return timeOf(first.text, 0) === undefined
      ? `“${first.text}” is no time; try 24h or 2026-11-22`
      : undefined;
  if (key === "dur") return parseRange(first.text) ? undefined : `“${first.text}” is no duration; try >10s`;
  if (key === "param" && !first.text.includes("="))
    return "param: needs a name and a value, such as region=eu";
  if (key === "id" && values.some((value) => !idPattern.test(value.text))) return "id: needs whole ids";
  return undefined;
}
const negatable = new Set<string>(["state", "param", "err"]);
const idPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** `24h` before now, or a date with or without a time (UTC), in milliseconds. */
function timeOf(text: string, now: number): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago * 1000;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const ms = Date.parse(/T/.test(text) && !/(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `>10s`, `<5m`, `10s..1m`, in seconds. */
function parseRange(text: string): { over: number; under: number } | undefined {
  const [, sign = "", low = "", high] = /^([<>]=?)?(.+?)(?:\.\.(.+))?$/.exec(text) ?? [];
  const first = parseDuration(low);
  const second = high === undefined ? undefined : parseDuration(high);
  if (first === undefined || (high !== undefined && second === undefined)) return undefined;
  if (second !== undefined) return { over: first, under: second };
  return sign.startsWith("<") ? { over: 0, under: first } : { over: first, under: Number.POSITIVE_INFINITY };
}

const stateNames = [
  "Late",
  "AwaitingRetry",
  "AwaitingConcurrencySlot",
  "Resuming",
  "Submitting",
  "InfrastructurePending",
  "NotReady",
  "Retrying",
  "Rerunning",
  "Suspended",
  "Cached",
  "RolledBack",
  "TimedOut",
] as const;
/** Words that `state:` understands, for suggestions. */
export const stateWords: readonly string[] = [...stateTypes, ...stateNames].map((word) => word.toLowerCase());

const typeOf = (text: string): StateType | undefined =>
  stateTypes.find((type) => type === text.toUpperCase());
const nameOf = (text: string): string =>
  stateNames.find((name) => name.toLowerCase() === text.toLowerCase()) ?? text;

interface Wanted {
  any_?: string[];
  not_any_?: string[];
}
export interface StateFilter {
  operator?: "or_";
  type?: Wanted;
  name?: Wanted;
}

/** What a query means on the wire, and what is left for the dashboard to sift. */
export interface Meaning {
  flow?: { name: { any_: string[] } | { like_: string } };
  state?: StateFilter;
  tags?: { all_: string[] } | { any_: string[] } | { is_null_: boolean };
  name?: { like_: string } | { any_: string[] };
  id?: { any_: string[] };
  since?: number;
  until?: number;
  /** The contract has no filter for these, so rows are sifted as they arrive. */
  sift: readonly Sieve[];
}
export type Sieve = (row: {
  seconds: number | undefined;
  message: string;
  parameters: Record<string, unknown>;
}) => boolean;

/** `now` makes `since:24h` an instant. */
export function mean({ terms }: Query, now: number): Meaning {
  const of = (key: Term["key"]) => terms.filter((term) => term.key === key);
  const meaning: Meaning = { sift: [...of("dur"), ...of("param"), ...of("err")].map(sieve) };
  const [flow] = of("flow");
  if (flow) meaning.flow = { name: named(flow.values) };
  const words = of("text").flatMap((term) => term.values);
  const names = [...of("name").flatMap((term) => term.values)];
  if (names.length > 0) meaning.name = named(names);
  else if (words.length > 0) meaning.name = { like_: words.map((word) => word.text).join(" ") };
  const state = stateFilter(of("state"));
  if (state) meaning.state = state;
  const tags = tagFilter(of("tag"));
  if (tags) meaning.tags = tags;
  const ids = of("id").flatMap((term) => term.values.map((value) => value.text));
  if (ids.length > 0) meaning.id = { any_: ids };
  const since = instant(of("since"), now);
  if (since !== undefined) meaning.since = since;
  const until = instant(of("until"), now);
  if (until !== undefined) meaning.until = until;
  return meaning;
}

const instant = (terms: Term[], now: number): number | undefined => {
  const text = terms.at(-1)?.values[0]?.text;
  return text === undefined ? undefined : timeOf(text, now);
};

function named(values: readonly Value[]): { any_: string[] } | { like_: string } {
  const [first] = values;
  if (values.length === 1 && first && !first.exact) return { like_: first.text };
  return { any_: values.map((value) => value.text) };
}

function tagFilter(terms: Term[]): Meaning["tags"] {
  if (terms.length === 0) return undefined;
  const all = terms.map((term) => term.values.map((value) => value.text));
  if (all.some(([only]) => only === "none")) return { is_null_: true };
  const [first] = all;
  if (all.length === 1 && first && first.length > 1) return { any_: first };
  return { all_: all.flat() };
}

function stateFilter(terms: Term[]): StateFilter | undefined {
  if (terms.length === 0) return undefined;
  const wanted = terms.filter((term) => !term.not).flatMap((term) => term.values);
  const unwanted = terms.filter((term) => term.not).flatMap((term) => term.values);
  const type = { ...some("any_", types(wanted)), ...some("not_any_", types(unwanted)) };
  const name = { ...some("any_", otherNames(wanted)), ...some("not_any_", otherNames(unwanted)) };
  const either = type.any_ && name.any_ ? { operator: "or_" as const } : {};
  return {
    ...either,
    ...(Object.keys(type).length > 0 ? { type } : {}),
    ...(Object.keys(name).length > 0 ? { name } : {}),
  };
}
const types = (values: readonly Value[]): string[] => values.flatMap(({ text }) => typeOf(text) ?? []);
const otherNames = (values: readonly Value[]): string[] =>
  values.filter(({ text }) => !typeOf(text)).map(({ text }) => nameOf(text));
const some = (key: keyof Wanted, list: string[]): Wanted => (list.length > 0 ? { [key]: list } : {});

function sieve({ key, not, values }: Term): Sieve {
  const texts = values.map((value) => value.text.toLowerCase());
  if (key === "dur") {
    const { over, under } = parseRange(texts[0] ?? "") ?? { over: 0, under: Number.POSITIVE_INFINITY };
    return ({ seconds }) => seconds !== undefined && seconds >= over && seconds <= under;
  }
  if (key === "err")
    return ({ message }) => texts.some((text) => message.toLowerCase().includes(text)) !== not;
  return ({ parameters }) => values.some(({ text }) => hasParameter(parameters, text)) !== not;
}

function hasParameter(parameters: Record<string, unknown>, wanted: string): boolean {
  const at = wanted.indexOf("=");
  const value = parameters[wanted.slice(0, at)];
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text?.toLowerCase() === wanted.slice(at + 1).toLowerCase();
}

/** The text with one more condition; another one of the same key and sign gives way unless it is a tag. */
export function withTerm(text: string, key: Key, value: string, not = false): string {
  const others = parse(text).terms.filter((term) => term.key === key && term.not === not && key !== "tag");
  return `${without(text, others)} ${not ? "-" : ""}${key}:${quoted(key, value)}`.trim();
}

/** The text without these conditions. */
export function without(text: string, places: readonly { from: number; to: number }[]): string {
  const sorted = places.toSorted((a, b) => b.from - a.from);
  const rest = sorted.reduce((left, { from, to }) => left.slice(0, from) + left.slice(to), text);
  return rest.replace(/\s+/g, " ").trim();
}

const quoted = (key: Key, value: string): string =>
  key === "flow" || /[\s"]/.test(value) ? `"${value.replaceAll('"', "")}"` : value;
