import { at } from "../layout/arrays.ts";
import type { Rect, Scene } from "../scene.ts";
import type { Paints } from "../tones.ts";
import { middleOf, traceEdge, traceHead } from "./edge-path.ts";
import type { Context, Picture } from "./picture.ts";

/** Above this many edges in view they are painted once and then moved as an image. */
const mostLiveEdges = 1500;

export function drawEdges(context: Context, picture: Picture, area: Rect): void {
  const { scene, marks, paints } = picture;
  const visible = edgesIn(scene, area);
  if (visible.length > mostLiveEdges) {
    const image = imageOf(scene, paints);
    if (image) context.drawImage(image, 0, 0, scene.layout.width, scene.layout.height);
    return;
  }
  const { lit, selected, hovered, edge: pointed } = marks.state;
  const litBoxes = lit && boxesOf(scene, lit);
  const path = hovered < 0 ? undefined : pathThrough(scene, hovered);
  const box = selected < 0 ? -1 : at(scene.layout.boxOf, selected);
  const groups = { plain: [], near: [], marked: [] } satisfies Record<string, number[]>;
  const { plain, near, marked }: Record<keyof typeof groups, number[]> = groups;
  for (const edge of visible) {
    const isMarked = litBoxes
      ? joins(scene, edge, litBoxes)
      : touches(scene, edge, hovered < 0 ? box : hovered);
    if (isMarked || edge === pointed) marked.push(edge);
    else if (path?.has(edge)) near.push(edge);
    else plain.push(edge);
  }
  const isFaded = litBoxes !== undefined || path !== undefined;
  strokeEdges(context, picture, plain, isFaded ? paints.lineStrong : paints.edge);
  context.globalAlpha = 0.55;
  strokeEdges(context, picture, near, paints.accent);
  context.globalAlpha = 1;
  strokeEdges(context, picture, marked, paints.accent);
  drawCounts(context, picture, visible);
}

/** Above this many edges nobody can follow a path with the eye. */
const mostFollowed = 20_000;
const followed = new WeakMap<Scene, { box: number; path: Set<number> }>();

/** The edges on every way to and from a box. */
function pathThrough(scene: Scene, box: number): ReadonlySet<number> {
  const known = followed.get(scene);
  if (known?.box === box) return known.path;
  const path = new Set<number>();
  const { from, to } = scene.layout.edges;
  if (from.length <= mostFollowed)
    for (const [start, end] of [
      [from, to],
      [to, from],
    ] as const) {
      const next = Map.groupBy(start.keys(), (edge) => at(start, edge));
      const open = [box];
      const seen = new Set(open);
      for (let here = open.pop(); here !== undefined; here = open.pop())
        for (const edge of next.get(here) ?? []) {
          path.add(edge);
          if (!seen.has(at(end, edge))) open.push(at(end, edge));
          seen.add(at(end, edge));
        }
    }
  followed.set(scene, { box, path });
  return path;
}

/** Reading size of the number on a bundle; below this zoom it is left out. */
const countZoom = 0.5;

/** How many dependencies a bundle stands for, on its middle. */
function drawCounts(context: Context, { scene, viewport, paints }: Picture, list: readonly number[]): void {
  if (viewport.zoom < countZoom) return;
  const { weight } = scene.layout.edges;
  const size = Math.max(11, 11 / viewport.zoom);
  context.font = `420 ${size}px "Inter Variable", sans-serif`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  for (const edge of list) {
    if (at(weight, edge) < 2) continue;
    const text = at(weight, edge).toLocaleString("en");
    const { x, y } = middleOf(scene.layout.paths, edge);
    const width = context.measureText(text).width + size * 0.7;
    context.fillStyle = paints.bg;
    context.beginPath();
    context.roundRect(x - width / 2, y - size * 0.7, width, size * 1.4, size * 0.7);
    context.fill();
    context.fillStyle = paints.muted;
    context.fillText(text, x, y + size * 0.04);
  }
  context.textAlign = "start";
}

