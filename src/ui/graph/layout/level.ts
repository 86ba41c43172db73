import { arranged, type Rate, stretched } from "./arrange.ts";
import { at } from "./arrays.ts";
import {
  type Blocks,
  blocksOf,
  type Edges,
  edgesOf,
  type Level,
  nodeHeight,
  type Size,
  type Structure,
  structureOf,
} from "./blocks.ts";
import { type Bend, bendsBetween, type Paths, pathsOf, type Rects } from "./paths.ts";
import { type Arrangement, mostRowsIn, type Placed } from "./place.ts";
import { verticesOf } from "./vertices.ts";

export interface Wish {
  opened: ReadonlySet<number>;
  /** The shape to fill. */
  pane: Size;
  rate: Rate;
  /** Widen the gaps where the pane has room. */
  stretch: boolean;
  /** The arrangement that was there before: kept while it is not much worse than the best. */
  keep?: Arrangement | undefined;
}

export interface PlacedLevel extends Size {
  structure: Structure;
  blocks: Blocks;
  placed: Placed;
  bends: ReadonlyMap<string, readonly Bend[]>;
  /** Blocks first, in their order; then the members of opened families. */
  rects: Rects;
  /** For each rectangle its node, of a family the first one. */
  nodeOf: Int32Array;
  /** For each node the rectangle in which it is seen. */
  rectOf: Int32Array;
  edges: Edges;
  paths: Paths;
}

/** Lays out the nodes of one level, whatever is inside of them. */
export function layoutLevel(level: Level, wish: Wish): PlacedLevel {
  const structure = structureOf(level);
  const blocks = blocksOf(level, structure, wish);
  const links = edgesOf(blocks, level, blocks.of);
  const vertices = verticesOf(blocks, links);
  const mostRows = mostRowsIn(vertices.rows, level.cardWidth, wish.pane);
  const plan = { blocks, vertices, mostRows };
  const best = arranged(plan, wish.rate, wish.pane, wish.keep);
  const placed = wish.stretch ? stretched(plan, best, wish.pane) : best;
  return drawn({ level, structure, blocks, placed, bends: bendsBetween(links, vertices, placed) });
}

interface Drawing {
  level: Level;
  structure: Structure;
  blocks: Blocks;
  placed: Placed;
  bends: ReadonlyMap<string, readonly Bend[]>;
}

const none: readonly Bend[] = [];

/** Rectangles and edges of what is placed. */
export function drawn({ level, structure, blocks, placed, bends }: Drawing): PlacedLevel {
  const { rects, nodeOf, rectOf, blockOf } = rectsOf(level, blocks, placed);
  const edges = edgesOf(blocks, level, rectOf);
  const between = (from: number, to: number) => bends.get(`${from}-${to}`) ?? none;
  const paths = pathsOf({
    blocks,
    placed,
    rects,
    blockOf,
    edges,
    bends: bends.size === 0 ? () => none : between,
  });
  const isRight = placed.arrangement.direction === "right";
  return {
    ...{ structure, blocks, placed, bends, rects, nodeOf, rectOf, edges, paths },
    width: isRight ? placed.length : placed.breadth,
    height: isRight ? placed.breadth : placed.length,
  };
}

function rectsOf(level: Level, blocks: Blocks, placed: Placed) {
  const { count, of, first, isOpen, cellX, cellY, members } = blocks;
  const isRight = placed.arrangement.direction === "right";
  const [left, top] = isRight ? [placed.along, placed.across] : [placed.across, placed.along];
  const x = Array.from(left);
  const y = Array.from(top);
  const width = Array.from(blocks.width);
  const height = Array.from(blocks.height);
  const nodeOf = Array.from(first);
  const rectOf = Int32Array.from(of);
  const blockOf = Array.from({ length: count }, (_, block) => block);
  for (let block = 0; block < count; block++) {
    if (isOpen[block] !== 1) continue;
    for (let i = at(members.start, block); i < at(members.start, block + 1); i++) {
      const node = at(members.items, i);
      const inner = level.containers.get(node);
      rectOf[node] = nodeOf.push(node) - 1;
      blockOf.push(block);
      x.push(at(x, block) + at(cellX, node));
      y.push(at(y, block) + at(cellY, node));
      width.push(inner?.width ?? level.cardWidth);
      height.push(inner?.height ?? nodeHeight);
    }
  }
  const flat = (numbers: number[]) => Float64Array.from(numbers);
  return {
    rects: { x: flat(x), y: flat(y), width: flat(width), height: flat(height) },
    nodeOf: Int32Array.from(nodeOf),
    rectOf,
    blockOf: Int32Array.from(blockOf),
  };
}
