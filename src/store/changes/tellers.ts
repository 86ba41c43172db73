import type { ChangeGroup } from "../engine/protocol.ts";
import type { EventListeners, StoredList } from "./event-listeners.ts";
import type { Publisher } from "./publisher.ts";

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

/** For a database that nobody else writes into: what is committed here is all there is. */
export class OwnTeller implements Teller {
  readonly #publisher: Publisher;
  readonly #listeners: EventListeners;
  #seq: number;

  constructor(publisher: Publisher, listeners: EventListeners, seq: number) {
    this.#publisher = publisher;
    this.#listeners = listeners;
    this.#seq = seq;
  }

  seq(): number {
    return this.#seq;
  }

  newestSeq(): Promise<number> {
    return Promise.resolve(this.#seq);
  }

  committed({ changes, lists, received }: Committed): void {
    this.#seq = changes.at(-1)?.seq ?? this.#seq;
    this.#publisher.publish(changes);
    this.#listeners.tell(lists, received);
  }

  close(): Promise<void> {
    return this.#publisher.idle();
  }
}
