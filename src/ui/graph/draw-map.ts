import { areaOf, type Viewport } from "./camera.ts";
import { taskNameOf } from "./describe.ts";
import { at } from "./layout/arrays.ts";
import type { Marks } from "./marks.ts";
import type { RunModel } from "./model.ts";
import type { Item, Rect, Scene } from "./scene.ts";
import { type Paints, type Tone, toneOf, tones } from "./tones.ts";

export interface Picture {
  scene: Scene;
  model: RunModel;
  marks: Marks;
  paints: Paints;
  viewport: Viewport;
  width: number;
  height: number;
  /** The nodes are drawn here as well, because there are too many for elements. */
  overview: boolean;
}

/** The same calls draw on the screen and on an image apart. */
export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Above this many edges in view they are painted once and then moved as an image. */
const mostLiveEdges = 1500;

export function drawMap(context: Context, picture: Picture): void {
  const { viewport, width, height, scene, overview } = picture;
  const ratio = context.canvas.width / Math.max(1, width);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.translate(viewport.x, viewport.y);
  context.scale(viewport.zoom, viewport.zoom);
  const area = areaOf(picture);
  const items = scene.within(area);
  drawFrames(context, picture, items);
  drawEdges(context, picture, area);
  if (overview) drawItems(context, picture, items);
}

function drawFrames(context: Context, { paints, viewport }: Picture, items: readonly Item[]) {
  context.lineWidth = 1 / Math.min(1, viewport.zoom);
  for (const item of items) {
    if (item.kind !== "frame") continue;
    context.beginPath();
    context.roundRect(item.x, item.y, item.width, item.height, 10);
    context.fillStyle = paints.sunken;
    context.fill();
    context.strokeStyle = paints.line;
    context.stroke();
  }
}

function drawEdges(context: Context, picture: Picture, area: Rect): void {
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
  for (const edge of visible) {
    const isMarked = lit ? joins(scene, edge, (node) => lit.has(node)) : touches(scene, edge, selected);
    (isMarked ? marked : plain).push(edge);
  }
  const color = lit ? paints.line : paints.lineStrong;
  strokeEdges(context, picture, plain, color);
  strokeEdges(context, picture, marked, paints.accent);
}

function edgesIn({ edgeBounds }: Scene, { x, y, width, height }: Rect): number[] {
  const found: number[] = [];
  for (let i = 0, edge = 0; i < edgeBounds.length; i += 4, edge++) {
    if (at(edgeBounds, i) > x + width || at(edgeBounds, i + 2) < x) continue;
    if (at(edgeBounds, i + 1) > y + height || at(edgeBounds, i + 3) < y) continue;
    found.push(edge);
  }
  return found;
}

function joins({ layout }: Scene, edge: number, isLit: (node: number) => boolean): boolean {
  return (
    hasLit(layout.blocks, at(layout.edges.from, edge), isLit) &&
    hasLit(layout.blocks, at(layout.edges.to, edge), isLit)
  );
}

function hasLit(
  { members }: Scene["layout"]["blocks"],
  block: number,
  isLit: (node: number) => boolean,
): boolean {
  for (let i = at(members.start, block); i < at(members.start, block + 1); i++)
    if (isLit(at(members.items, i))) return true;
  return false;
}

function touches({ layout }: Scene, edge: number, node: number): boolean {
  if (node < 0) return false;
  const block = at(layout.blocks.of, node);
  return at(layout.edges.from, edge) === block || at(layout.edges.to, edge) === block;
}

/** One path for each width, whatever the number of edges. */
function strokeEdges(
  context: Context,
  { scene, viewport }: Pick<Picture, "scene" | "viewport">,
  list: readonly number[],
  color: string,
) {
  const { edges } = scene.layout;
  context.strokeStyle = color;
  context.fillStyle = color;
  for (const [width, group] of Map.groupBy(list, (edge) => bundleWidth(at(edges.weight, edge)))) {
    context.lineWidth = width / Math.min(1, Math.max(viewport.zoom, 0.2) * 1.4);
    context.beginPath();
    for (const edge of group) traceEdge(context, scene, edge);
    context.stroke();
  }
  if (viewport.zoom < 0.35) return;
  context.beginPath();
  for (const edge of list) traceHead(context, scene, edge);
  context.fill();
}

const bundleWidth = (weight: number): number => (weight === 1 ? 1.25 : weight < 20 ? 2.5 : 4);

/** Level where it leaves and arrives, so that columns read from left to right. */
function traceEdge(context: Context, { layout }: Scene, edge: number): void {
  const { blocks, edges, x, y, bends, bendStart } = layout;
  const from = at(edges.from, edge);
  const to = at(edges.to, edge);
  let lastX = at(x, from) + at(blocks.width, from);
  let lastY = at(y, from) + at(blocks.height, from) / 2;
  context.moveTo(lastX, lastY);
  const curveTo = (nextX: number, nextY: number) => {
    const middle = (lastX + nextX) / 2;
    if (nextY === lastY) context.lineTo(nextX, nextY);
    else context.bezierCurveTo(middle, lastY, middle, nextY, nextX, nextY);
    lastX = nextX;
    lastY = nextY;
  };
  for (let i = at(bendStart, edge); i < at(bendStart, edge + 1); i++)
    curveTo(at(bends, 2 * i), at(bends, 2 * i + 1));
  curveTo(at(x, to) - 2, at(y, to) + at(blocks.height, to) / 2);
}

