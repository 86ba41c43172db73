import { at, type Numbers } from "./arrays.ts";

/** Smallest number first, by an own key; grows as needed. */
export class MinHeap {
  readonly #items: number[] = [];
  readonly #before: (a: number, b: number) => boolean;

  constructor(before: (a: number, b: number) => boolean) {
    this.#before = before;
  }

  get first(): number | undefined {
    return this.#items[0];
  }

  push(item: number): void {
    const items = this.#items;
    let place = items.length;
    items.push(item);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#before(item, at(items, above))) break;
      items[place] = at(items, above);
      place = above;
    }
    items[place] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && this.#before(at(items, below + 1), at(items, below))) below++;
      if (!this.#before(at(items, below), last)) break;
      items[place] = at(items, below);
      place = below;
    }
    items[place] = last;
    return top;
  }
}

export interface Bars {
  start: Numbers;
  end: Numbers;
  /** For each bar the bar whose lane it would like, or -1. */
  parent: Numbers;
}

/**
 * Packs bars into as few lanes as there are bars at once. A bar stays on its parent's lane where that is free, so
 * that a chain reads as one line; else it takes the topmost free lane.
 */
export function lanesOf({ start, end, parent }: Bars): { lane: Int32Array; count: number } {
  const lane = new Int32Array(start.length);
  const busyUntil: number[] = [];
  const isFree: boolean[] = [];
  const free = new MinHeap((a, b) => a < b);
  const busy = new MinHeap((a, b) => at(busyUntil, a) < at(busyUntil, b));
  const order = Int32Array.from({ length: start.length }, (_, bar) => bar);
  order.sort((a, b) => at(start, a) - at(start, b) || a - b);
  const placed = new Uint8Array(start.length);
  for (const bar of order) {
    release(at(start, bar), { busy, busyUntil, isFree, free });
    const wanted = at(parent, bar);
    let chosen = wanted >= 0 && placed[wanted] === 1 ? at(lane, wanted) : -1;
    if (chosen === -1 || !isFree[chosen]) chosen = topmostFree(free, isFree) ?? busyUntil.length;
    lane[bar] = chosen;
    placed[bar] = 1;
    isFree[chosen] = false;
    busyUntil[chosen] = Math.max(at(end, bar), at(start, bar));
    busy.push(chosen);
  }
  return { lane, count: busyUntil.length };
}

interface Pool {
  busy: MinHeap;
  busyUntil: number[];
  isFree: boolean[];
  free: MinHeap;
}

function release(now: number, { busy, busyUntil, isFree, free }: Pool): void {
  for (let lane = busy.first; lane !== undefined && at(busyUntil, lane) <= now; lane = busy.first) {
    busy.pop();
    isFree[lane] = true;
    free.push(lane);
  }
}

/** A lane taken by a child is still in the heap; it is skipped when it comes up. */
function topmostFree(free: MinHeap, isFree: readonly boolean[]): number | undefined {
  for (let lane = free.pop(); lane !== undefined; lane = free.pop()) if (isFree[lane]) return lane;
  return undefined;
}
