import { at, inverted, type Ragged } from "./arrays.ts";
import type { Layered } from "./order.ts";

/** A layered graph whose vertices have a size across the flow, and the gap between two of one layer. */
export interface Stacked extends Layered {
  size: Float64Array;
  gap: number;
}

/**
 * The middle of each vertex across the flow. The order within a layer stands; each vertex then comes as near
 * to its neighbours' mean as the others allow (least squares, solved exactly by merging those that collide).
 */
export function middlesOf(layered: Stacked, rows: Ragged): Float64Array {
  const middle = new Float64Array(layered.count);
  const depth = rows.start.length - 1;
  const after = inverted(layered.before, layered.count);
  for (let row = 0; row < depth; row++) stack(layered, rows, row, middle);
  for (let row = 1; row < depth; row++) settle(layered, { rows, row, towards: layered.before, middle });
  for (let row = depth - 2; row >= 0; row--) settle(layered, { rows, row, towards: after, middle });
  for (let row = 1; row < depth; row++) settle(layered, { rows, row, towards: layered.before, middle });
  return middle;
}

/** One below the other, the layer's own middle at 0. */
function stack({ size, gap }: Stacked, rows: Ragged, row: number, middle: Float64Array): void {
  let end = 0;
  for (let i = at(rows.start, row); i < at(rows.start, row + 1); i++) {
    const vertex = at(rows.items, i);
    middle[vertex] = end + at(size, vertex) / 2;
    end += at(size, vertex) + gap;
  }
  const shift = (end - gap) / 2;
  for (let i = at(rows.start, row); i < at(rows.start, row + 1); i++) {
    const vertex = at(rows.items, i);
    middle[vertex] = at(middle, vertex) - shift;
  }
}

interface Settling {
  rows: Ragged;
  row: number;
  towards: Ragged;
  middle: Float64Array;
}

function settle({ size, gap }: Stacked, { rows, row, towards, middle }: Settling): void {
  const from = at(rows.start, row);
  const many = at(rows.start, row + 1) - from;
  const offset = new Float64Array(many);
  // Runs of vertices that touch: their summed wish, how many wishes, and where the run starts.
  const sum = new Float64Array(many);
  const weight = new Float64Array(many);
  const start = new Int32Array(many);
  let runs = 0;
  for (let i = 0; i < many; i++) {
    const vertex = at(rows.items, from + i);
    if (i > 0) {
      const above = at(rows.items, from + i - 1);
      offset[i] = at(offset, i - 1) + (at(size, above) + at(size, vertex)) / 2 + gap;
    }
    const links = at(towards.start, vertex + 1) - at(towards.start, vertex);
    const pull = links === 0 ? 0.2 : 1;
    sum[runs] = (preferred(towards, vertex, middle) - at(offset, i)) * pull;
    weight[runs] = pull;
    start[runs] = i;
    runs++;
    while (runs > 1 && at(sum, runs - 2) / at(weight, runs - 2) > at(sum, runs - 1) / at(weight, runs - 1)) {
      runs--;
      sum[runs - 1] = at(sum, runs - 1) + at(sum, runs);
      weight[runs - 1] = at(weight, runs - 1) + at(weight, runs);
    }
  }
  for (let run = 0; run < runs; run++) {
    const past = run + 1 < runs ? at(start, run + 1) : many;
    const base = at(sum, run) / at(weight, run);
    for (let i = at(start, run); i < past; i++) middle[at(rows.items, from + i)] = base + at(offset, i);
  }
}

function preferred(towards: Ragged, vertex: number, middle: Float64Array): number {
  const from = at(towards.start, vertex);
  const to = at(towards.start, vertex + 1);
  if (from === to) return at(middle, vertex);
  let sum = 0;
  for (let i = from; i < to; i++) sum += at(middle, at(towards.items, i));
  return sum / (to - from);
}
