import { at } from "./layout/arrays.ts";
import { type BoxKind, boxKinds, type Layout } from "./layout/result.ts";

/** A rectangle of the graph. */
export interface Item {
  kind: BoxKind;
  /** Its place among the items, and its number in the layout. */
  box: number;
  /** The node; of a family its first one. */
  node: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is in the picture, found by place. */
export interface Scene {
  layout: Layout;
  items: readonly Item[];
  /** For each edge left, top, right, bottom. */
  edgeBounds: Float64Array;
  /** Items that touch the rectangle, in the order of the map. */
  within(area: Rect): Item[];
  itemAt(x: number, y: number): Item | undefined;
  /** The item in which a node is seen. */
  itemOf(node: number): Item | undefined;
  itemOfBox(box: number): Item | undefined;
}

const cell = 600;

export function sceneOf(layout: Layout): Scene {
  const items = itemsOf(layout);
  const cells = new Map<string, number[]>();
  items.forEach((item, place) => {
    for (const key of cellsOf(item)) {
      const known = cells.get(key);
      if (known) known.push(place);
      else cells.set(key, [place]);
    }
  });
  const within = (area: Rect) => {
    const places = new Set<number>();
    for (const key of cellsOf(clipped(area, layout)))
      for (const place of cells.get(key) ?? []) places.add(place);
    return [...places].sort((a, b) => a - b).flatMap((place) => items[place] ?? []);
  };
  return {
    layout,
    items,
    edgeBounds: boundsOf(layout),
    within,
    itemAt: (x, y) => within({ x, y, width: 0, height: 0 }).findLast((item) => contains(item, x, y)),
    itemOf: (node) => items[layout.boxOf[node] ?? -1],
    itemOfBox: (box) => items[box],
  };
}

function itemsOf({ boxes }: Layout): Item[] {
  return Array.from({ length: boxes.count }, (_, box) => ({
    kind: boxKinds[at(boxes.kind, box)] ?? "task",
    box,
    node: at(boxes.node, box),
    x: at(boxes.x, box),
    y: at(boxes.y, box),
    width: at(boxes.width, box),
    height: at(boxes.height, box),
  }));
}

function* cellsOf({ x, y, width, height }: Rect) {
  for (let column = Math.floor(x / cell); column <= Math.floor((x + width) / cell); column++)
    for (let row = Math.floor(y / cell); row <= Math.floor((y + height) / cell); row++)
      yield `${column}:${row}`;
}

/** A view of mostly empty space must not walk through all its empty cells. */
function clipped(area: Rect, { width, height }: Layout): Rect {
  const left = Math.max(area.x, 0);
  const top = Math.max(area.y, 0);
  const right = Math.min(area.x + area.width, width);
  const bottom = Math.min(area.y + area.height, height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const contains = (item: Rect, x: number, y: number): boolean =>
  x >= item.x && y >= item.y && x <= item.x + item.width && y <= item.y + item.height;

function boundsOf({ edges, paths }: Layout): Float64Array {
  const bounds = new Float64Array(edges.from.length * 4);
  for (let edge = 0; edge < edges.from.length; edge++) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = at(paths.start, edge); i < at(paths.start, edge + 1); i++) {
      const [x, y] = [at(paths.points, 3 * i), at(paths.points, 3 * i + 1)];
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    bounds.set([left, top, right, bottom], edge * 4);
  }
  return bounds;
}
