import { at, inverted, type Ragged } from "./layout/arrays.ts";
import type { Item, Scene } from "./scene.ts";

export type Direction = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

const childrenOf = new WeakMap<Ragged, Ragged>();

/** Where an arrow leads: left and right along the edges, up and down within the column or the opened family. */
export function stepFrom(scene: Scene, node: number, direction: Direction): number | undefined {
  const here = scene.itemOf(node);
  if (!here) return scene.items[0]?.node;
  if (direction === "ArrowUp" || direction === "ArrowDown") return besides(scene, here, direction);
  const { links } = scene.layout.structure;
  const children = childrenOf.get(links) ?? inverted(links, scene.layout.blocks.of.length);
  childrenOf.set(links, children);
  const wanted = direction === "ArrowLeft" ? links : children;
  const next = at(wanted.items, at(wanted.start, node));
  if (at(wanted.start, node) === at(wanted.start, node + 1)) return undefined;
  return scene.itemOf(next)?.node;
}

function besides(scene: Scene, here: Item, direction: "ArrowUp" | "ArrowDown"): number | undefined {
  const down = direction === "ArrowDown";
  const sibling = siblingOf(scene, here.node, down ? 1 : -1);
  if (sibling !== undefined) return sibling;
  let best: Item | undefined;
  for (const item of scene.items) {
    if (item.kind === "frame" || item === here) continue;
    if (item.x > here.x + here.width || item.x + item.width < here.x) continue;
    if (down ? item.y <= here.y : item.y >= here.y) continue;
    if (!best || (down ? item.y < best.y : item.y > best.y)) best = item;
  }
  return best?.node;
}

// The members of an opened family stand in a grid, so "below" alone would reach one of its columns only.
function siblingOf({ layout: { blocks } }: Scene, node: number, by: 1 | -1): number | undefined {
  const block = at(blocks.of, node);
  if (at(blocks.columns, block) === 0) return undefined;
  const { start, items } = blocks.members;
  const members = items.subarray(at(start, block), at(start, block + 1));
  return members[members.indexOf(node) + by];
}
