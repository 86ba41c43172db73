import { type StateType, stateTypes } from "../../schema/states.ts";
import { parseDuration } from "../parts/durations.ts";
import {
  type Language,
  type Named,
  named,
  type Query as QueryOf,
  read,
  type Term as TermOf,
  tagFilter,
  type Value,
  withTerm as withTermOf,
} from "../parts/query-text.ts";

/** What can be asked of runs. */
const keys = [
  { key: "state", hint: "type or name of the state", examples: "failed,crashed" },
  { key: "flow", hint: "part of the flow's name, or all of it in quotes", examples: '"daily-etl"' },
  { key: "deployment", hint: "its name, or flow/name", examples: '"daily-etl/nightly"' },
  { key: "tag", hint: "has this tag, or one of several", examples: "prod" },
  { key: "name", hint: "part of the run's name", examples: "otter" },
  { key: "since", hint: "started after: 24h, 7d or a date", examples: "24h" },
  { key: "until", hint: "started before: 1h or a date", examples: "1h" },
  { key: "dur", hint: "ran longer or shorter than", examples: ">10s" },
  { key: "param", hint: "parameter and value", examples: "region=eu" },
  { key: "err", hint: "part of the state's message", examples: "timeout" },
  { key: "id", hint: "id of the run", examples: "" },
] as const;
export type Key = (typeof keys)[number]["key"];
export type Query = QueryOf<Key>;
type Term = TermOf<Key>;

export const language: Language<Key> = {
  keys,
  negatable: new Set(["state", "param", "err"]),
  objection: (key, values) => {
    const first = values[0]?.text ?? "";
    if (key === "since" || key === "until")
      return timeOf(first, 0) === undefined ? `“${first}” is no time; try 24h or 2026-11-22` : undefined;
    if (key === "dur") return parseRange(first) ? undefined : `“${first}” is no duration; try >10s`;
    if (key === "param" && !first.includes("=")) return "param: needs a name and a value, such as region=eu";
    if (key === "id" && values.some((value) => !idPattern.test(value.text))) return "id: needs whole ids";
    return undefined;
  },
};
const idPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export const parse = (q: string): Query => read(q, language);

/** The text with one more condition; another one of the same key gives way unless it is a tag. */
export const withTerm = (q: string, key: Key, value: string): string =>
  withTermOf(q, language, { key, value });

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
  flow?: { name: Named };
  deployment?: { name: Named };
  state?: StateFilter;
  tags?: NonNullable<ReturnType<typeof tagFilter>>;
  name?: Named;
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
  const [deployment] = of("deployment");
  if (deployment) Object.assign(meaning, ofDeployment(deployment.values));
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

/** Names of deployments are unique within their flow, so a whole name is `flow/name`. */
function ofDeployment(values: readonly Value[]): Pick<Meaning, "flow" | "deployment"> {
  const [first] = values;
  const slash = first?.text.indexOf("/") ?? -1;
  if (!first || slash < 0 || values.length > 1) return { deployment: { name: named(values) } };
  const part = (name: string) => named([{ text: name, exact: first.exact }]);
  return {
    flow: { name: part(first.text.slice(0, slash)) },
    deployment: { name: part(first.text.slice(slash + 1)) },
  };
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
