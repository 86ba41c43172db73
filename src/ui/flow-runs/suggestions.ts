import { type Key, keys, stateWords } from "./query-language.ts";

export interface Suggestion {
  /** What the text becomes; with a colon at its end it asks for more. */
  text: string;
  hint: string;
}

export interface Known {
  flows: readonly string[];
  tags: readonly string[];
}

const most = 9;
const starters: readonly Suggestion[] = [
  { text: "state:failed,crashed", hint: "what went wrong" },
  { text: "state:running", hint: "what is on" },
  { text: "since:1h", hint: "the last hour" },
  { text: "since:24h", hint: "the last day" },
];
const spans = ["15m", "1h", "6h", "24h", "7d", "30d"];

/** What may come next, given what is being typed. */
export function suggest(draft: string, known: Known): readonly Suggestion[] {
  const text = draft.trimStart();
  const [, minus = "", key = "", rest = ""] = /^(-?)([a-z]+):(.*)$/i.exec(text) ?? [];
  if (key && Object.hasOwn(keys, key.toLowerCase()))
    return values(minus, key.toLowerCase() as Key, rest, known).slice(0, most);
  const word = text.toLowerCase();
  if (word === "") return [...starters, ...keyNames("")];
  const flows = known.flows.filter((name) => name.toLowerCase().includes(word)).slice(0, 4);
  const states = stateWords.filter((state) => state.startsWith(word)).slice(0, 3);
  return [
    ...keyNames(word),
    ...states.map((state) => ({ text: `state:${state}`, hint: "state" })),
    ...flows.map((name) => ({ text: `flow:"${name}"`, hint: "flow" })),
    { text, hint: "in the run's name" },
  ].slice(0, most);
}

const keyNames = (word: string): Suggestion[] =>
  Object.entries(keys)
    .filter(([key]) => key.startsWith(word))
    .map(([key, { hint }]) => ({ text: `${key}:`, hint }));

function values(minus: string, key: Key, rest: string, known: Known): Suggestion[] {
  const done = rest.slice(0, rest.lastIndexOf(",") + 1);
  const word = rest.slice(done.length).replaceAll('"', "").toLowerCase();
  const make = (list: readonly string[], hint: string, quote = "") =>
    list
      .filter((one) => one.toLowerCase().includes(word) && !done.split(",").includes(one))
      .map((one) => ({ text: `${minus}${key}:${done}${quote}${one}${quote}`, hint }));
  if (key === "state") return make(stateWords, keys.state.hint);
  if (key === "flow") return make(known.flows, "flow", '"');
  if (key === "tag") return make([...known.tags, "none"], "tag");
  if (key === "since" || key === "until") return make(spans, "ago");
  if (key === "dur") return make([">10s", ">1m", ">10m", "<1s"], keys.dur.hint);
  return [];
}
