/** Numbers of which the smallest is taken first. */
export class MinHeap {
  readonly #items: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  get first(): number | undefined {
    return this.#items[0];
  }

  push(value: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(value);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] ?? 0;
      if (above <= value) break;
      items[at] = above;
      items[parent] = value;
      at = parent;
    }
  }

  pop(): number | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if ((items[child + 1] ?? Number.POSITIVE_INFINITY) < (items[child] ?? 0)) child++;
      const below = items[child] ?? 0;
      if (below >= last) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return first;
  }
}

export interface PlannedRun {
  at: number;
  /** Milliseconds. */
  lasts: number;
}

/** A stretch of time in which runs find no free slot. */
export interface Episode {
  /** When the first of them fires. */
  at: number;
  needs: number;
  /** Milliseconds. */
  late: number;
  cancelled: number;
}

/** What a limit does to runs that start in the order of their fires, as slots come free. */
export function simulated(
  runs: readonly PlannedRun[],
  { slots, cancels }: { slots: number; cancels: boolean },
): Episode[] {
  const busy = new MinHeap();
  const wanted = new MinHeap();
  const episodes: Episode[] = [];
  let episode: Episode | undefined;
  for (const { at, lasts } of runs) {
    drain(busy, at);
    drain(wanted, at);
    const isFull = busy.size >= slots;
    wanted.push(cancels ? at + lasts : Math.max(at, isFull ? (busy.first ?? at) : at) + lasts);
    if (!isFull) {
      // A fire of the same instant belongs to what follows it.
      if (episode && at > episode.at) episode = undefined;
      busy.push(at + lasts);
      continue;
    }
    if (!episode) {
      episode = { at, needs: 0, late: 0, cancelled: 0 };
      episodes.push(episode);
    }
    episode.needs = Math.max(episode.needs, wanted.size);
    if (cancels) {
      episode.cancelled++;
      continue;
    }
    const start = busy.pop() ?? at;
    episode.late = Math.max(episode.late, start - at);
    busy.push(start + lasts);
  }
  return episodes;
}

function drain(heap: MinHeap, until: number): void {
  while (heap.size > 0 && (heap.first ?? 0) <= until) heap.pop();
}
