/** What is marked on the map. Each node listens for itself, so that a selection renders two nodes anew, not all. */
export interface MarksState {
  /** The selected node, or -1. */
  selected: number;
  /** The node in whose card it is seen: itself, the first of its closed family, or its closed subflow; or -1. */
  seenAs: number;
  /** Where the keyboard stands, or -1. */
  cursor: number;
  /** The nodes in light; undefined when all are. */
  lit: ReadonlySet<number> | undefined;
  /** The box that the pointer is on, or -1. */
  hovered: number;
  /** The edge that the pointer is on, or -1. */
  edge: number;
}

export class Marks {
  state: MarksState = {
    selected: -1,
    seenAs: -1,
    cursor: -1,
    lit: undefined,
    hovered: -1,
    edge: -1,
  };
  #listeners = new Set<() => void>();

  set(patch: Partial<MarksState>): void {
    this.state = { ...this.state, ...patch };
    for (const listener of this.#listeners) listener();
  }

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}
