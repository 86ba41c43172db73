import type { ObservedState, observedStates } from "../schema/observed-states.ts";
import type { Parsed } from "../schema/route.ts";
import type { Store } from "../store/store.ts";

/** An answer reads all stored states, so it is cached for a while. */
const keptMs = 10_000;

/** State names that occur: `GET /observed-states`. */
export class ObservedStates {
  readonly #store: Store;
  readonly #now: () => number;
  #kept: { at: number; states: Promise<ObservedState[]> } | undefined;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async list({ query, order_by, limit }: Parsed<typeof observedStates.list>): Promise<ObservedState[]> {
    const prefix = query?.trim().toLowerCase() ?? "";
    const starts = (text: string) => text.toLowerCase().startsWith(prefix);
    const found = (await this.#all()).filter((one) => starts(one.state_type) || starts(one.state_name));
    return found.sort(order_by === "NAME_ASC" ? byName : byLastSeen).slice(0, limit);
  }

  #all(): Promise<ObservedState[]> {
    if (this.#kept && this.#now() - this.#kept.at < keptMs) return this.#kept.states;
    const states = this.#store.flowRunStates.observed();
    const kept = { at: this.#now(), states };
    this.#kept = kept;
    states.catch(() => {
      if (this.#kept === kept) this.#kept = undefined;
    });
    return states;
  }
}

const nameOf = ({ state_type, state_name }: ObservedState) => `${state_type}\n${state_name}`;
const byName = (a: ObservedState, b: ObservedState) => (nameOf(a) < nameOf(b) ? -1 : 1);
const byLastSeen = (a: ObservedState, b: ObservedState) =>
  a.last_seen === b.last_seen ? byName(a, b) : a.last_seen < b.last_seen ? 1 : -1;
