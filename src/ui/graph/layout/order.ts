import { at, inverted, type Ragged, ragged } from "./arrays.ts";

/** The layered graph while it is being drawn: blocks, and the bends of long edges. */
export interface Layered {
  count: number;
  layer: Int32Array;
  /** For each vertex those one layer before that it is joined to. */
  before: Ragged;
}

const sweeps = 4;
/** Barycentres are compared at this fineness, so that a key and a place fit in one exact number. */
const fineness = 16;

/** Vertices of each layer, ordered so that edges cross little: a few barycentre sweeps to and fro. */
export function orderOf({ count, layer, before }: Layered): Ragged {
  const depth = layer.reduce((most, value) => Math.max(most, value), -1) + 1;
  const everyVertex = Int32Array.from({ length: count }, (_, vertex) => vertex);
  const rows = ragged(depth, layer, everyVertex);
  const place = new Float64Array(count);
  for (let row = 0; row < depth; row++) number(rows, row, place);
  const after = inverted(before, count);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let row = 1; row < depth; row++) sortRow(rows, row, { towards: before, place, count });
    for (let row = depth - 2; row >= 0; row--) sortRow(rows, row, { towards: after, place, count });
  }
  for (let row = 1; row < depth; row++) sortRow(rows, row, { towards: before, place, count });
  return rows;
}

function number(rows: Ragged, row: number, place: Float64Array): void {
  const from = at(rows.start, row);
  for (let i = from; i < at(rows.start, row + 1); i++) place[at(rows.items, i)] = i - from;
}

interface Sorting {
  towards: Ragged;
  place: Float64Array;
  count: number;
}

function sortRow(rows: Ragged, row: number, { towards, place, count }: Sorting): void {
  const from = at(rows.start, row);
  const size = at(rows.start, row + 1) - from;
  if (size < 2) return;
  const before = rows.items.slice(from, from + size);
  const keys = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const preferred = barycentre(towards, at(before, i), place) ?? i;
    keys[i] = Math.round(preferred * fineness) * count + i;
  }
  keys.sort();
  for (let i = 0; i < size; i++) rows.items[from + i] = at(before, at(keys, i) % count);
  number(rows, row, place);
}

function barycentre(towards: Ragged, vertex: number, place: Float64Array): number | undefined {
  const from = at(towards.start, vertex);
  const to = at(towards.start, vertex + 1);
  if (from === to) return undefined;
  let sum = 0;
  for (let i = from; i < to; i++) sum += at(place, at(towards.items, i));
  return sum / (to - from);
}
