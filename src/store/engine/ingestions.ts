import { taskRunEvents } from "../../schema/event-names.ts";
import type { EventCreate } from "../../schema/events.ts";
import type { EventText, SentEvent, Taken } from "./protocol.ts";

/** Characters of JSON in one transaction, about two thousand events; and events that are put into one text. */
const maxBatch = 2_500_000;
const maxList = 500;

/** A list of events that waits to be written. */
export interface Ingestion extends EventText {
  /** The same, where they are at hand. */
  events: readonly EventCreate[] | undefined;
  resolve(taken: Taken): void;
  reject(error: unknown): void;
}

/** Calls `write` when the queue reaches it; it then takes everything that is waiting. */
type Write = (take: () => readonly Ingestion[]) => Promise<void>;

/** Lists of events that wait to be written: what comes at the same time is written together. */
export class Ingestions {
  readonly #write: Write;
  #waiting: Ingestion[] = [];
  #draining: Promise<void> | undefined;

  constructor(write: Write) {
    this.#write = write;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Answers the tokens of attempts that were given up. */
  async add(events: readonly EventCreate[]): Promise<string[]> {
    const lists: Promise<Taken>[] = [];
    for (let at = 0; at < events.length; at += maxList) {
      const list = events.slice(at, at + maxList);
      lists.push(this.addText(JSON.stringify(list.map(sentEvent)), list));
    }
    return (await Promise.all(lists)).flatMap(({ givenUp }) => givenUp);
  }

  addText(text: string, events?: readonly EventCreate[]): Promise<Taken> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, isTrusted: events !== undefined, events, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async idle(): Promise<void> {
    await this.#draining;
  }

  /** While one batch is written the next one gathers: the busier, the larger. */
  async #drain(): Promise<void> {
    // Frames that arrive in the same iteration of the event loop share the first batch.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      let batch: Ingestion[] = [];
      const take = () => {
        batch = this.#nextBatch();
        return batch;
      };
      await this.#write(take).catch((error: unknown) => {
        for (const { reject } of batch) reject(error);
      });
    }
    this.#draining = undefined;
  }

  #nextBatch(): Ingestion[] {
    let length = 0;
    const end = this.#waiting.findIndex(({ text }, at) => {
      length += text.length;
      return at > 0 && length > maxBatch;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }
}

/** Of what records nothing the thread reads no payload: there it would be parsed, only to be written again as it came. */
const sentEvent = (event: EventCreate): SentEvent =>
  event.event.startsWith(taskRunEvents) ? event : { ...event, payload: JSON.stringify(event.payload) };
