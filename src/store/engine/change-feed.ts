import type { EventCreate } from "../../schema/events.ts";
import type { ChangeGroup } from "./protocol.ts";

// What the write path reports after a commit. `changes` implements it, so that the engine imports nothing above it.

/** A list of events that was stored, at hand or as the text that came. */
export interface StoredList {
  events: readonly EventCreate[] | undefined;
  text: string;
  /** Places of those that are not to be told. */
  left: ReadonlySet<number>;
}

/** What was committed. */
export interface Committed {
  changes: readonly ChangeGroup[];
  /** The events, and when they were received. */
  lists: readonly StoredList[];
  received: string;
  /** The seq of the last of them, where others write into the same database. */
  lastEvent?: number | undefined;
}

/** Tells subscribers and listeners what was committed: each thing once, in order. */
export interface Teller {
  /** The last committed change that is known here. */
  seq(): number;
  /** The same, with what others have committed until now. */
  newestSeq(): Promise<number>;
  committed(commit: Committed): void;
  /** Resolves once everything is told that was committed here. */
  close(): Promise<void>;
}
