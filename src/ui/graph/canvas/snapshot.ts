import { areaOf } from "../camera.ts";
import { drawMap } from "./draw-map.ts";
import type { Picture } from "./picture.ts";

interface Snapshot {
  /** What it shows; another object for anything that would look different. */
  of: readonly unknown[];
  image: OffscreenCanvas;
  /** Left and top of the image on the map. */
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How much of the map around the window is painted along, as a part of its size. */
const margin = 0.35;
const zooms = new WeakMap<HTMLCanvasElement, number>();
const snapshots = new WeakMap<HTMLCanvasElement, Snapshot>();

/** Draws the map; while it is only moved, the overview of thousands of nodes is one copied image. */
export function drawPicture(context: CanvasRenderingContext2D, picture: Picture): void {
  const { canvas } = context;
  const { width, height, viewport } = picture;
  const ratio = canvas.width / Math.max(1, width);
  // While it is zoomed every frame is another picture, and one without a margin costs a third.
  const isZooming = zooms.get(canvas) !== viewport.zoom;
  zooms.set(canvas, viewport.zoom);
  const isWorthIt =
    picture.overview && !isZooming && width > 0 && height > 0 && "OffscreenCanvas" in globalThis;
  const snapshot = isWorthIt ? (fresh(canvas, picture) ?? taken(canvas, picture, ratio)) : undefined;
  if (snapshot) {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const left = Math.round((snapshot.x * viewport.zoom + viewport.x) * ratio);
    const top = Math.round((snapshot.y * viewport.zoom + viewport.y) * ratio);
    context.drawImage(snapshot.image, left, top);
  } else drawMap(context, picture);
}

const shownBy = ({ scene, model, marks, paints, viewport, width, height }: Picture): readonly unknown[] => [
  scene,
  model.version,
  marks.state,
  paints,
  viewport.zoom,
  width,
  height,
];

/** The snapshot that was taken before, where it shows the same and reaches as far as the window does. */
function fresh(canvas: HTMLCanvasElement, picture: Picture): Snapshot | undefined {
  const snapshot = snapshots.get(canvas);
  if (!snapshot || shownBy(picture).some((part, place) => part !== snapshot.of[place])) return undefined;
  const area = areaOf(picture);
  const isInside =
    area.x >= snapshot.x &&
    area.y >= snapshot.y &&
    area.x + area.width <= snapshot.x + snapshot.width &&
    area.y + area.height <= snapshot.y + snapshot.height;
  return isInside ? snapshot : undefined;
}

function taken(canvas: HTMLCanvasElement, picture: Picture, ratio: number): Snapshot | undefined {
  const { viewport } = picture;
  const [padX, padY] = [picture.width * margin, picture.height * margin];
  const width = picture.width + 2 * padX;
  const height = picture.height + 2 * padY;
  const image = new OffscreenCanvas(Math.ceil(width * ratio), Math.ceil(height * ratio));
  const context = image.getContext("2d");
  if (!context) return undefined;
  const wider = { ...viewport, x: viewport.x + padX, y: viewport.y + padY };
  drawMap(context, { ...picture, viewport: wider, width, height });
  const area = areaOf({ viewport: wider, width, height });
  const snapshot = { of: shownBy(picture), image, ...area };
  snapshots.set(canvas, snapshot);
  return snapshot;
}
