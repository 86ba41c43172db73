import { at, type Ragged, ragged } from "./arrays.ts";
import type { Edges } from "./blocks.ts";
import { orderOf } from "./order.ts";

/** Bends of long edges are drawn only while there are few enough to be followed by eye. */
const mostBends = 3000;
const bendSize = 4;

/** Blocks, and one vertex for each layer that an edge passes over, so that the order makes room for it. */
export interface Vertices {
  count: number;
  layer: Int32Array;
  /** For each vertex those one layer before that it is joined to. */
  before: Ragged;
  /** For each edge its bends, as vertices. */
  bendsOf: Ragged;
  /** The vertices of each layer in their order. */
  rows: Ragged;
  /** For each layer how many edges go from it or one before it to a later one. */
  cuts: Int32Array;
}

type Layers = { layer: Int32Array };
/** Ends of edges, as numbers of what is laid out. */
export type Links = Pick<Edges, "from" | "to">;

export function verticesOf(blocks: Layers, edges: Links): Vertices {
  const layer = Array.from(blocks.layer);
  const to: number[] = [];
  const from: number[] = [];
  const owner: number[] = [];
  const bend: number[] = [];
  const span = (edge: number) =>
    at(blocks.layer, at(edges.to, edge)) - at(blocks.layer, at(edges.from, edge)) - 1;
  let wanted = 0;
  for (let edge = 0; edge < edges.from.length; edge++) wanted += span(edge);
  for (let edge = 0; edge < edges.from.length; edge++) {
    let last = at(edges.from, edge);
    for (let step = 0; step < span(edge) && wanted <= mostBends; step++) {
      const vertex = layer.push(at(layer, last) + 1) - 1;
      from.push(last);
      to.push(vertex);
      owner.push(edge);
      bend.push(vertex);
      last = vertex;
    }
    from.push(last);
    to.push(at(edges.to, edge));
  }
  const count = layer.length;
  const vertices = { count, layer: Int32Array.from(layer), before: ragged(count, to, from) };
  return {
    ...vertices,
    bendsOf: ragged(edges.from.length, owner, bend),
    rows: orderOf(vertices),
    cuts: cutsOf(blocks, edges),
  };
}

/** The sizes of all vertices along one side of the picture. */
export function sizesOf(ofBlocks: Float64Array, count: number): Float64Array {
  const sizes = new Float64Array(count).fill(bendSize);
  sizes.set(ofBlocks);
  return sizes;
}

function cutsOf({ layer }: Layers, edges: Links): Int32Array {
  const depth = layer.reduce((most, value) => Math.max(most, value), -1) + 1;
  const cuts = new Int32Array(depth + 1);
  for (let edge = 0; edge < edges.from.length; edge++) {
    const start = at(layer, at(edges.from, edge));
    const end = at(layer, at(edges.to, edge));
    cuts[start] = at(cuts, start) + 1;
    cuts[end] = at(cuts, end) - 1;
  }
  for (let row = 1; row <= depth; row++) cuts[row] = at(cuts, row) + at(cuts, row - 1);
  return cuts;
}
