import type { EventCreate } from "../../schema/events.ts";
import type { ChangeGroup } from "./protocol.ts";

// Interface for committed changes. `changes` implements it, so that the engine imports nothing above it.

/** A stored list of events, parsed or as the received text. */
export interface StoredList {
  events: readonly EventCreate[] | undefined;
  text: string;
  /** Indexes of events that are not published. */
  left: ReadonlySet<number>;
}

/** A commit. */
export interface Committed {
  changes: readonly ChangeGroup[];
  /** The events and their time of receipt. */
  lists: readonly StoredList[];
  received: string;
  /** The seq of the last event, on a shared database. */
  lastEvent?: number | undefined;
}

/** Publishes commits to subscribers and listeners: each change and event once, in order. */
export interface ChangeFeed {
  /** The last committed change that this process has seen. */
  seq(): number;
  /** The same, including commits of other replicas until now. */
  newestSeq(): Promise<number>;
  committed(commit: Committed): void;
  /** Resolves once everything committed here is published. */
  close(): Promise<void>;
}
