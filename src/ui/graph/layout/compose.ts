import { at, type Ragged } from "./arrays.ts";
import { frameHeader, type Size } from "./blocks.ts";
import type { PlacedLevel } from "./level.ts";
import type { Nested } from "./levels.ts";
import { type BoxKind, boxKinds, type Layout } from "./result.ts";

interface Composing {
  links: Ragged;
  /** The innermost first. */
  levels: readonly Pick<Nested, "container" | "nodes">[];
  seenAs: Int32Array;
  placed: ReadonlyMap<number, PlacedLevel>;
}

/** All levels in one picture, each inside the box of its container. */
export function composed({ links, levels, seenAs, placed }: Composing): Layout {
  const parts: Part[] = [];
  const boxOf = new Int32Array(links.start.length - 1);
  let [boxes, points] = [0, 0];
  for (const { container, nodes } of levels.toReversed()) {
    const level = placed.get(container);
    if (!level) continue;
    const around = container < 0 ? undefined : boxAround(parts, at(boxOf, container));
    const part = {
      level,
      nodes,
      boxes,
      points,
      parent: around ? at(boxOf, container) : -1,
      ...offset(level, around),
    };
    parts.push(part);
    nodes.forEach((node, place) => {
      boxOf[node] = boxes + at(level.rectOf, place);
    });
    boxes += level.nodeOf.length;
    points += level.paths.points.length / 3;
  }
  seenAs.forEach((shown, node) => {
    if (shown !== node) boxOf[node] = at(boxOf, shown);
  });
  return { ...joined(parts, placed), ...perNode(parts, boxOf), boxOf, links, ...wholeOf(levels, placed) };
}

function wholeOf(levels: Composing["levels"], placed: Composing["placed"]) {
  const root = placed.get(-1);
  return {
    arrangement: root?.arrangement ?? { direction: "right" as const, bandLength: 1 },
    root: levels.length === 1 ? root : undefined,
    width: root?.width ?? 0,
    height: root?.height ?? 0,
  };
}

/** One level, and where it goes. */
interface Part {
  level: PlacedLevel;
  nodes: Int32Array;
  /** Number of its first box and of its first point. */
  boxes: number;
  points: number;
  parent: number;
  x: number;
  y: number;
}

function boxAround(parts: readonly Part[], box: number) {
  const part = parts.findLast(({ boxes }) => boxes <= box);
  if (!part) return undefined;
  const { x, y, width } = part.level.rects;
  const place = box - part.boxes;
  return { x: part.x + at(x, place), y: part.y + at(y, place), width: at(width, place) };
}

/** In the middle of its container, below the header. */
function offset({ width }: Size, around: { x: number; y: number; width: number } | undefined) {
  if (!around) return { x: 0, y: 0 };
  return { x: around.x + (around.width - width) / 2, y: around.y + frameHeader };
}

const numberOf = (kind: BoxKind): number => boxKinds.indexOf(kind);

function joined(
  parts: readonly Part[],
  placed: Composing["placed"],
): Pick<Layout, "boxes" | "edges" | "paths"> {
  const floats = (read: (part: Part) => Float64Array) => flat(parts.map(read), Float64Array);
  const ints = (read: (part: Part) => Int32Array) => flat(parts.map(read), Int32Array);
  const moved = (list: Float64Array, by: number) => (by === 0 ? list : list.map((value) => value + by));
  const shifted = (list: Int32Array, by: number) => (by === 0 ? list : list.map((value) => value + by));
  const node = ints(({ level, nodes }) => level.nodeOf.map((place) => at(nodes, place)));
  const starts = ints(({ level, points }) => shifted(level.paths.start, points).subarray(0, -1));
  const points = floats(movedPoints);
  const start = new Int32Array(starts.length + 1);
  start.set(starts);
  start[starts.length] = points.length / 3;
  return {
    boxes: {
      count: node.length,
      node,
      kind: flat(
        parts.map((part) => kindsOf(part, placed)),
        Uint8Array,
      ),
      parent: ints(parentsOf),
      x: floats(({ level, x }) => moved(level.rects.x, x)),
      y: floats(({ level, y }) => moved(level.rects.y, y)),
      width: floats(({ level }) => level.rects.width),
      height: floats(({ level }) => level.rects.height),
    },
    edges: {
      from: ints(({ level, boxes }) => shifted(level.edges.from, boxes)),
      to: ints(({ level, boxes }) => shifted(level.edges.to, boxes)),
      weight: ints(({ level }) => level.edges.weight),
      isCall: flat(
        parts.map(({ level }) => level.edges.isCall),
        Uint8Array,
      ),
    },
    paths: { start, points },
  };
}

function movedPoints({ level, x, y }: Part): Float64Array {
  const { points } = level.paths;
  if (x === 0 && y === 0) return points;
  return points.map((value, i) => value + (i % 3 === 0 ? x : i % 3 === 1 ? y : 0));
}

function kindsOf({ level, nodes }: Part, placed: Composing["placed"]): Uint8Array {
  const { blocks, nodeOf } = level;
  return Uint8Array.from(nodeOf, (place, rect) => {
    if (rect < blocks.count && blocks.isFamily[rect] === 1)
      return numberOf(blocks.isOpen[rect] === 1 ? "frame" : "family");
    return numberOf(placed.has(at(nodes, place)) ? "container" : "task");
  });
}

/** Blocks stand in their container; members of an opened family in its frame. */
function parentsOf({ level, parent, boxes }: Part): Int32Array {
  const { blocks, nodeOf } = level;
  return nodeOf.map((node, rect) => (rect < blocks.count ? parent : boxes + at(blocks.of, node)));
}

function perNode(parts: readonly Part[], boxOf: Int32Array): Pick<Layout, "family" | "layer"> {
  const family = new Int32Array(boxOf.length).fill(-1);
  const layer = new Int32Array(boxOf.length);
  for (const { level, nodes } of parts)
    nodes.forEach((node, place) => {
      const leader = at(level.structure.family, place);
      family[node] = leader < 0 ? -1 : at(nodes, leader);
      layer[node] = at(level.structure.layer, place);
    });
  return { family, layer };
}

function flat<A extends Int32Array | Float64Array | Uint8Array>(
  lists: readonly A[],
  make: new (length: number) => A,
): A {
  const [only] = lists;
  if (only && lists.length === 1) return only;
  const result = new make(lists.reduce((sum, list) => sum + list.length, 0));
  let place = 0;
  for (const list of lists) {
    result.set(list, place);
    place += list.length;
  }
  return result;
}
