import { sql } from "kysely";
import type { Committed, Teller } from "../engine/change-feed.ts";
import type { Connection } from "../engine/connection.ts";
import { eventFrom } from "../engine/event-rows.ts";
import type { ChangeGroup, Rows, Step } from "../engine/protocol.ts";
import { objectsOf, type Query, stepOf } from "../engine/scope.ts";
import type { Dialect } from "../sql/dialect.ts";
import { startsWithAny } from "../sql/filter.ts";
import { atMost } from "../sql/pages.ts";
import type { FullEventTable } from "../tables.ts";
import type { EventListeners } from "./event-listeners.ts";
import type { Publisher } from "./publisher.ts";

const maxGroups = 2000;
const maxEvents = 2000;
/** Looked at anyway after so long, in milliseconds, whether somebody called or not. */
const interval = 1000;

/** The last change and the last event of the database. */
export interface Heads {
  change: number;
  event: number;
}

interface Parts {
  /** For reading. */
  connection: Connection;
  dialect: Dialect;
  publisher: Publisher;
  listeners: EventListeners;
  heads: Heads;
}

/**
 * Tells what all replicas commit, by reading the change log and the events on from where it was. Both grow in the order
 * of commits, because whoever writes holds a lock until it is committed. Changes that follow those told are told
 * right after our own commit.
 */
export class Tail implements Teller {
  readonly #parts: Parts;
  readonly #told: Heads;
  /** What was committed here. */
  readonly #own: Heads;
  readonly #clock: NodeJS.Timeout;
  #reading: Promise<void> | undefined;
  #isAsked = false;
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#told = { ...parts.heads };
    this.#own = { ...parts.heads };
    this.#clock = setInterval(() => this.wake(), interval).unref();
  }

  seq(): number {
    return Math.max(this.#told.change, this.#own.change);
  }

  async newestSeq(): Promise<number> {
    const [changes] = await this.#parts.connection.run([headOf("change")]);
    return Math.max(numberIn(changes), this.seq());
  }

  /** From here on a listener hears: not of what was committed here before. */
  get lastEvent(): number {
    return Math.max(this.#told.event, this.#own.event);
  }

  committed({ changes, lastEvent }: Committed): void {
    const [first] = changes;
    const last = changes.at(-1)?.seq ?? 0;
    const follows = first !== undefined && first.seq - countOf(first) === this.#told.change;
    if (follows) {
      this.#told.change = last;
      this.#parts.publisher.publish(changes);
    }
    this.#own.change = Math.max(this.#own.change, last);
    this.#own.event = Math.max(this.#own.event, lastEvent ?? 0);
    if (lastEvent !== undefined || !follows) this.wake();
  }

  /** Others may have written. */
  wake(): void {
    if (this.#isClosed) return;
    this.#isAsked = true;
    this.#reading ??= this.#readOn();
  }

  async close(): Promise<void> {
    clearInterval(this.#clock);
    this.wake();
    this.#isClosed = true;
    await this.#reading;
    await this.#parts.publisher.idle();
  }

  async #readOn(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      // Out of reach: the clock asks again.
      await this.#read().catch(() => undefined);
    }
    this.#reading = undefined;
  }

  async #read(): Promise<void> {
    const { connection, publisher, listeners, dialect } = this.#parts;
    const { change, event } = this.#told;
    const changesAfter = sql<ChangeGroup>`select * from change where seq > ${change} order by seq ${atMost(maxGroups)}`;
    const eventsAfter = this.#eventsAfter(event);
    // The head is read before the events, so that all up to it are among them.
    const [changes, head, events] = await connection.run([
      stepOf(dialect, changesAfter, true),
      headOf("event"),
      ...(eventsAfter ? [stepOf(dialect, eventsAfter, true)] : []),
    ]);
    // Our own commits have been told meanwhile.
    const groups = rowsIn(changesAfter, changes).filter(({ seq }) => seq > this.#told.change);
    this.#told.change = groups.at(-1)?.seq ?? this.#told.change;
    publisher.publish(groups);
    const found = eventsAfter ? rowsIn(eventsAfter, events) : [];
    const isCut = found.length === maxEvents;
    this.#told.event = Math.max(isCut ? 0 : numberIn(head), found.at(-1)?.seq ?? 0, event);
    listeners.tellStored(found.map((row) => ({ seq: row.seq, event: eventFrom(row) })));
    if (isCut || groups.length === maxGroups) this.#isAsked = true;
  }

  /** Those that somebody wants to hear of, if there are any. */
  #eventsAfter(seq: number): Query<FullEventTable> | undefined {
    const { dialect, listeners } = this.#parts;
    const names = listeners.wanted();
    if (names?.length === 0) return undefined;
    const isWanted = names ? startsWithAny(dialect, sql.ref("event.event"), names) : sql`1 = 1`;
    return sql<FullEventTable>`select * from full_event as event where event.seq > ${seq} and ${isWanted}
      order by event.seq ${atMost(maxEvents)}`;
  }
}

const headOf = (table: keyof Heads): Step => ({
  sql: `select max(seq) from ${table}`,
  values: [],
  reads: true,
});

export async function readHeads(connection: Connection): Promise<Heads> {
  const [change, event] = await connection.run([headOf("change"), headOf("event")]);
  return { change: numberIn(change), event: numberIn(event) };
}

const numberIn = (result: Rows | null | undefined): number => Number(result?.rows[0]?.[0] ?? 0);
const rowsIn = <R>(query: Query<R>, result: Rows | null | undefined): R[] =>
  result ? objectsOf(query, result) : [];
const countOf = ({ ids }: ChangeGroup): number => ids.split(" ").length;
