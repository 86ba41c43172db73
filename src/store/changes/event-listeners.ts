import type { EventCreate, ReceivedEvent } from "../../schema/events.ts";
import { parseExact } from "../../schema/exact-json.ts";
import { standardEvent } from "../../schema/standard-event.ts";
import type { StoredList } from "../engine/change-feed.ts";

/** Names of events, or beginnings of names; undefined stands for all. */
export type Names = readonly string[] | undefined;

interface Listener {
  tell(events: ReceivedEvent[]): void;
  names(): Names;
  /** Not told of events in the log up to this seq: they were committed before. */
  after?: number;
}

/** An event as it stands in the log. */
export interface StoredEvent {
  seq: number;
  event: ReceivedEvent;
}

/** Who wants more names than that is told of all: each list would be gone through for each of them. */
const mostNames = 100;

/** Who hears of stored events. Most lists hold nothing that anyone wants, and those that came as text stay text. */
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

  /** What somebody wants to hear of. */
  wanted(): Names {
    const all = [...this.#listeners].map(({ names }) => names());
    const named = all.filter((names) => names !== undefined);
    return named.length < all.length ? undefined : [...new Set(named.flat())];
  }

  /** Events as they stand in the log. */
  tellStored(stored: readonly StoredEvent[]): void {
    if (stored.length === 0) return;
    for (const { tell, names, after = 0 } of this.#listeners) {
      const wanted = names();
      const events = stored.filter(({ seq, event }) => seq > after && isNamed(event, wanted));
      if (events.length > 0) tell(events.map(({ event }) => event));
    }
  }

  tell(lists: readonly StoredList[], received: string): void {
    for (const { tell, names } of this.#listeners) {
      const wanted = names();
      const events = lists.flatMap((list) => eventsIn(list, wanted));
      if (events.length > 0) tell(events.map((event) => ({ ...event, received })));
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

/** Whether the JSON may hold an event of such a name: a false alarm does no harm. */
const mayName = (text: string, names: readonly string[]): boolean =>
  names.some((name) => !isPlain.test(name) || text.includes(`"${name}`));

/** Names that JSON has only one way to put, as engines put it. */
const isPlain = /^[\w.-]+$/;

/** Places stay as they are: what is left out has an event of no name. */
function parsed({ text }: StoredList): EventCreate[] {
  const list: unknown[] = parseExact(text);
  return list.map((given) => standardEvent(given) ?? nothing);
}

const nothing: EventCreate = {
  ...{ id: "", occurred: "", event: "", follows: null },
  ...{ resource: {}, related: [], payload: {} },
};
