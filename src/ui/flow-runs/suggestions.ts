import { stateWords } from "../../schema/state-names.ts";
import type { Vocabulary } from "../lists/query-suggestions.ts";
import { languageOf } from "./query-language.ts";

interface Known {
  flows: readonly string[];
  tags: readonly string[];
  /** Names that states of this server have. */
  states: readonly string[];
}

/** The words of the query bar, with the names that are known. */
export const vocabulary = ({ flows, tags, states }: Known): Vocabulary => ({
  keys: languageOf().keys,
  starters: [
    { text: "state:failed,crashed", hint: "what went wrong" },
    { text: "state:running", hint: "what is on" },
    { text: "since:1h", hint: "the last hour" },
    { text: "since:24h", hint: "the last day" },
  ],
  choices: {
    state: {
      list: [...new Set([...stateWords, ...states.map((name) => name.toLowerCase())])],
      hint: "type or name of the state",
    },
    flow: { list: flows, hint: "flow", quote: true },
    tag: { list: [...tags, "none"], hint: "tag" },
    since: { list: spans, hint: "ago" },
    until: { list: spans, hint: "ago" },
    dur: { list: [">10s", ">1m", ">10m", "<1s"], hint: "ran longer or shorter than" },
  },
  guesses: (word) => [
    ...stateWords
      .filter((state) => state.startsWith(word))
      .slice(0, 3)
      .map((state) => ({ text: `state:${state}`, hint: "state" })),
    ...flows
      .filter((name) => name.toLowerCase().includes(word))
      .slice(0, 4)
      .map((name) => ({ text: `flow:"${name}"`, hint: "flow" })),
  ],
  plain: "in the run's name",
});

const spans = ["15m", "1h", "6h", "24h", "7d", "30d"];
