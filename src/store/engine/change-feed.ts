import type { EventCreate } from "../../schema/events.ts";
import type { ChangeGroup } from "./protocol.ts";

// What the write path reports after a commit. `changes` implements it, so that the engine imports nothing above it.

/** A list of events that was stored, at hand or as the text that came. */
export interface StoredList {
  events: readonly EventCreate[] | undefined;
  text: string;
  /** Indexes of events that are not published. */
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

/** Publishes commits to subscribers and listeners: each change and event once, in order. */
export interface ChangeFeed {
  /** The last committed change that this process has seen. */
  seq(): number;
  /** The same, with what others have committed until now. */
  newestSeq(): Promise<number>;
  committed(commit: Committed): void;
  /** Resolves once everything committed here is published. */
  close(): Promise<void>;
}