function traceHead(context: Context, { layout }: Scene, edge: number): void {
  const to = at(layout.edges.to, edge);
  const tipX = at(layout.x, to) - 1;
  const tipY = at(layout.y, to) + at(layout.blocks.height, to) / 2;
  const size = 3 + bundleWidth(at(layout.edges.weight, edge)) * 0.8;
  context.moveTo(tipX, tipY);
  context.lineTo(tipX - size * 1.5, tipY - size);
  context.lineTo(tipX - size * 1.5, tipY + size);
  context.closePath();
}

const images = new WeakMap<Scene, { color: string; image: OffscreenCanvas }>();

/** All edges as one image; made again only for another layout or theme. */
function imageOf(scene: Scene, paints: Paints): OffscreenCanvas | undefined {
  const known = images.get(scene);
  if (known?.color === paints.lineStrong) return known.image;
  const { width, height, edges } = scene.layout;
  const scale = Math.min(1, 2048 / Math.max(width, height));
  const image = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const context = image.getContext("2d");
  if (!context) return undefined;
  context.scale(scale, scale);
  context.strokeStyle = paints.lineStrong;
  context.globalAlpha = 0.6;
  context.lineWidth = 0.8 / scale;
  context.beginPath();
  for (let edge = 0; edge < edges.from.length; edge++) {
    const from = at(edges.from, edge);
    const to = at(edges.to, edge);
    context.moveTo(at(scene.layout.x, from) + at(scene.layout.blocks.width, from), middleOf(scene, from));
    context.lineTo(at(scene.layout.x, to), middleOf(scene, to));
  }
  context.stroke();
  images.set(scene, { color: paints.lineStrong, image });
  return image;
}

const middleOf = ({ layout }: Scene, block: number): number =>
  at(layout.y, block) + at(layout.blocks.height, block) / 2;

/** Tasks by tone, one fill colour after the other; families as a bar of their shares. */
export function drawItems(
  context: Context,
  picture: Pick<Picture, "model" | "marks" | "paints" | "viewport">,
  items: readonly Item[],
): void {
  const { model, marks, paints, viewport } = picture;
  const { lit, selected } = marks.state;
  const byTone = new Map<Tone, Item[]>();
  const faded: Item[] = [];
  for (const item of items) {
    if (item.kind === "frame") continue;
    if (item.kind === "family") {
      drawShares(context, picture, item);
      continue;
    }
    const node = model.nodes[item.node];
    const tone = toneOf(node?.state_type, node?.state_name);
    if (lit && !lit.has(item.node)) faded.push(item);
    else if (!byTone.get(tone)?.push(item)) byTone.set(tone, [item]);
  }
  context.fillStyle = paints.lineStrong;
  for (const item of faded) context.fillRect(item.x, item.y, item.width, item.height);
  // Worst last, so that a failure is never painted over; and never so small that nobody sees it.
  for (const tone of tones.toReversed()) {
    const isQuiet = tone === "completed";
    const least = isQuiet ? 0 : leastSize / viewport.zoom;
    context.fillStyle = paints.tone[tone];
    context.globalAlpha = isQuiet ? 0.5 : 1;
    for (const item of byTone.get(tone) ?? []) fillItem(context, item, least);
  }
  context.globalAlpha = 1;
  if (viewport.zoom >= 0.24) drawLabels(context, picture, items);
  const chosen = items.find((item) => item.kind !== "frame" && item.node === selected);
  if (chosen) ring(context, picture, chosen);
}

/** Screen pixels that anything but a completed task has at least. */
const leastSize = 3;

function fillItem(context: Context, { x, y, width, height }: Item, least: number): void {
  const wider = Math.max(0, least - width) / 2;
  const higher = Math.max(0, least - height) / 2;
  context.fillRect(x - wider, y - higher, width + 2 * wider, height + 2 * higher);
}

function drawShares(
  context: Context,
  { model, marks, paints }: Pick<Picture, "model" | "marks" | "paints">,
  item: Item,
) {
  const histogram = model.histogram(item.node);
  const members = model.membersOf(item.node);
  const { lit } = marks.state;
  context.globalAlpha = lit && !members.some((member) => lit.has(member)) ? 0.25 : 1;
  context.fillStyle = paints.surface;
  context.fillRect(item.x, item.y, item.width, item.height);
  let left = item.x;
  for (const tone of tones) {
    const share = ((histogram[tone] ?? 0) / members.length) * item.width;
    context.fillStyle = paints.tone[tone];
    context.fillRect(left, item.y, share, item.height);
    left += share;
  }
  context.globalAlpha = 1;
}

function drawLabels(
  context: Context,
  { model, paints, viewport }: Pick<Picture, "model" | "paints" | "viewport">,
  items: readonly Item[],
) {
  const size = Math.min(26, 11 / viewport.zoom);
  context.font = `580 ${size}px "Inter Variable", sans-serif`;
  context.textBaseline = "middle";
  context.fillStyle = paints.surface;
  for (const item of items) {
    const node = model.nodes[item.node];
    if (!node || item.kind === "frame") continue;
    const text =
      item.kind === "family"
        ? `${taskNameOf(node.task_key)} ×${model.membersOf(item.node).length}`
        : node.name;
    context.fillText(text, item.x + 12, item.y + item.height / 2, item.width - 24);
  }
}

function ring(context: Context, { paints, viewport }: Pick<Picture, "paints" | "viewport">, item: Item) {
  const gap = 3 / viewport.zoom;
  context.strokeStyle = paints.accent;
  context.lineWidth = 2 / viewport.zoom;
  context.strokeRect(item.x - gap, item.y - gap, item.width + 2 * gap, item.height + 2 * gap);
}
