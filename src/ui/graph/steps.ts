import { at, inverted, type Ragged } from "./layout/arrays.ts";
import type { Item, Scene } from "./scene.ts";

export type Direction = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

const childrenOf = new WeakMap<Ragged, Ragged>();

/**
 * Where an arrow leads: along the edges in the direction of the layout, and to the neighbours in the same layer or
 * opened family across it.
 */
export function stepFrom(scene: Scene, node: number, direction: Direction): number | undefined {
  const here = scene.itemOf(node);
  if (!here) return scene.items[0]?.node;
  const isRight = scene.layout.arrangement.direction === "right";
  const isAlong = isRight === (direction === "ArrowLeft" || direction === "ArrowRight");
  const isOn = direction === "ArrowRight" || direction === "ArrowDown";
  return isAlong ? along(scene, here, isOn) : across(scene, here, isOn);
}

/** To the first child or parent that is seen elsewhere than this one. */
function along(scene: Scene, here: Item, isOn: boolean): number | undefined {
  const { links, boxOf } = scene.layout;
  const children = childrenOf.get(links) ?? inverted(links, boxOf.length);
  childrenOf.set(links, children);
  const wanted = isOn ? children : links;
  for (let i = at(wanted.start, here.node); i < at(wanted.start, here.node + 1); i++) {
    const item = scene.itemOf(at(wanted.items, i));
    if (item && item !== here) return item.node;
  }
  return undefined;
}

function across(scene: Scene, here: Item, isOn: boolean): number | undefined {
  const sibling = siblingOf(scene, here.node, isOn ? 1 : -1);
  if (sibling !== undefined) return sibling;
  const isRight = scene.layout.arrangement.direction === "right";
  const [start, size] = isRight ? (["x", "width"] as const) : (["y", "height"] as const);
  const line = isRight ? "y" : "x";
  let best: Item | undefined;
  for (const item of scene.items) {
    if (item.kind === "frame" || item === here) continue;
    if (item[start] > here[start] + here[size] || item[start] + item[size] < here[start]) continue;
    if (isOn ? item[line] <= here[line] : item[line] >= here[line]) continue;
    if (!best || (isOn ? item[line] < best[line] : item[line] > best[line])) best = item;
  }
  return best?.node;
}

// The members of an opened family stand in a grid, so "below" alone would reach one of its columns only.
function siblingOf(
  { layout: { boxes, boxOf, family } }: Scene,
  node: number,
  by: 1 | -1,
): number | undefined {
  const box = at(boxOf, node);
  if (at(family, node) < 0 || at(boxes.node, box) !== node) return undefined;
  const next = box + by;
  const isMember = next >= 0 && next < boxes.count && at(boxes.parent, next) === at(boxes.parent, box);
  const sibling = at(boxes.node, next);
  return isMember && at(family, sibling) === at(family, node) ? sibling : undefined;
}
