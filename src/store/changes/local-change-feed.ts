import type { ChangeFeed, Committed } from "../engine/change-feed.ts";
import type { EventListeners } from "./event-listeners.ts";
import type { Publisher } from "./publisher.ts";

/** For a database that no other process writes to: it publishes only own commits. */
export class LocalChangeFeed implements ChangeFeed {
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
    this.#listeners.notify(lists, received);
  }

  close(): Promise<void> {
    return this.#publisher.idle();
  }
}
