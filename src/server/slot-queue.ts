import type { LeaseHolder } from "../schema/concurrency-limits.ts";
import { newId } from "../schema/ids.ts";
import type { Acquired } from "../store/work/limits.ts";

/** A request for slots. */
export interface SlotRequest {
  names: readonly string[];
  slots: number;
  holder?: LeaseHolder | null;
}

/** A held request: how to try and how to answer it. It is answered once. */
export interface HeldRequest {
  attempt(): Promise<Acquired>;
  /** False when the request was answered or abandoned before. */
  answer(acquired: Acquired): boolean;
  fail(error: unknown): void;
}

/** A place in the queue. */
export interface QueueEntry {
  readonly key: string;
  readonly request: SlotRequest;
  readonly position: number;
  /** When it was first denied. */
  readonly since: number;
  /** A holder that has not returned by then has given up. */
  until: number;
  held: HeldRequest | undefined;
}

/** Held requests for the same limits, longest waiting first. */
export interface RequestGroup {
  readonly request: SlotRequest;
  readonly held: QueueEntry[];
}

/** The places of all waiters, and the queues of held requests. */
export class SlotQueue {
  readonly #byKey = new Map<string, QueueEntry>();
  readonly #groups = new Map<string, RequestGroup>();
  #lastPosition = 0;

  get size(): number {
    return this.#byKey.size;
  }

  /** The place that the holder has for this, or a new one at the end. */
  enqueue(request: SlotRequest, now: number): QueueEntry {
    const key = keyOf(request);
    const known = this.#byKey.get(key);
    if (known) return known;
    this.#lastPosition += 1;
    const entry: QueueEntry = {
      key,
      request,
      position: this.#lastPosition,
      since: now,
      until: 0,
      held: undefined,
    };
    this.#byKey.set(key, entry);
    return entry;
  }

  complete(request: SlotRequest): void {
    if (request.holder) this.#byKey.delete(keyOf(request));
  }

  drop(entry: QueueEntry): void {
    this.release(entry);
    this.#byKey.delete(entry.key);
  }

  hold(entry: QueueEntry, held: HeldRequest): RequestGroup {
    const key = JSON.stringify([entry.request.names.toSorted(), entry.request.slots]);
    const line = this.#groups.get(key) ?? { request: entry.request, held: [] };
    this.#groups.set(key, line);
    entry.held = held;
    const after = line.held.findLastIndex((other) => other.position < entry.position);
    line.held.splice(after + 1, 0, entry);
    return line;
  }

  /** The request is answered; the place is kept. */
  release(entry: QueueEntry): void {
    entry.held = undefined;
    for (const [key, { held }] of this.#groups) {
      const at = held.indexOf(entry);
      if (at >= 0) held.splice(at, 1);
      if (held.length === 0) this.#groups.delete(key);
    }
  }

  groups(): Iterable<RequestGroup> {
    return this.#groups.values();
  }

  /** Waiters at `now`, in order of arrival. */
  waiting(now: number): QueueEntry[] {
    for (const entry of this.#byKey.values()) {
      if (!entry.held && entry.until <= now) this.#byKey.delete(entry.key);
    }
    return [...this.#byKey.values()];
  }
}

/** A holder has one place per request, however often it repeats it; anonymous holders have none. */
function keyOf({ holder, names }: SlotRequest): string {
  return holder ? `${holder.type} ${holder.id} ${names.toSorted().join(" ")}` : newId();
}
