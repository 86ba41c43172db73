import type { RunError } from "../schema/events.ts";

export type ErrorLink = RunError["chain"][number];

/** An error that was found in text. */
export interface ParsedError {
  /** What the text says before the error itself. */
  lead: string;
  /** The thrown error first, then its cause, and so on. Frames from where it was thrown outwards. */
  chain: ErrorLink[];
}
