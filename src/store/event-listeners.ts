import type { EventCreate, ReceivedEvent } from "../schema/events.ts";
import { usualEvent } from "../schema/usual-event.ts";

/** Names of events, or beginnings of names; undefined stands for all. */
export type Names = readonly string[] | undefined;

interface Listener {
  tell(events: ReceivedEvent[]): void;
  names(): Names;
}

/** A list of events that was stored, at hand or as the text that came. */
export interface StoredList {
  events: readonly EventCreate[] | undefined;
  text: string;
  /** Places of those that are not to be told. */
  left: ReadonlySet<number>;
}

/** Who hears of stored events. Most lists hold nothing that anyone wants, and those that came as text stay text. */
export class EventListeners {
  readonly #listeners = new Set<Listener>();

  add(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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
  const isWanted = (event: EventCreate) => !names || names.some((name) => event.event.startsWith(name));
  return events.filter((event, place) => !left.has(place) && isWanted(event));
}

/** Whether the JSON may hold an event of such a name: a false alarm does no harm. */
const mayName = (text: string, names: readonly string[]): boolean =>
  names.some((name) => !isPlain.test(name) || text.includes(`"${name}`));

/** Names that JSON has only one way to put, as engines put it. */
const isPlain = /^[\w.-]+$/;

/** Places stay as they are: what is left out has an event of no name. */
function parsed({ text }: StoredList): EventCreate[] {
  const list: unknown[] = JSON.parse(text);
  return list.map((given) => usualEvent(given) ?? nothing);
}

const nothing: EventCreate = {
  ...{ id: "", occurred: "", event: "", follows: null },
  ...{ resource: {}, related: [], payload: {} },
};
