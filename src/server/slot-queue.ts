import type { LeaseHolder } from "../schema/concurrency-limits.ts";
import { newId } from "../schema/ids.ts";
import type { Acquired } from "../store/work/limits.ts";

/** What somebody wants slots of. */
export interface SlotRequest {
  names: readonly string[];
  slots: number;
  holder?: LeaseHolder | null;
}

/** A request that is held: how to try, and how to answer it. Answered once; whoever comes later is told so. */
export interface HeldRequest {
  attempt(): Promise<Acquired>;
  /** False when the request has been answered or left before. */
  answer(acquired: Acquired): boolean;
  fail(error: unknown): void;
}

/** A place in the line. */
export interface QueueEntry {
  readonly key: string;
  readonly request: SlotRequest;
  readonly position: number;
  /** When it was denied first. */
  readonly since: number;
  /** A holder that has not come back by then has given up. */
  until: number;
  held: HeldRequest | undefined;
}

/** Held requests that want the same, the longest waiting first. */
export interface RequestGroup {
  readonly request: SlotRequest;
  readonly held: QueueEntry[];
}

/** The places of all who wait, and the lines of those whose requests are held. */
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

  /** Its request is answered; the place stays. */
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

  /** Those who still wait at `now`, in the order they came. */
  waiting(now: number): QueueEntry[] {
    for (const entry of this.#byKey.values()) {
      if (!entry.held && entry.until <= now) this.#byKey.delete(entry.key);
    }
    return [...this.#byKey.values()];
  }
}

/** A holder has one place for the same request, however often it asks; whoever does not say who they are, has none. */
function keyOf({ holder, names }: SlotRequest): string {
  return holder ? `${holder.type} ${holder.id} ${names.toSorted().join(" ")}` : newId();
}
