import { defaultStateName, type StateType, stateTypes } from "./state-types.ts";
import { nearest, unknownWord } from "./suggestions.ts";

/** State names, beside those of the types, that Prefect's clients and ours use. */
const otherNames = [
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

/** Words for states that are known on every server, in lower case. */
export const stateWords: readonly string[] = [...stateTypes, ...otherNames].map((word) => word.toLowerCase());

/** A word for a state, without regard to case: a type, or else the name as it is stored. */
export type StateWord = { kind: "type"; type: StateType } | { kind: "name"; name: string };

const wordOf = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, "");

/**
 * Interprets a word for a state. `seen` are the state names of the server. A word that is none of
 * them is taken for a name as it is; see `stateWordProblem`.
 */
export function readStateWord(text: string, seen: readonly string[] = []): StateWord {
  const word = wordOf(text);
  const type = stateTypes.find((one) => wordOf(one) === word);
  if (type) return { kind: "type", type };
  const name =
    seen.find((one) => one === text) ?? [...otherNames, ...seen].find((one) => wordOf(one) === word);
  return { kind: "name", name: name ?? text };
}

/** Why a word is no state; undefined when it is one. Without `seen` only words close to a standard one are reported. */
export function stateWordProblem(text: string, seen: readonly string[] | undefined): string | undefined {
  const known = [...stateTypes.map(defaultStateName), ...otherNames, ...(seen ?? [])];
  const words = new Set([...known, ...stateTypes].map(wordOf));
  if (words.has(wordOf(text))) return undefined;
  const candidates = [...new Set([...stateWords, ...(seen ?? [])])];
  // A custom name may begin with a standard one.
  if (seen === undefined && nearest(text, candidates, { byPart: false }) === undefined) return undefined;
  return unknownWord("state", text, candidates);
}
