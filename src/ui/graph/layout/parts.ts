import { at } from "./arrays.ts";
import type { Blocks, Edges, Size } from "./blocks.ts";
import { mostRowsIn, type Plan, type Shapes } from "./place.ts";
import { type Vertices, verticesOf } from "./vertices.ts";

/** Blocks that no edge joins to the others, directly or not; they are laid out among themselves. */
export interface PartPlan extends Plan {
  /** Numbers of its blocks in the level, ascending. */
  members: Int32Array;
}

/** More parts than this are one graph with several roots: to pack them would show nothing. */
const mostParts = 60;

/** The parts of a level, in the order of their first blocks: the order in which their tasks were called. */
export function partsOf(blocks: Blocks, edges: Edges, from: { cardWidth: number; pane: Size }): PartPlan[] {
  const groups = componentsOf(blocks.count, edges);
  const partOf = new Int32Array(blocks.count);
  const place = new Int32Array(blocks.count);
  groups.forEach((members, part) => {
    members.forEach((block, i) => {
      partOf[block] = part;
      place[block] = i;
    });
  });
  const own = groups.map(() => ({ from: [] as number[], to: [] as number[] }));
  for (let edge = 0; edge < edges.from.length; edge++) {
    const list = own[at(partOf, at(edges.from, edge))];
    list?.from.push(at(place, at(edges.from, edge)));
    list?.to.push(at(place, at(edges.to, edge)));
  }
  return groups.map((group, part) => {
    const members = Int32Array.from(group);
    const shapes: Shapes = {
      count: members.length,
      layer: members.map((block) => at(blocks.layer, block)),
      width: Float64Array.from(members, (block) => at(blocks.width, block)),
      height: Float64Array.from(members, (block) => at(blocks.height, block)),
    };
    const links = { from: Int32Array.from(own[part]?.from ?? []), to: Int32Array.from(own[part]?.to ?? []) };
    const vertices: Vertices = verticesOf(shapes, links);
    return {
      members,
      blocks: shapes,
      links,
      vertices,
      mostRows: mostRowsIn(vertices.rows, from.cardWidth, from.pane),
    };
  });
}

/** Blocks by the part they belong to. Neighbours that stand alone are one part, as they are one after the other. */
function componentsOf(count: number, edges: Edges): number[][] {
  const root = Int32Array.from({ length: count }, (_, block) => block);
  const find = (block: number) => {
    let top = block;
    while (root[top] !== top) top = at(root, top);
    for (let here = block; here !== top; ) {
      const next = at(root, here);
      root[here] = top;
      here = next;
    }
    return top;
  };
  for (let edge = 0; edge < edges.from.length; edge++) {
    const [a, b] = [find(at(edges.from, edge)), find(at(edges.to, edge))];
    root[Math.max(a, b)] = Math.min(a, b);
  }
  const byRoot = new Map<number, number[]>();
  for (let block = 0; block < count; block++) {
    const known = byRoot.get(find(block));
    if (known) known.push(block);
    else byRoot.set(find(block), [block]);
  }
  const groups: number[][] = [];
  let alone: number[] | undefined;
  for (const group of byRoot.values()) {
    const [only] = group;
    if (group.length > 1 || only === undefined) alone = undefined;
    if (alone && only !== undefined) alone.push(only);
    else groups.push(group);
    if (group.length === 1) alone ??= group;
  }
  if (groups.length <= mostParts) return groups;
  return [Array.from({ length: count }, (_, block) => block)];
}
