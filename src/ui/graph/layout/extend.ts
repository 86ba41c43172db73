import { at } from "./arrays.ts";
import { type Blocks, blocksOf, edgesOf, type Structure, structureOf } from "./blocks.ts";
import { rowGap } from "./heights.ts";
import type { GraphInput } from "./layers.ts";
import { columnGap, type Layout, nodeWidth, placeNodes, sizeOf } from "./layout.ts";

/**
 * Places the nodes that were appended since `old` was made, and moves nothing. Undefined when that cannot be: a
 * family came into being or an opened one grew, or an old node's parents became known only now.
 */
export function extendLayout(
  old: Layout,
  input: GraphInput,
  opened: ReadonlySet<number>,
): Layout | undefined {
  const structure = structureOf(input);
  if (!keeps(old.structure, structure)) return undefined;
  const blocks = blocksOf(structure, opened);
  const known = old.blocks.count;
  for (let block = 0; block < known; block++)
    if (at(blocks.height, block) !== at(old.blocks.height, block)) return undefined;
  const edges = edgesOf(blocks, structure.links, input.within);
  const x = grown(old.x, blocks.count);
  const y = grown(old.y, blocks.count);
  const columnX = columnsFor(old, blocks);
  const bottom = new Float64Array(columnX.length).fill(-rowGap);
  for (let block = 0; block < known; block++) occupy(bottom, blocks, block, y);
  for (let block = known; block < blocks.count; block++) {
    const layer = at(blocks.layer, block);
    x[block] = at(columnX, layer);
    y[block] = Math.max(at(bottom, layer) + rowGap, preferredY(block, { blocks, y, structure }));
    occupy(bottom, blocks, block, y);
  }
  return {
    structure,
    blocks,
    edges,
    x,
    y,
    columnX,
    ...keptBends(old, edges),
    ...sizeOf(blocks, x, y),
    ...placeNodes(blocks, x, y),
  };
}

function keeps(old: Structure, now: Structure): boolean {
  for (let node = 0; node < old.layer.length; node++) {
    if (at(old.layer, node) !== at(now.layer, node)) return false;
    if (at(old.family, node) !== at(now.family, node)) return false;
  }
  return true;
}

function grown(numbers: Float64Array, size: number): Float64Array {
  const copy = new Float64Array(size);
  copy.set(numbers);
  return copy;
}

/** The old columns, and new ones to the right of them. */
function columnsFor(old: Layout, blocks: Blocks): Float64Array {
  const depth = blocks.layer.reduce((most, layer) => Math.max(most, layer), -1) + 1;
  const columnX = grown(old.columnX, Math.max(old.columnX.length, depth + 1));
  for (let column = old.columnX.length; column < columnX.length; column++)
    columnX[column] = at(columnX, column - 1) + nodeWidth + columnGap;
  return columnX;
}

function occupy(bottom: Float64Array, blocks: Blocks, block: number, y: Float64Array): void {
  const layer = at(blocks.layer, block);
  bottom[layer] = Math.max(at(bottom, layer), at(y, block) + at(blocks.height, block));
}

/** Beside its first parent, if there is one. */
function preferredY(block: number, from: { blocks: Blocks; y: Float64Array; structure: Structure }): number {
  const { blocks, y, structure } = from;
  const node = at(blocks.first, block);
  const first = at(structure.links.start, node);
  if (first === at(structure.links.start, node + 1)) return 0;
  return at(y, at(blocks.of, at(structure.links.items, first)));
}

/** Edges that were there keep their bends; new ones are drawn straight. */
function keptBends(old: Layout, edges: Layout["edges"]) {
  const place = new Map<string, number>();
  for (let edge = 0; edge < old.edges.from.length; edge++)
    place.set(`${at(old.edges.from, edge)}-${at(old.edges.to, edge)}`, edge);
  const bendStart = new Int32Array(edges.from.length + 1);
  const points: number[] = [];
  for (let edge = 0; edge < edges.from.length; edge++) {
    const before = place.get(`${at(edges.from, edge)}-${at(edges.to, edge)}`);
    if (before !== undefined)
      for (let i = 2 * at(old.bendStart, before); i < 2 * at(old.bendStart, before + 1); i++)
        points.push(at(old.bends, i));
    bendStart[edge + 1] = points.length / 2;
  }
  return { bendStart, bends: Float64Array.from(points) };
}
