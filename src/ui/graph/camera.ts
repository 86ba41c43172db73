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
const margin = 28;

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

/** All of it, but never larger than life. */
export function fitted(scene: Scene, { width, height }: Pick<View, "width" | "height">): Viewport {
  const wide = Math.max(1, scene.layout.width);
  const high = Math.max(1, scene.layout.height);
  // The lower margin leaves the controls free.
  const zoom = clampZoom(Math.min((width - 2 * margin) / wide, (height - 2 * margin - 64) / high, 1));
  return { zoom, x: (width - wide * zoom) / 2, y: 44 + (height - 88 - high * zoom) / 2 };
}

export function centred(
  { viewport, width, height }: View,
  x: number,
  y: number,
  zoom = viewport.zoom,
): Viewport {
  return { zoom, x: width / 2 - x * zoom, y: height / 2 - y * zoom };
}

export function zoomed(view: View, factor: number): Viewport {
  const { x, y, width, height } = areaOf(view);
  return centred(view, x + width / 2, y + height / 2, clampZoom(view.viewport.zoom * factor));
}

/** Moves as little as needed to bring an item into view; undefined when it is in view already. */
export function revealed(view: View, item: Item, leastReadable = 0): Viewport | undefined {
  const zoom = Math.max(view.viewport.zoom, leastReadable);
  const area = areaOf(view);
  const isInside =
    item.x >= area.x &&
    item.y >= area.y &&
    item.x + item.width <= area.x + area.width &&
    item.y + item.height <= area.y + area.height;
  if (isInside && zoom === view.viewport.zoom) return undefined;
  return centred(view, item.x + item.width / 2, item.y + item.height / 2, zoom);
}
