import { sql } from "kysely";
import type { ChangeFeed, Committed } from "../engine/change-feed.ts";
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
/** Polling interval in milliseconds, in case a notification is lost. */
const interval = 1000;

/** The last change and the last event of the database. */
export interface Heads {
  change: number;
  event: number;
}

interface Deps {
  /** For reading. */
  connection: Connection;
  dialect: Dialect;
  publisher: Publisher;
  listeners: EventListeners;
  heads: Heads;
}

/**
 * Publishes the commits of all replicas by reading the change log and the events on from the last position. Both grow in
 * commit order, because a writer holds a lock until its commit. Own changes that directly follow the last published
 * one are published right after the commit, without being read back.
 */
export class TailingChangeFeed implements ChangeFeed {
  readonly #deps: Deps;
  readonly #published: Heads;
  /** Own commits. */
  readonly #own: Heads;
  readonly #clock: NodeJS.Timeout;
  #reading: Promise<void> | undefined;
  #isAsked = false;
  #isClosed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#published = { ...deps.heads };
    this.#own = { ...deps.heads };
    this.#clock = setInterval(() => this.wake(), interval).unref();
  }

  seq(): number {
    return Math.max(this.#published.change, this.#own.change);
  }

  async newestSeq(): Promise<number> {
    const [changes] = await this.#deps.connection.run([headOf("change")]);
    return Math.max(numberIn(changes), this.seq());
  }

  /** The position from which a new listener receives events. */
  get lastEvent(): number {
    return Math.max(this.#published.event, this.#own.event);
  }

  committed({ changes, lastEvent }: Committed): void {
    const [first] = changes;
    const last = changes.at(-1)?.seq ?? 0;
    const follows = first !== undefined && first.seq - countOf(first) === this.#published.change;
    if (follows) {
      this.#published.change = last;
      this.#deps.publisher.publish(changes);
    }
    this.#own.change = Math.max(this.#own.change, last);
    this.#own.event = Math.max(this.#own.event, lastEvent ?? 0);
    if (lastEvent !== undefined || !follows) this.wake();
  }

  /** Other replicas may have written. */
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
    await this.#deps.publisher.idle();
  }

  async #readOn(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      // The database is unreachable: the next poll retries.
      await this.#read().catch(() => undefined);
    }
    this.#reading = undefined;
  }

  async #read(): Promise<void> {
    const { connection, publisher, listeners, dialect } = this.#deps;
    const { change, event } = this.#published;
    const changesAfter = sql<ChangeGroup>`select * from change where seq > ${change} order by seq ${atMost(maxGroups)}`;
    const eventsAfter = this.#eventsAfter(event);
    // The head is read before the events, so that all up to it are among them.
    const [changes, head, events] = await connection.run([
      stepOf(dialect, changesAfter, true),
      headOf("event"),
      ...(eventsAfter ? [stepOf(dialect, eventsAfter, true)] : []),
    ]);
    // Own commits were published in the meantime.
    const groups = rowsIn(changesAfter, changes).filter(({ seq }) => seq > this.#published.change);
    this.#published.change = groups.at(-1)?.seq ?? this.#published.change;
    publisher.publish(groups);
    const found = eventsAfter ? rowsIn(eventsAfter, events) : [];
    const isCut = found.length === maxEvents;
    this.#published.event = Math.max(isCut ? 0 : numberIn(head), found.at(-1)?.seq ?? 0, event);
    listeners.notifyStored(found.map((row) => ({ seq: row.seq, event: eventFrom(row) })));
    if (isCut || groups.length === maxGroups) this.#isAsked = true;
  }

  /** Events that some listener wants; undefined if there is no listener. */
  #eventsAfter(seq: number): Query<FullEventTable> | undefined {
    const { dialect, listeners } = this.#deps;
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
