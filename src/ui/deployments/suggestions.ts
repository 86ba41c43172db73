import type { Vocabulary } from "../lists/query-suggestions.ts";
import { language } from "./query-language.ts";

interface Known {
  flows: readonly string[];
  tags: readonly string[];
  pools: readonly string[];
  queues: readonly string[];
}

/** The words of the query bar, with the names that are known. */
export const vocabulary = ({ flows, tags, pools, queues }: Known): Vocabulary => ({
  keys: language.keys,
  starters: [
    { text: "paused:yes", hint: "what is held back" },
    { text: "paused:no", hint: "what may run" },
  ],
  choices: {
    flow: { list: flows, hint: "flow", quote: true },
    tag: { list: [...tags, "none"], hint: "tag" },
    pool: { list: pools, hint: "work pool", quote: true },
    queue: { list: queues, hint: "work queue" },
    paused: { list: ["yes", "no"], hint: "paused" },
    limit: { list: ["yes", "no"], hint: "has a limit" },
  },
  guesses: (word) =>
    flows
      .filter((name) => name.toLowerCase().includes(word))
      .slice(0, 4)
      .map((name) => ({ text: `flow:"${name}"`, hint: "flow" })),
  plain: "in the name of the deployment or its flow",
});