/** The edge that passes within a few pixels of a point of the graph. */
export function edgeAt(scene: Scene, { x, y }: { x: number; y: number }, zoom: number): number {
  const reach = 6 / zoom;
  const near = edgesIn(scene, { x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach });
  const context = near.length > 0 && near.length < mostLiveEdges ? testContext() : undefined;
  if (!context) return -1;
  context.lineWidth = 2 * reach;
  for (const edge of near) {
    context.beginPath();
    traceEdge(context, scene.layout.paths, edge);
    if (context.isPointInStroke(x, y)) return edge;
  }
  return -1;
}

let tested: OffscreenCanvasRenderingContext2D | null | undefined;
/** Nothing is drawn with it; it only tells where a stroke would be. */
function testContext(): OffscreenCanvasRenderingContext2D | undefined {
  tested ??= "OffscreenCanvas" in globalThis ? new OffscreenCanvas(1, 1).getContext("2d") : null;
  return tested ?? undefined;
}

export function edgesIn({ edgeBounds }: Scene, { x, y, width, height }: Rect): number[] {
  const found: number[] = [];
  for (let i = 0, edge = 0; i < edgeBounds.length; i += 4, edge++) {
    if (at(edgeBounds, i) > x + width || at(edgeBounds, i + 2) < x) continue;
    if (at(edgeBounds, i + 1) > y + height || at(edgeBounds, i + 3) < y) continue;
    found.push(edge);
  }
  return found;
}

function boxesOf({ layout }: Scene, nodes: ReadonlySet<number>): Set<number> {
  const boxes = new Set<number>();
  for (const node of nodes) boxes.add(at(layout.boxOf, node));
  return boxes;
}

const joins = ({ layout: { edges } }: Scene, edge: number, boxes: ReadonlySet<number>): boolean =>
  boxes.has(at(edges.from, edge)) && boxes.has(at(edges.to, edge));

const touches = ({ layout: { edges } }: Scene, edge: number, box: number): boolean =>
  box >= 0 && (at(edges.from, edge) === box || at(edges.to, edge) === box);

/** One path for each width, whatever the number of edges. */
function strokeEdges(
  context: Context,
  { scene: { layout }, viewport }: Pick<Picture, "scene" | "viewport">,
  list: readonly number[],
  color: string,
) {
  context.strokeStyle = color;
  context.fillStyle = color;
  for (const [width, group] of Map.groupBy(list, (edge) => bundleWidth(at(layout.edges.weight, edge)))) {
    context.lineWidth = width / Math.min(1, Math.max(viewport.zoom, 0.2) * 1.4);
    context.beginPath();
    for (const edge of group) traceEdge(context, layout.paths, edge);
    context.stroke();
  }
  if (viewport.zoom < 0.35) return;
  context.beginPath();
  for (const edge of list) traceHead(context, layout.paths, edge, bundleWidth(at(layout.edges.weight, edge)));
  context.fill();
}

const bundleWidth = (weight: number): number => (weight === 1 ? 1.25 : weight < 20 ? 2.5 : 4);

const images = new WeakMap<Scene, { color: string; image: OffscreenCanvas }>();

/** All edges as one image; made again only for another layout or theme. */
function imageOf(scene: Scene, paints: Paints): OffscreenCanvas | undefined {
  const known = images.get(scene);
  if (known?.color === paints.edge) return known.image;
  const { width, height, edges, paths } = scene.layout;
  const scale = Math.min(1, 2048 / Math.max(width, height));
  const image = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const context = image.getContext("2d");
  if (!context) return undefined;
  context.scale(scale, scale);
  context.strokeStyle = paints.edge;
  context.globalAlpha = 0.5;
  context.lineWidth = 0.8 / scale;
  context.beginPath();
  for (let edge = 0; edge < edges.from.length; edge++) {
    const [first, last] = [at(paths.start, edge), at(paths.start, edge + 1) - 1];
    context.moveTo(at(paths.points, 3 * first), at(paths.points, 3 * first + 1));
    context.lineTo(at(paths.points, 3 * last), at(paths.points, 3 * last + 1));
  }
  context.stroke();
  images.set(scene, { color: paints.edge, image });
  return image;
}
