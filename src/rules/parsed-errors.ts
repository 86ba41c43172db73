import type { RunError } from "../schema/events.ts";

export type ErrorLink = RunError["chain"][number];

/** An error parsed from text. */
export interface ParsedError {
  /** The text before the error. */
  lead: string;
  /** The thrown error first, then its cause, and so on. Frames are listed innermost first. */
  chain: ErrorLink[];
}
