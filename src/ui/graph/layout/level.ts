import { arranged, type Rate } from "./arrange.ts";
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
import { partsOf } from "./parts.ts";
import { addBends, type Bend, type Part, type Paths, pathsOf, type Rects } from "./paths.ts";
import type { Arrangement } from "./place.ts";

export interface LevelOptions {
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
  arrangement: Arrangement;
  /** What no edge joins is apart; most graphs have one part. */
  parts: readonly PlacedPart[];
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

export interface PlacedPart extends Part {
  /** Its blocks, in the order in which they are placed. */
  members: Int32Array;
}

/** Lays out the nodes of one level, whatever is inside of them. */
export function layoutLevel(level: Level, { opened, pane, rate, stretch, keep }: LevelOptions): PlacedLevel {
  const structure = structureOf(level);
  const blocks = blocksOf(level, structure, { opened, pane });
  const links = edgesOf(blocks, level, blocks.of);
  const plans = partsOf(blocks, links, { cardWidth: level.cardWidth, pane });
  const { arrangement, parts, width, height } = arranged(plans, { rate, room: pane, fill: stretch, keep });
  const bends = new Map<string, Bend[]>();
  const placed = plans.flatMap((plan, i) => {
    const part = parts[i];
    if (part) addBends(plan, part.placed, bends);
    return part ? { ...part, members: plan.members } : [];
  });
  return { ...drawn({ level, structure, blocks, arrangement, parts: placed, bends }), width, height };
}

type Drawing = Pick<PlacedLevel, "structure" | "blocks" | "arrangement" | "parts" | "bends"> & {
  level: Level;
};

const none: readonly Bend[] = [];

/** Rectangles and edges of what is placed. */
export function drawn({ level, structure, blocks, arrangement, parts, bends }: Drawing) {
  const { rects, nodeOf, rectOf, blockOf, partOf } = rectsOf(level, blocks, parts);
  const edges = edgesOf(blocks, level, rectOf);
  const between = (from: number, to: number) => bends.get(`${from}-${to}`) ?? none;
  const paths = pathsOf({
    ...{ blocks, rects, blockOf, edges },
    partOf: (block) => parts[partOf[block] ?? -1],
    bends: bends.size === 0 ? () => none : between,
  });
  return { structure, blocks, arrangement, parts, bends, rects, nodeOf, rectOf, edges, paths };
}

function rectsOf(level: Level, blocks: Blocks, parts: readonly PlacedPart[]) {
  const { count, of, first, isOpen, cellX, cellY, members } = blocks;
  const { x, y, partOf } = placesOf(count, parts);
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
    partOf,
  };
}

/** Top left corner and part of each block. */
function placesOf(count: number, parts: readonly PlacedPart[]) {
  const x = new Array<number>(count).fill(0);
  const y = new Array<number>(count).fill(0);
  const partOf = new Int32Array(count);
  parts.forEach(({ placed, members, x: left, y: top }, part) => {
    const isRight = placed.arrangement.direction === "right";
    members.forEach((block, i) => {
      x[block] = left + at(isRight ? placed.along : placed.across, i);
      y[block] = top + at(isRight ? placed.across : placed.along, i);
      partOf[block] = part;
    });
  });
  return { x, y, partOf };
}
