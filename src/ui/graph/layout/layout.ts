import { at, type Ragged, ragged } from "./arrays.ts";
import {
  type Blocks,
  blocksOf,
  cellOf,
  type Edges,
  edgesOf,
  nodeHeight,
  nodeWidth,
  type Structure,
  structureOf,
} from "./blocks.ts";
import { middlesOf, rowGap } from "./heights.ts";
import type { GraphInput } from "./layers.ts";
import { orderOf } from "./order.ts";

/** Gap between two columns: room for the edges. */
export const columnGap = 56;
const subColumnGap = 24;
/** Bends of long edges are drawn only while there are few enough to be followed by eye. */
const mostBends = 3000;
/** A column grows at least this high before it is broken into several. */
const leastRows = 32;

export interface Layout {
  structure: Structure;
  blocks: Blocks;
  edges: Edges;
  /** Top left corner of each block. */
  x: Float64Array;
  y: Float64Array;
  /** Top left corner of each node; inside a closed family that of the family. */
  nodeX: Float64Array;
  nodeY: Float64Array;
  /** Points an edge passes between its ends: edge `i` has x, y pairs from `bendStart[i]` to `bendStart[i + 1]`. */
  bendStart: Int32Array;
  bends: Float64Array;
  width: number;
  height: number;
  /** Left border of each column. */
  columnX: Float64Array;
}

/** Places every node: columns from left to right by the longest path, families as one block each. */
export function layoutGraph(input: GraphInput, opened: ReadonlySet<number> = new Set()): Layout {
  const structure = structureOf(input);
  const blocks = blocksOf(structure, opened);
  const edges = edgesOf(blocks, structure.links, input.within);
  const vertices = withBends(blocks, edges);
  const rows = orderOf(vertices);
  const middle = middlesOf(vertices, rows);
  const x = new Float64Array(blocks.count);
  const y = new Float64Array(blocks.count);
  const columnX = placeColumns({ blocks, rows, middle, x, y });
  const { bendStart, bends } = bendsOf({ blocks, edges, vertices, middle, columnX });
  return finish({ structure, blocks, edges, x, y, columnX, bendStart, bends });
}

interface Vertices {
  count: number;
  layer: Int32Array;
  height: Float64Array;
  before: Ragged;
  /** For each edge its bends, as vertices. */
  bendsOf: Ragged;
}

/** Adds to the blocks one vertex for each layer that an edge passes over, so that the order makes room for it. */
function withBends(blocks: Blocks, edges: Edges): Vertices {
  const layer = Array.from(blocks.layer);
  const height = Array.from(blocks.height);
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
      height.push(4);
      from.push(last);
      to.push(vertex);
      owner.push(edge);
      bend.push(vertex);
      last = vertex;
    }
    from.push(last);
    to.push(at(edges.to, edge));
  }
  return {
    count: layer.length,
    layer: Int32Array.from(layer),
    height: Float64Array.from(height),
    before: ragged(layer.length, to, from),
    bendsOf: ragged(edges.from.length, owner, bend),
  };
}

interface Placing {
  blocks: Blocks;
  rows: Ragged;
  middle: Float64Array;
  x: Float64Array;
  y: Float64Array;
}

function placeColumns({ blocks, rows, middle, x, y }: Placing): Float64Array {
  const depth = rows.start.length - 1;
  const columnX = new Float64Array(depth + 1);
  const most = rowsPerColumn(rows);
  let left = 0;
  for (let row = 0; row < depth; row++) {
    columnX[row] = left;
    const column: number[] = [];
    for (let i = at(rows.start, row); i < at(rows.start, row + 1); i++) {
      const vertex = at(rows.items, i);
      if (vertex < blocks.count) column.push(vertex);
    }
    const right = column.length > most ? placeGrid : placeColumn;
    left = right({ column, blocks, middle, x, y, left, most }) + columnGap;
  }
  columnX[depth] = left;
  return columnX;
}

/** How many rows make the whole about as wide as it is high. */
function rowsPerColumn(rows: Ragged): number {
  const depth = rows.start.length - 1;
  const widthAt = (most: number) => {
    let columns = 0;
    for (let row = 0; row < depth; row++)
      columns += Math.ceil((at(rows.start, row + 1) - at(rows.start, row)) / most);
    return columns * (nodeWidth + subColumnGap);
  };
  let most = leastRows;
  while (most * (nodeHeight + rowGap) < widthAt(most) && most < 1 << 20) most *= 2;
  return most;
}

