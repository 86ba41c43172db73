import type { EventCreate, ReceivedEvent } from "../../schema/events.ts";
import { parseExact } from "../../schema/exact-json.ts";
import { standardEvent } from "../../schema/standard-event.ts";
import type { StoredList } from "../engine/change-feed.ts";

/** Names or prefixes of events; undefined means all. */
export type Names = readonly string[] | undefined;

interface Listener {
  notify(events: ReceivedEvent[]): void;
  names(): Names;
  /** Skips events up to this seq, which were committed before it was added. */
  after?: number;
}

/** An event as stored in the log. */
export interface StoredEvent {
  seq: number;
  event: ReceivedEvent;
}

/** A listener with more names than that receives all events: matching costs names times events. */
const mostNames = 100;

/** Listeners to stored events. Lists received as text are only parsed if they may contain a wanted name. */
export class EventListeners {
  readonly #listeners = new Set<Listener>();

  add({ names, ...others }: Listener): () => void {
    const few = () => {
      const wanted = names();
      return wanted && wanted.length <= mostNames ? wanted : undefined;
    };
    const listener = { ...others, names: few };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Names wanted by any listener. */
  wanted(): Names {
    const all = [...this.#listeners].map(({ names }) => names());
    const named = all.filter((names) => names !== undefined);
    return named.length < all.length ? undefined : [...new Set(named.flat())];
  }

  /** Events as stored in the log. */
  notifyStored(stored: readonly StoredEvent[]): void {
    if (stored.length === 0) return;
    for (const { notify, names, after = 0 } of this.#listeners) {
      const wanted = names();
      const events = stored.filter(({ seq, event }) => seq > after && isNamed(event, wanted));
      if (events.length > 0) notify(events.map(({ event }) => event));
    }
  }

  notify(lists: readonly StoredList[], received: string): void {
    for (const { notify, names } of this.#listeners) {
      const wanted = names();
      const events = lists.flatMap((list) => eventsIn(list, wanted));
      if (events.length > 0) notify(events.map((event) => ({ ...event, received })));
    }
  }
}

function eventsIn(list: StoredList, names: Names): EventCreate[] {
  if (!list.events && names && !mayName(list.text, names)) return [];
  list.events ??= parsed(list);
  const { events, left } = list;
  return events.filter((event, place) => !left.has(place) && isNamed(event, names));
}

const isNamed = (event: EventCreate, names: Names): boolean =>
  !names || names.some((name) => event.event.startsWith(name));

/** Whether the JSON may contain an event of such a name; false positives do no harm. */
const mayName = (text: string, names: readonly string[]): boolean =>
  names.some((name) => !isPlain.test(name) || text.includes(`"${name}`));

/** Names with only one spelling in JSON. */
const isPlain = /^[\w.-]+$/;

/** Indexes are preserved: a skipped event becomes one without a name. */
function parsed({ text }: StoredList): EventCreate[] {
  const list: unknown[] = parseExact(text);
  return list.map((input) => standardEvent(input) ?? nothing);
}

const nothing: EventCreate = {
  ...{ id: "", occurred: "", event: "", follows: null },
  ...{ resource: {}, related: [], payload: {} },
};
