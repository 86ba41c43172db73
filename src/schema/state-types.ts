// The types of states without zod, for threads that parse no requests.

export const stateTypes = [
  "SCHEDULED",
  "PENDING",
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "CRASHED",
  "PAUSED",
  "CANCELLING",
] as const;
export type StateType = (typeof stateTypes)[number];

const final: ReadonlySet<StateType> = new Set(["COMPLETED", "FAILED", "CANCELLED", "CRASHED"]);
export const isFinal = (type: StateType): boolean => final.has(type);

/** `TimedOut` is among them: it is a name of the type FAILED. */
export const isFailed = (type: string): boolean => type === "FAILED" || type === "CRASHED";

/** The name a state has when none is given: its type, capitalised. */
export const defaultStateName = (type: StateType): string => type.charAt(0) + type.slice(1).toLowerCase();