interface Column {
  column: number[];
  blocks: Blocks;
  middle: Float64Array;
  x: Float64Array;
  y: Float64Array;
  left: number;
  most: number;
}

function placeColumn({ column, blocks, middle, x, y, left }: Column): number {
  const width = column.reduce((widest, block) => Math.max(widest, at(blocks.width, block)), nodeWidth);
  for (const block of column) {
    x[block] = left + (width - at(blocks.width, block)) / 2;
    y[block] = at(middle, block) - at(blocks.height, block) / 2;
  }
  return left + width;
}

/** Row by row over several columns, so that neighbours in the order stay at about the same height. */
function placeGrid({ column, blocks, x, y, left, most }: Column): number {
  const columns = Math.ceil(column.length / most);
  const widest = column.reduce((width, block) => Math.max(width, at(blocks.width, block)), nodeWidth);
  const lines: number[][] = [];
  for (let i = 0; i < column.length; i += columns) lines.push(column.slice(i, i + columns));
  const heightOf = (line: number[]) =>
    line.reduce((most, block) => Math.max(most, at(blocks.height, block)), 0);
  let top = -lines.reduce((sum, line) => sum + heightOf(line) + rowGap, -rowGap) / 2;
  for (const line of lines) {
    line.forEach((block, i) => {
      x[block] = left + i * (widest + subColumnGap);
      y[block] = top;
    });
    top += heightOf(line) + rowGap;
  }
  return left + columns * (widest + subColumnGap) - subColumnGap;
}

interface Bending {
  blocks: Blocks;
  edges: Edges;
  vertices: Vertices;
  middle: Float64Array;
  columnX: Float64Array;
}

/** Each bend is a short level stretch through the column it passes. */
function bendsOf({ edges, vertices, middle, columnX }: Bending) {
  const bendStart = new Int32Array(edges.from.length + 1);
  const points: number[] = [];
  for (let edge = 0; edge < edges.from.length; edge++) {
    for (let i = at(vertices.bendsOf.start, edge); i < at(vertices.bendsOf.start, edge + 1); i++) {
      const vertex = at(vertices.bendsOf.items, i);
      const column = at(vertices.layer, vertex);
      points.push(at(columnX, column), at(middle, vertex));
      points.push(at(columnX, column + 1) - columnGap, at(middle, vertex));
    }
    bendStart[edge + 1] = points.length / 2;
  }
  return { bendStart, bends: Float64Array.from(points) };
}

type Unfinished = Omit<Layout, "nodeX" | "nodeY" | "width" | "height">;

/** Moves everything so that the top is 0, measures the whole, and places the nodes inside their blocks. */
function finish(layout: Unfinished): Layout {
  const { blocks, x, y, bends } = layout;
  const top = blocks.count === 0 ? 0 : y.reduce((least, value) => Math.min(least, value), Infinity);
  for (let block = 0; block < blocks.count; block++) y[block] = at(y, block) - top;
  for (let i = 1; i < bends.length; i += 2) bends[i] = at(bends, i) - top;
  return { ...layout, ...sizeOf(blocks, x, y), ...placeNodes(blocks, x, y) };
}

export function sizeOf(blocks: Blocks, x: Float64Array, y: Float64Array): { width: number; height: number } {
  let width = 0;
  let height = 0;
  for (let block = 0; block < blocks.count; block++) {
    width = Math.max(width, at(x, block) + at(blocks.width, block));
    height = Math.max(height, at(y, block) + at(blocks.height, block));
  }
  return { width, height };
}

export function placeNodes(blocks: Blocks, x: Float64Array, y: Float64Array) {
  const nodeX = new Float64Array(blocks.of.length);
  const nodeY = new Float64Array(blocks.of.length);
  for (let block = 0; block < blocks.count; block++) {
    const from = at(blocks.members.start, block);
    for (let i = from; i < at(blocks.members.start, block + 1); i++) {
      const node = at(blocks.members.items, i);
      const columns = at(blocks.columns, block);
      const cell = columns === 0 ? { x: 0, y: 0 } : cellOf(columns, i - from);
      nodeX[node] = at(x, block) + cell.x;
      nodeY[node] = at(y, block) + cell.y;
    }
  }
  return { nodeX, nodeY };
}

/** True where the node has a rectangle of its own, and is not one of a family drawn as one. */
export const isDrawnAlone = ({ blocks }: Layout, node: number): boolean => {
  const block = at(blocks.of, node);
  return at(blocks.isFamily, block) === 0 || at(blocks.columns, block) > 0;
};

export { nodeHeight, nodeWidth };
