import type { Size } from "./layout/blocks.ts";
import { paneMargin, readableZoom } from "./layout/layout.ts";
import type { Item, Rect, Scene } from "./scene.ts";

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}
/** A viewport and the size of the window it is seen through. */
export interface View {
  viewport: Viewport;
  width: number;
  height: number;
}

/** Below this zoom, or with more nodes in view, elements give way to the canvas. */
const overviewZoom = 0.42;
const mostElements = 240;
export const leastZoom = 0.01;
export const mostZoom = 1.6;
/** Elements are mounted for whole steps of this size, so that a small move mounts nothing. */
const step = 240;
/** The scale at which a graph opens that does not fit as a whole. */
const closeZoom = 0.92;

export const areaOf = ({ viewport, width, height }: View): Rect => ({
  x: -viewport.x / viewport.zoom,
  y: -viewport.y / viewport.zoom,
  width: width / viewport.zoom,
  height: height / viewport.zoom,
});

/** What is to be mounted as elements; the key changes only when that does. */
export function visibleIn(scene: Scene, view: View): { key: string; overview: boolean; items: Item[] } {
  if (view.width === 0 || view.viewport.zoom < overviewZoom)
    return { key: "overview", overview: true, items: [] };
  const area = areaOf(view);
  const left = Math.floor(area.x / step) * step;
  const top = Math.floor(area.y / step) * step;
  const right = Math.ceil((area.x + area.width) / step) * step;
  const bottom = Math.ceil((area.y + area.height) / step) * step;
  const items = scene.within({ x: left, y: top, width: right - left, height: bottom - top });
  if (items.length > mostElements) return { key: "overview", overview: true, items: [] };
  return { key: [left, top, right, bottom].join(), overview: false, items };
}

const clampZoom = (zoom: number): number => Math.min(mostZoom, Math.max(leastZoom, zoom));

/** From this many tasks on, a graph that is small is enlarged until it takes half of the pane's smaller side. */
const manyTasks = 10;
const mostEnlarged = 1.4;

/** All of it; larger than life only where many tasks would stand small in a large pane. */
export function fitted({ layout }: Scene, { width, height }: Size): Viewport {
  const [wide, high] = [Math.max(1, layout.width), Math.max(1, layout.height)];
  const wanted = width >= height ? (0.52 * height) / high : (0.52 * width) / wide;
  const most = layout.boxOf.length < manyTasks ? 1 : Math.max(1, Math.min(mostEnlarged, wanted));
  const zoom = clampZoom(
    Math.min((width - 2 * paneMargin.x) / wide, (height - 2 * paneMargin.y) / high, most),
  );
  return { zoom, x: (width - wide * zoom) / 2, y: (height - high * zoom) / 2 };
}

/**
 * What is seen first: all of it where every label can be read so, else the part that matters, as large as its shape
 * allows. `focus` are the nodes that matter, the most important one first.
 */
export function firstSight(scene: Scene, size: Size, focus: readonly number[]): Viewport {
  const whole = fitted(scene, size);
  if (whole.zoom >= readableZoom) return whole;
  const { width, height } = scene.layout;
  const [wide, high] = [(size.width - 2 * paneMargin.x) / width, (size.height - 2 * paneMargin.y) / height];
  // Along one axis it may fit: then only the other one has to be scrolled.
  const oneWay = Math.max(wide, high);
  const zoom = oneWay >= readableZoom ? Math.min(closeZoom, oneWay) : closeZoom;
  return around(scene, size, { focus, zoom });
}

/** With the first of these nodes in view, and as many of the next as fit beside it. */
export function around(
  scene: Scene,
  size: Size,
  { focus, zoom }: { focus: readonly number[]; zoom: number },
): Viewport {
  const room = { width: size.width / zoom - 80, height: size.height / zoom - 80 };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const node of focus) {
    const item = scene.itemOf(node);
    if (!item) continue;
    const next = [
      Math.min(left, item.x),
      Math.min(top, item.y),
      Math.max(right, item.x + item.width),
      Math.max(bottom, item.y + item.height),
    ] as const;
    if (next[2] - next[0] > room.width || next[3] - next[1] > room.height) break;
    [left, top, right, bottom] = next;
  }
  if (left > right) [left, top, right, bottom] = [0, 0, 0, 0];
  const { width, height } = scene.layout;
  return {
    zoom,
    x: kept((left + right) / 2, { length: width, pane: size.width, zoom, margin: paneMargin.x }),
    y: kept((top + bottom) / 2, { length: height, pane: size.height, zoom, margin: paneMargin.y }),
  };
}

/** Puts a point into the middle of the pane, but shows nothing beyond the borders of the graph for it. */
function kept(
  middle: number,
  { length, pane, zoom, margin }: { length: number; pane: number; zoom: number; margin: number },
): number {
  if (length * zoom + 2 * margin <= pane) return (pane - length * zoom) / 2;
  return Math.max(pane - margin - length * zoom, Math.min(margin, pane / 2 - middle * zoom));
}

export function centred(
  { viewport, width, height }: View,
  x: number,
  y: number,
  zoom = viewport.zoom,
): Viewport {
  return { zoom, x: width / 2 - x * zoom, y: height / 2 - y * zoom };
}

export const zoomed = (view: View, factor: number): Viewport => zoomedTo(view, view.viewport.zoom * factor);

/** The same middle, at another scale. */
export function zoomedTo(view: View, zoom: number): Viewport {
  const { x, y, width, height } = areaOf(view);
  return centred(view, x + width / 2, y + height / 2, clampZoom(zoom));
}

/** Brings an item into view; undefined when it is in view already. */
export function revealed(view: View, item: Item): Viewport | undefined {
  const { zoom } = view.viewport;
  const area = areaOf(view);
  const isInside =
    item.x >= area.x &&
    item.y >= area.y &&
    item.x + item.width <= area.x + area.width &&
    item.y + item.height <= area.y + area.height;
  if (isInside) return undefined;
  return centred(view, item.x + item.width / 2, item.y + item.height / 2, zoom);
}
