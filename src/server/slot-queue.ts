import type { LeaseHolder } from "../schema/concurrency-limits.ts";
import { newId } from "../schema/ids.ts";
import type { Acquired } from "../store/work/limits.ts";

/** What somebody wants slots of. */
export interface Wish {
  names: readonly string[];
  slots: number;
  holder?: LeaseHolder | null;
}

/** A request that is held: how to try, and how to answer it. Answered once; whoever comes later is told so. */
export interface Held {
  attempt(): Promise<Acquired>;
  /** False when the request has been answered or left before. */
  answer(acquired: Acquired): boolean;
  fail(error: unknown): void;
}

/** A place in the line. */
export interface Ticket {
  readonly key: string;
  readonly wish: Wish;
  readonly place: number;
  /** When it was denied first. */
  readonly since: number;
  /** A holder that has not come back by then has given up. */
  until: number;
  held: Held | undefined;
}

/** Held requests that want the same, the longest waiting first. */
export interface Line {
  readonly wish: Wish;
  readonly held: Ticket[];
}

/** The places of all who wait, and the lines of those whose requests are held. */
export class Tickets {
  readonly #byKey = new Map<string, Ticket>();
  readonly #lines = new Map<string, Line>();
  #places = 0;

  get size(): number {
    return this.#byKey.size;
  }

  /** The place that the holder has for this, or a new one at the end. */
  take(wish: Wish, now: number): Ticket {
    const key = keyOf(wish);
    const known = this.#byKey.get(key);
    if (known) return known;
    this.#places += 1;
    const ticket: Ticket = { key, wish, place: this.#places, since: now, until: 0, held: undefined };
    this.#byKey.set(key, ticket);
    return ticket;
  }

  give(wish: Wish): void {
    if (wish.holder) this.#byKey.delete(keyOf(wish));
  }

  drop(ticket: Ticket): void {
    this.letGo(ticket);
    this.#byKey.delete(ticket.key);
  }

  hold(ticket: Ticket, held: Held): Line {
    const key = JSON.stringify([ticket.wish.names.toSorted(), ticket.wish.slots]);
    const line = this.#lines.get(key) ?? { wish: ticket.wish, held: [] };
    this.#lines.set(key, line);
    ticket.held = held;
    const after = line.held.findLastIndex((other) => other.place < ticket.place);
    line.held.splice(after + 1, 0, ticket);
    return line;
  }

  /** Its request is answered; the place stays. */
  letGo(ticket: Ticket): void {
    ticket.held = undefined;
    for (const [key, { held }] of this.#lines) {
      const at = held.indexOf(ticket);
      if (at >= 0) held.splice(at, 1);
      if (held.length === 0) this.#lines.delete(key);
    }
  }

  lines(): Iterable<Line> {
    return this.#lines.values();
  }

  /** Those who still wait at `now`, in the order they came. */
  waiting(now: number): Ticket[] {
    for (const ticket of this.#byKey.values()) {
      if (!ticket.held && ticket.until <= now) this.#byKey.delete(ticket.key);
    }
    return [...this.#byKey.values()];
  }
}

/** A holder has one place for the same wish, however often it asks; whoever does not say who they are, has none. */
function keyOf({ holder, names }: Wish): string {
  return holder ? `${holder.type} ${holder.id} ${names.toSorted().join(" ")}` : newId();
}
