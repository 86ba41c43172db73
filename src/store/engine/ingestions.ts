import { taskRunEvents } from "../../schema/event-names.ts";
import type { EventCreate } from "../../schema/events.ts";
import type { EventText, SentEvent, Taken } from "./protocol.ts";

/** Characters of JSON in one transaction, about two thousand events; and events that are put into one text. */
const maxBatch = 2_500_000;
const maxList = 500;

/** A list of events waiting to be written. */
export interface Ingestion extends EventText {
  /** The same, parsed. */
  events: readonly EventCreate[] | undefined;
  resolve(taken: Taken): void;
  reject(error: unknown): void;
}

/** Calls `write` when the queue reaches it; it then takes everything that is waiting. */
type Write = (take: () => readonly Ingestion[]) => Promise<void>;

/** Lists of events waiting to be written: concurrent ones are written together. */
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

  /** Returns the tokens of given-up attempts. */
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

  /** The next batch collects while one is written, so batches grow with the load. */
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

/** The thread does not parse payloads of events that record nothing, as they are stored unchanged. */
const sentEvent = (event: EventCreate): SentEvent =>
  event.event.startsWith(taskRunEvents) ? event : { ...event, payload: JSON.stringify(event.payload) };
