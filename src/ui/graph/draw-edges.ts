import { traceEdge, traceHead } from "./edge-path.ts";
import { at } from "./layout/arrays.ts";
import type { Context, Picture } from "./picture.ts";
import type { Rect, Scene } from "./scene.ts";
import type { Paints } from "./tones.ts";

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
  const { lit, selected } = marks.state;
  const plain: number[] = [];
  const marked: number[] = [];
  const litBoxes = lit && boxesOf(scene, lit);
  for (const edge of visible) {
    const isMarked = litBoxes ? joins(scene, edge, litBoxes) : touches(scene, edge, selected);
    (isMarked ? marked : plain).push(edge);
  }
  strokeEdges(context, picture, plain, litBoxes ? paints.line : paints.edge);
  strokeEdges(context, picture, marked, paints.accent);
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

function touches({ layout }: Scene, edge: number, node: number): boolean {
  if (node < 0) return false;
  const box = at(layout.boxOf, node);
  return at(layout.edges.from, edge) === box || at(layout.edges.to, edge) === box;
}

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
