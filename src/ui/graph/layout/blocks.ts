import { at, inverted, type Ragged, ragged } from "./arrays.ts";
import { familiesOf } from "./families.ts";
import { type GraphInput, layersOf, linksOf } from "./layers.ts";

export const nodeWidth = 184;
export const nodeHeight = 44;
export const familyHeight = 72;
/** Room around and between the members of an opened family. */
export const cellGap = 12;
export const framePadding = 16;
export const frameHeader = 40;

/** What the layout moves: a single node, a family drawn as one, or a family opened into a grid. */
export interface Blocks {
  count: number;
  /** For each node its block. */
  of: Int32Array;
  /** For each block its first node; the only one of a single. */
  first: Int32Array;
  /** For each block 1 when it is a family. */
  isFamily: Uint8Array;
  /** For each block the columns of its grid; 0 when it is not opened. */
  columns: Int32Array;
  layer: Int32Array;
  width: Float64Array;
  height: Float64Array;
  members: Ragged;
}

export interface Structure {
  links: Ragged;
  layer: Int32Array;
  family: Int32Array;
}

export function structureOf(input: GraphInput): Structure {
  const links = linksOf(input);
  const layer = layersOf(links, input.count);
  return { links, layer, family: familiesOf(input, links, layer) };
}

export function blocksOf({ layer, family }: Structure, opened: ReadonlySet<number>): Blocks {
  const nodes = layer.length;
  const of = new Int32Array(nodes).fill(-1);
  const first: number[] = [];
  for (let node = 0; node < nodes; node++) {
    const leader = at(family, node) === -1 ? node : at(family, node);
    if (leader === node) of[node] = first.push(node) - 1;
    else of[node] = at(of, leader);
  }
  const count = first.length;
  const blocks: Blocks = {
    count,
    of,
    first: Int32Array.from(first),
    isFamily: new Uint8Array(count),
    columns: new Int32Array(count),
    layer: new Int32Array(count),
    width: new Float64Array(count).fill(nodeWidth),
    height: new Float64Array(count).fill(nodeHeight),
    members: ragged(
      count,
      of,
      Int32Array.from({ length: nodes }, (_, node) => node),
    ),
  };
  for (let block = 0; block < count; block++) measure(blocks, block, { layer, family, opened });
  return blocks;
}

function measure(
  blocks: Blocks,
  block: number,
  from: { layer: Int32Array; family: Int32Array; opened: ReadonlySet<number> },
) {
  const node = at(blocks.first, block);
  blocks.layer[block] = at(from.layer, node);
  if (at(from.family, node) !== node) return;
  blocks.isFamily[block] = 1;
  blocks.height[block] = familyHeight;
  if (!from.opened.has(node)) return;
  const size = at(blocks.members.start, block + 1) - at(blocks.members.start, block);
  const { columns, width, height } = gridOf(size);
  blocks.columns[block] = columns;
  blocks.width[block] = width;
  blocks.height[block] = height;
}

/** A grid about as wide as it is high. */
function gridOf(size: number): { columns: number; width: number; height: number } {
  const cellWidth = nodeWidth + cellGap;
  const cellHeight = nodeHeight + cellGap;
  const columns = Math.max(1, Math.round(Math.sqrt((size * cellHeight) / cellWidth)));
  const rows = Math.ceil(size / columns);
  return {
    columns,
    width: columns * cellWidth - cellGap + 2 * framePadding,
    height: rows * cellHeight - cellGap + frameHeader + framePadding,
  };
}

/** Where the member stands inside its opened family. */
export function cellOf(columns: number, place: number): { x: number; y: number } {
  return {
    x: framePadding + (place % columns) * (nodeWidth + cellGap),
    y: frameHeader + Math.floor(place / columns) * (nodeHeight + cellGap),
  };
}

/** Links between blocks, those between the same two in one. */
export interface Edges {
  from: Int32Array;
  to: Int32Array;
  /** How many links this edge stands for. */
  weight: Int32Array;
  /** 1 where the only relation is that one task called the other. */
  isCall: Uint8Array;
}

/** Closing edges of a cycle would point backwards; they are left out. */
export function edgesOf(blocks: Blocks, links: Ragged, within: Int32Array): Edges {
  const from: number[] = [];
  const to: number[] = [];
  const weight: number[] = [];
  const isCall: number[] = [];
  const edgeTo = new Int32Array(blocks.count).fill(-1);
  const children = inverted(links, blocks.of.length);
  for (let block = 0; block < blocks.count; block++) {
    const firstEdge = from.length;
    for (let m = at(blocks.members.start, block); m < at(blocks.members.start, block + 1); m++) {
      const node = at(blocks.members.items, m);
      for (let i = at(children.start, node); i < at(children.start, node + 1); i++) {
        const child = at(children.items, i);
        const target = at(blocks.of, child);
        if (at(blocks.layer, target) <= at(blocks.layer, block)) continue;
        const called = at(within, child) === node ? 1 : 0;
        const known = at(edgeTo, target);
        if (known >= firstEdge) {
          weight[known] = at(weight, known) + 1;
          if (called === 0) isCall[known] = 0;
          continue;
        }
        edgeTo[target] = from.length;
        from.push(block);
        to.push(target);
        weight.push(1);
        isCall.push(called);
      }
    }
  }
  return {
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    weight: Int32Array.from(weight),
    isCall: Uint8Array.from(isCall),
  };
}
