import { readStateWord, stateWordProblem, stateWords } from "../../schema/state-names.ts";
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
} from "../lists/query-text.ts";
import { parseDuration } from "../parts/time/durations.ts";
import { instantIn } from "../parts/time/times.ts";

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

/** What the language of runs depends on. */
export interface Known {
  /** Names that states of this server have; undefined where it does not tell. */
  states?: readonly string[] | undefined;
  isTasks?: boolean;
}

/** The language of the query bar of runs. */
export const languageOf = ({ states, isTasks = false }: Known = {}): Language<Key> => ({
  keys,
  negatable: new Set(["state", "param", "err", "tag", "name", ...(isTasks ? [] : ["flow"])]),
  words: (key) => (key === "state" ? [...stateWords, ...(states ?? [])] : undefined),
  objection: (key, values) => {
    const first = values[0]?.text ?? "";
    if (key === "state")
      return values.map(({ text }) => stateWordProblem(text, states)).find((one) => one !== undefined);
    if (key === "since" || key === "until")
      return timeOf(first, 0, "UTC") === undefined
        ? `“${first}” is no time; try 24h or 2026-11-22`
        : undefined;
    if (key === "dur") return parseRange(first) ? undefined : `“${first}” is no duration; try >10s`;
    if (key === "param" && !first.includes("=")) return "param: needs a name and a value, such as region=eu";
    if (key === "id" && values.some((value) => !idPattern.test(value.text))) return "id: needs whole ids";
    return undefined;
  },
});
const idPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export const parse = (q: string, known?: Known): Query => read(q, languageOf(known));

/** The text with one more condition; another one of the same key gives way unless it is a tag. */
export const withTerm = (q: string, key: Key, value: string): string =>
  withTermOf(q, languageOf(), { key, value });

/** `24h` before now, or a date with or without a time, in milliseconds; as the clock of the zone shows it, unless it has one. */
function timeOf(text: string, now: number, zone: string): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago * 1000;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  if (!/T.*(Z|[+-]\d{2}:?\d{2})$/i.test(text)) return instantIn(text.toUpperCase(), zone);
  const ms = Date.parse(text);
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
export type Sieve = (row: SiftedRow) => boolean;
interface SiftedRow {
  seconds: number | undefined;
  message: string;
  parameters: Record<string, unknown>;
  name: string;
  tags: readonly string[];
  /** Undefined until it is known. */
  flow: string | undefined;
}

/** Conditions that the contract has no filter for; of these only their opposites. */
const sifted = new Set<Term["key"]>(["dur", "param", "err"]);
const siftedOpposites = new Set<Term["key"]>(["tag", "name", "flow"]);
const isSifted = ({ key, not }: Term) => sifted.has(key) || (not && siftedOpposites.has(key));

export interface Surroundings {
  /** Names that states of this server have. */
  states?: readonly string[] | undefined;
  /** In which times without one are meant: that of the settings. */
  zone?: string;
}

/** `now` makes `since:24h` an instant. */
export function mean({ terms }: Query, now: number, { states, zone = "UTC" }: Surroundings = {}): Meaning {
  const of = (key: Term["key"]) => terms.filter((term) => term.key === key && !isSifted(term));
  const meaning: Meaning = { sift: terms.filter(isSifted).map(sieve) };
  const [deployment] = of("deployment");
  if (deployment) Object.assign(meaning, ofDeployment(deployment.values));
  const [flow] = of("flow");
  if (flow) meaning.flow = { name: named(flow.values) };
  const words = of("text").flatMap((term) => term.values);
  const names = [...of("name").flatMap((term) => term.values)];
  if (names.length > 0) meaning.name = named(names);
  else if (words.length > 0) meaning.name = { like_: words.map((word) => word.text).join(" ") };
  const state = stateFilter(of("state"), states);
  if (state) meaning.state = state;
  const tags = tagFilter(of("tag"));
  if (tags) meaning.tags = tags;
  const ids = of("id").flatMap((term) => term.values.map((value) => value.text));
  if (ids.length > 0) meaning.id = { any_: ids };
  const since = instant(of("since"), now, zone);
  if (since !== undefined) meaning.since = since;
  const until = instant(of("until"), now, zone);
  if (until !== undefined) meaning.until = until;
  return meaning;
}

const instant = (terms: Term[], now: number, zone: string): number | undefined => {
  const text = terms.at(-1)?.values[0]?.text;
  return text === undefined ? undefined : timeOf(text, now, zone);
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

function stateFilter(terms: Term[], states: readonly string[] = []): StateFilter | undefined {
  if (terms.length === 0) return undefined;
  const read = (values: readonly Value[]) => values.map(({ text }) => readStateWord(text, states));
  const types = (values: readonly Value[]) =>
    read(values).flatMap((word) => (word.kind === "type" ? [word.type] : []));
  const otherNames = (values: readonly Value[]) =>
    read(values).flatMap((word) => (word.kind === "name" ? [word.name] : []));
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
const some = (key: keyof Wanted, list: string[]): Wanted => (list.length > 0 ? { [key]: list } : {});

function sieve({ key, not, values }: Term): Sieve {
  const texts = values.map((value) => value.text.toLowerCase());
  if (key === "dur") {
    const { over, under } = parseRange(texts[0] ?? "") ?? { over: 0, under: Number.POSITIVE_INFINITY };
    return ({ seconds }) => seconds !== undefined && seconds >= over && seconds <= under;
  }
  if (key === "tag") return ({ tags }) => values.some(({ text }) => tags.includes(text)) !== not;
  if (key === "name") return ({ name }) => values.some((value) => isNamed(name, value)) !== not;
  if (key === "flow")
    return ({ flow }) => flow !== undefined && values.some((value) => isNamed(flow, value)) !== not;
  if (key === "err")
    return ({ message }) => texts.some((text) => message.toLowerCase().includes(text)) !== not;
  return ({ parameters }) => values.some(({ text }) => hasParameter(parameters, text)) !== not;
}

const isNamed = (name: string, { text, exact }: Value) =>
  exact ? name === text : name.toLowerCase().includes(text.toLowerCase());

function hasParameter(parameters: Record<string, unknown>, wanted: string): boolean {
  const at = wanted.indexOf("=");
  const value = parameters[wanted.slice(0, at)];
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text?.toLowerCase() === wanted.slice(at + 1).toLowerCase();
}
