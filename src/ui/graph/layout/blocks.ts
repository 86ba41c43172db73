import { at, inverted, type Ragged, ragged } from "./arrays.ts";
import { familiesOf } from "./families.ts";
import { layersOf } from "./layers.ts";

export interface Size {
  width: number;
  height: number;
}

export const nodeHeight = 44;
export const familyHeight = 62;
/** Room around and between the members of an opened family. */
export const cellGap = 14;
export const framePadding = 16;
export const frameHeader = 38;

/** Nodes that are laid out among themselves: those of the run, or those inside one container. */
export interface Level {
  count: number;
  links: Ragged;
  within: Int32Array;
  key: Int32Array;
  cardWidth: number;
  /** Sizes of the containers among them. */
  containers: ReadonlyMap<number, Size>;
}

/** What the layout moves: a single node, a family drawn as one, or a family opened into a grid. */
export interface Blocks {
  count: number;
  /** For each node its block. */
  of: Int32Array;
  /** For each block its first node; the only one of a single. */
  first: Int32Array;
  /** For each block 1 when it is a family. */
  isFamily: Uint8Array;
  /** For each block 1 when it is a family that is opened. */
  isOpen: Uint8Array;
  layer: Int32Array;
  width: Float64Array;
  height: Float64Array;
  members: Ragged;
  /** For each node its place inside its opened family; else 0. */
  cellX: Float64Array;
  cellY: Float64Array;
}

export interface Structure {
  links: Ragged;
  layer: Int32Array;
  family: Int32Array;
}

export function structureOf({ links, key, count }: Pick<Level, "links" | "key" | "count">): Structure {
  const layer = layersOf(links, count);
  return { links, layer, family: familiesOf({ key }, links, layer) };
}

/** `pane` is the shape that an opened family is given: wide in a wide pane. */
export function blocksOf(
  level: Level,
  { layer, family }: Structure,
  { opened, pane }: { opened: ReadonlySet<number>; pane: Size },
): Blocks {
  const nodes = layer.length;
  const of = new Int32Array(nodes).fill(-1);
  const first: number[] = [];
  for (let node = 0; node < nodes; node++) {
    const leader = at(family, node) === -1 ? node : at(family, node);
    if (leader === node) of[node] = first.push(node) - 1;
    else of[node] = at(of, leader);
  }
  const count = first.length;
  const everyNode = Int32Array.from({ length: nodes }, (_, node) => node);
  const blocks: Blocks = {
    count,
    of,
    first: Int32Array.from(first),
    isFamily: new Uint8Array(count),
    isOpen: new Uint8Array(count),
    layer: Int32Array.from(first, (node) => at(layer, node)),
    width: new Float64Array(count).fill(level.cardWidth),
    height: new Float64Array(count).fill(nodeHeight),
    members: ragged(count, of, everyNode),
    cellX: new Float64Array(nodes),
    cellY: new Float64Array(nodes),
  };
  // A family with a container in it is open, or nothing would show what the container holds.
  const open = new Set([...opened, ...level.containers.keys()].map((node) => at(family, node)));
  for (let block = 0; block < count; block++) {
    const node = at(blocks.first, block);
    const inner = level.containers.get(node);
    if (at(family, node) !== node) {
      if (inner) resize(blocks, block, inner);
      continue;
    }
    blocks.isFamily[block] = 1;
    blocks.height[block] = familyHeight;
    if (!open.has(node)) continue;
    blocks.isOpen[block] = 1;
    resize(blocks, block, placeCells(blocks, block, level, pane));
  }
  return blocks;
}

function resize(blocks: Blocks, block: number, { width, height }: Size): void {
  blocks.width[block] = width;
  blocks.height[block] = height;
}

/** The members of an opened family row by row; a column is as wide, and a row as high, as what it holds. */
function placeCells({ members, cellX, cellY }: Blocks, block: number, level: Level, pane: Size): Size {
  const from = at(members.start, block);
  const size = at(members.start, block + 1) - from;
  const ratio = Math.min(3, Math.max(0.5, pane.width / pane.height));
  const cell = (level.cardWidth + cellGap) / (nodeHeight + cellGap);
  const columns = Math.max(1, Math.min(size, Math.round(Math.sqrt((size * ratio) / cell))));
  const wide = new Float64Array(columns + 1);
  const high = new Float64Array(Math.ceil(size / columns) + 1);
  const sizeOf = (node: number) =>
    level.containers.get(node) ?? { width: level.cardWidth, height: nodeHeight };
  for (let i = 0; i < size; i++) {
    const { width, height } = sizeOf(at(members.items, from + i));
    const [column, row] = [i % columns, Math.floor(i / columns)];
    wide[column + 1] = Math.max(at(wide, column + 1), width + cellGap);
    high[row + 1] = Math.max(at(high, row + 1), height + cellGap);
  }
  for (const sums of [wide, high])
    for (let i = 1; i < sums.length; i++) sums[i] = at(sums, i) + at(sums, i - 1);
  for (let i = 0; i < size; i++) {
    const node = at(members.items, from + i);
    cellX[node] = framePadding + at(wide, i % columns);
    cellY[node] = frameHeader + at(high, Math.floor(i / columns));
  }
  return {
    width: at(wide, columns) - cellGap + 2 * framePadding,
    height: at(high, high.length - 1) - cellGap + frameHeader + framePadding,
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

/**
 * Links joined by where their ends are seen: `seenAt` answers the block of a node, or any other number that stands
 * for what is drawn in its place. Closing edges of a cycle would point backwards; they are left out.
 */
export function edgesOf(blocks: Blocks, level: Pick<Level, "links" | "within">, seenAt: Int32Array): Edges {
  const from: number[] = [];
  const to: number[] = [];
  const weight: number[] = [];
  const isCall: number[] = [];
  const places = seenAt.reduce((most, place) => Math.max(most, place), -1) + 1;
  const edgeTo = new Int32Array(places).fill(-1);
  const children = inverted(level.links, blocks.of.length);
  const seen = ragged(
    places,
    seenAt,
    Int32Array.from({ length: seenAt.length }, (_, node) => node),
  );
  for (let place = 0; place < places; place++) {
    const firstEdge = from.length;
    for (let m = at(seen.start, place); m < at(seen.start, place + 1); m++) {
      const node = at(seen.items, m);
      const layer = at(blocks.layer, at(blocks.of, node));
      for (let i = at(children.start, node); i < at(children.start, node + 1); i++) {
        const child = at(children.items, i);
        if (at(blocks.layer, at(blocks.of, child)) <= layer) continue;
        const target = at(seenAt, child);
        const called = at(level.within, child) === node ? 1 : 0;
        const known = at(edgeTo, target);
        if (known >= firstEdge) {
          weight[known] = at(weight, known) + 1;
          if (called === 0) isCall[known] = 0;
          continue;
        }
        edgeTo[target] = from.length;
        from.push(place);
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
