import { at } from "./layout/arrays.ts";
import { type Layout, nodeHeight, nodeWidth } from "./layout/layout.ts";

/** A rectangle on the map: a task, a family drawn as one, or the frame around an opened family. */
export interface Item {
  kind: "task" | "family" | "frame";
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

/** SelectionDialog on the map, found by place. */
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
}

const cell = 600;

export function sceneOf(layout: Layout): Scene {
  const items = itemsOf(layout);
  const cells = new Map<string, number[]>();
  const byNode = new Map<number, number>();
  items.forEach((item, place) => {
    if (item.kind !== "frame") byNode.set(item.node, place);
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
    itemOf(node) {
      const own = byNode.get(node);
      const block = at(layout.blocks.of, node);
      const place = own ?? byNode.get(at(layout.blocks.first, block));
      return place === undefined ? undefined : items[place];
    },
  };
}

function itemsOf({ blocks, x, y, nodeX, nodeY }: Layout): Item[] {
  const items: Item[] = [];
  for (let block = 0; block < blocks.count; block++) {
    const node = at(blocks.first, block);
    const box = {
      x: at(x, block),
      y: at(y, block),
      width: at(blocks.width, block),
      height: at(blocks.height, block),
    };
    const isFamily = at(blocks.isFamily, block) === 1;
    const isOpen = at(blocks.columns, block) > 0;
    items.push({ kind: isOpen ? "frame" : isFamily ? "family" : "task", node, ...box });
    if (!isOpen) continue;
    for (let i = at(blocks.members.start, block); i < at(blocks.members.start, block + 1); i++) {
      const member = at(blocks.members.items, i);
      const place = { x: at(nodeX, member), y: at(nodeY, member), width: nodeWidth, height: nodeHeight };
      items.push({ kind: "task", node: member, ...place });
    }
  }
  return items;
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

function boundsOf({ edges, blocks, x, y, bends, bendStart }: Layout): Float64Array {
  const bounds = new Float64Array(edges.from.length * 4);
  for (let edge = 0; edge < edges.from.length; edge++) {
    const from = at(edges.from, edge);
    const to = at(edges.to, edge);
    const startY = at(y, from) + at(blocks.height, from) / 2;
    const endY = at(y, to) + at(blocks.height, to) / 2;
    let top = Math.min(startY, endY);
    let bottom = Math.max(startY, endY);
    for (let i = at(bendStart, edge); i < at(bendStart, edge + 1); i++) {
      top = Math.min(top, at(bends, 2 * i + 1));
      bottom = Math.max(bottom, at(bends, 2 * i + 1));
    }
    bounds.set([at(x, from) + at(blocks.width, from), top, at(x, to), bottom], edge * 4);
  }
  return bounds;
}
