import type { ReceivedEvent } from "../schema/events.ts";

// What automations bring about carries which of them did: a chain of ids, in the order in which they fired. It is a
// label of events that tell of them or of what their actions do, and of flow runs that they make, whose subflows
// have the labels of their parents.

export const chainLabel = "praetor.automation-chain";

/** Automations that may answer each other's firings, one after the other. */
export const longestChain = 5;

/** Values of labels; those of events are texts. */
type Labels = Readonly<Record<string, unknown>>;

/** Ids of the automations that brought it about, first to last; none where people or programs did. */
export function chainOf(labels: Labels): string[] {
  const text = labels[chainLabel];
  return typeof text === "string"
    ? text
        .split(" ")
        .filter((id) => id !== "")
        .slice(-longestChain)
    : [];
}

/** Labels for what follows from the chain. */
export const chainLabels = (chain: readonly string[]): Record<string, string> =>
  chain.length === 0 ? {} : { [chainLabel]: chain.join(" ") };

/** The chain with one that fires because of it: each stands in it once, where it fired last. */
export const extended = (chain: readonly string[], id: string): string[] =>
  [...chain.filter((other) => other !== id), id].slice(-longestChain);

/** Chains that came together. */
export const joined = (chains: readonly (readonly string[])[]): string[] =>
  chains.flat().reduce<string[]>(extended, []);

type ChainEvent = Pick<ReceivedEvent, "event" | "resource">;

/** Whether an event tells that an automation fired, or of what it does about it. */
export const isFiringEvent = ({ event }: Pick<ChainEvent, "event">): boolean =>
  /^prefect\.automation\.(triggered|resolved|action\.)/.test(event);

export const chainEndedEvent = "praetor.automation.chain-ended";
export const loopPausedEvent = "praetor.automation.paused";

/** Whether an event tells that a chain or a loop was ended: only who names it may answer, for it is the end. */
export const isChainEndEvent = ({ event }: Pick<ChainEvent, "event">): boolean =>
  event === chainEndedEvent || event === loopPausedEvent;

/**
 * How an event that tells of a firing ends for an automation: it may answer it; or it is its own firing, of which it
 * hears nothing; or the chain ends here, as it is a part of that already, or as it is long enough.
 */
export function answerTo(event: ChainEvent, id: string): "may" | "own" | "ended" {
  if (!isFiringEvent(event)) return "may";
  if (event.resource["prefect.resource.id"] === `prefect.automation.${id}`) return "own";
  const chain = chainOf(event.resource);
  return chain.includes(id) || chain.length >= longestChain ? "ended" : "may";
}

/** How often an automation has fired since `since`, in milliseconds, and how often of it in answer to automations. */
export interface Rate {
  since: number;
  firings: number;
  answers: number;
}

/** The time over which is counted. */
export const rateMs = 60_000;
/** More than this in that time is a loop; by far more than that may be asked of one in answer to the world. */
export const maxAnswers = 100;
const maxFirings = 10_000;

/** The rate with one more firing, and whether that is one too many. */
export function counted(
  known: Rate | undefined,
  now: number,
  isAnswer: boolean,
): { rate: Rate; isLoop: boolean } {
  const before = known && now - known.since < rateMs ? known : { since: now, firings: 0, answers: 0 };
  const rate = { ...before, firings: before.firings + 1, answers: before.answers + (isAnswer ? 1 : 0) };
  return { rate, isLoop: rate.answers > maxAnswers || rate.firings > maxFirings };
}
