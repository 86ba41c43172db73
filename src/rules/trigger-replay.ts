import type { EventCreate } from "../schema/events.ts";
import type { Trigger } from "../schema/triggers.ts";
import { type Hit, type Watch, watchOver } from "./trigger-matching.ts";
import {
  type Bucket,
  bucketId,
  type Count,
  type Firing,
  type Outcome,
  onEvent,
  onTime,
  openedAt,
} from "./triggers.ts";

interface Due {
  at: number;
  id: string;
  triggerId: string;
}

/**
 * Evaluates a trigger over events of the past, by the rules by which the server does as they are stored, with the counts
 * in memory. One call is one small step, so that the caller may yield in between.
 */
export class TriggerReplay {
  readonly watch: Watch;
  readonly #buckets = new Map<string, Bucket>();
  readonly #due = new Heap();

  /** As if the automation had been enabled at `start`, in milliseconds. */
  constructor(automation_id: string, trigger: Trigger, start: number) {
    this.watch = watchOver([{ automation_id, trigger }]);
    for (const [id, bucket] of openedAt(trigger, start)) this.#change(id, bucket);
  }

  /** Applies an event to a trigger that it matches. */
  apply(hit: Hit, event: EventCreate): Firing | undefined {
    return this.#note(onEvent(hit, event, this.#buckets));
  }

  /** Closes the first window that has ended by `now`; `isClosed` says whether there was one. */
  closeNext(now: number): { isClosed: boolean; fired?: Firing | undefined } {
    for (;;) {
      const due = this.#due.first();
      if (!due || due.at > now) return { isClosed: false };
      this.#due.removeFirst();
      const bucket = this.#buckets.get(due.id);
      const leaf = this.watch.leaves.get(due.triggerId);
      // It has changed since.
      if (!leaf || bucket?.kind !== "count" || bucket.end !== due.at) continue;
      return { isClosed: true, fired: this.#note(onTime(leaf, bucket, due.at, this.#buckets)) };
    }
  }

  #note({ changes, fired }: Outcome): Firing | undefined {
    for (const [id, bucket] of changes) this.#change(id, bucket);
    return fired;
  }

  #change(id: string, bucket: Bucket | undefined): void {
    if (!bucket) this.#buckets.delete(id);
    else this.#buckets.set(id, bucket);
    if (bucket?.kind === "count") this.#due.add({ at: bucket.end, id, triggerId: triggerIdOf(id, bucket) });
  }
}

const triggerIdOf = (id: string, { key }: Count): string =>
  key.length === 0 ? id : id.slice(0, id.length - bucketId("", key).length);

/** A binary heap: the earliest comes first. */
class Heap {
  readonly #list: Due[] = [];

  first(): Due | undefined {
    return this.#list[0];
  }

  add(due: Due): void {
    let place = this.#list.push(due) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#at(parent) <= due.at) break;
      this.#swap(place, parent);
      place = parent;
    }
  }

  removeFirst(): void {
    const last = this.#list.pop();
    if (!last || this.#list.length === 0) return;
    this.#list[0] = last;
    let place = 0;
    for (;;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      const child = this.#at(right) < this.#at(left) ? right : left;
      if (this.#at(child) >= last.at) return;
      this.#swap(place, child);
      place = child;
    }
  }

  #at(place: number): number {
    return this.#list[place]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#list[one], this.#list[other]];
    if (!first || !second) return;
    this.#list[one] = second;
    this.#list[other] = first;
  }
}
