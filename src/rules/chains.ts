import type { ReceivedEvent } from "../schema/events.ts";

// Effects of automations carry the automations that caused them: a chain of ids in firing order. It is a
// label of events about them or their actions, and of flow runs that they create, whose subflows
// inherit the labels of their parents.

export const chainLabel = "praetor.automation-chain";

/** Most automations that one chain holds. */
export const longestChain = 5;

/** Label values; those of events are strings. */
type Labels = Readonly<Record<string, unknown>>;

/** Ids of the automations that caused it, first to last; empty where people or programs did. */
export function chainOf(labels: Labels): string[] {
  const text = labels[chainLabel];
  return typeof text === "string"
    ? text
        .split(" ")
        .filter((id) => id !== "")
        .slice(-longestChain)
    : [];
}

/** Labels for effects of the chain. */
export const chainLabels = (chain: readonly string[]): Record<string, string> =>
  chain.length === 0 ? {} : { [chainLabel]: chain.join(" ") };

/** The chain extended by an automation that fires because of it; each is listed once, where it fired last. */
export const extended = (chain: readonly string[], id: string): string[] =>
  [...chain.filter((other) => other !== id), id].slice(-longestChain);

/** Merges chains. */
export const joined = (chains: readonly (readonly string[])[]): string[] =>
  chains.flat().reduce<string[]>(extended, []);

type ChainEvent = Pick<ReceivedEvent, "event" | "resource">;

/** Whether an event reports that an automation fired, or one of its actions. */
export const isFiringEvent = ({ event }: Pick<ChainEvent, "event">): boolean =>
  /^prefect\.automation\.(triggered|resolved|action\.)/.test(event);

export const chainEndedEvent = "praetor.automation.chain-ended";
export const loopPausedEvent = "praetor.automation.paused";

/** Whether an event reports that a chain or loop was ended: only triggers that name it may match it. */
export const isChainEndEvent = ({ event }: Pick<ChainEvent, "event">): boolean =>
  event === chainEndedEvent || event === loopPausedEvent;

/**
 * Whether an automation may react to an event about a firing: it may; or the firing is its own and is
 * ignored; or the chain ends, because it already contains the automation or has its maximum length.
 */
export function answerTo(event: ChainEvent, id: string): "may" | "own" | "ended" {
  if (!isFiringEvent(event)) return "may";
  if (event.resource["prefect.resource.id"] === `prefect.automation.${id}`) return "own";
  const chain = chainOf(event.resource);
  return chain.includes(id) || chain.length >= longestChain ? "ended" : "may";
}

/** How often an automation has fired since `since` (ms), and how many of these firings answered automations. */
export interface Rate {
  since: number;
  firings: number;
  answers: number;
}

/** The period over which firings are counted. */
export const rateMs = 60_000;
/** More firings than this in that period are a loop; for answers to other events the limit is far higher. */
export const maxAnswers = 100;
const maxFirings = 10_000;

/** The rate with one more firing, and whether it exceeds the limit. */
export function counted(
  known: Rate | undefined,
  now: number,
  isAnswer: boolean,
): { rate: Rate; isLoop: boolean } {
  const before = known && now - known.since < rateMs ? known : { since: now, firings: 0, answers: 0 };
  const rate = { ...before, firings: before.firings + 1, answers: before.answers + (isAnswer ? 1 : 0) };
  return { rate, isLoop: rate.answers > maxAnswers || rate.firings > maxFirings };
}
