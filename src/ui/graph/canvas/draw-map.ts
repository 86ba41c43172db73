import { areaOf } from "../camera.ts";
import { labelOf, taskNameOf } from "../describe.ts";
import type { Item } from "../scene.ts";
import { type Tone, toneOf, tones } from "../tones.ts";
import { drawEdges } from "./draw-edges.ts";
import type { Context, Picture } from "./picture.ts";

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
    if (item.kind !== "frame" && item.kind !== "container") continue;
    context.beginPath();
    context.roundRect(item.x, item.y, item.width, item.height, 10);
    context.fillStyle = paints.sunken;
    context.fill();
    context.strokeStyle = paints.line;
    context.stroke();
  }
}

/** Tasks by tone, one fill colour after the other; families as a bar of their shares. */
export function drawItems(
  context: Context,
  picture: Pick<Picture, "model" | "marks" | "paints" | "viewport">,
  items: readonly Item[],
): void {
  const { model, marks, paints, viewport } = picture;
  const { lit, selected, seenAs } = marks.state;
  const byTone = new Map<Tone, Item[]>();
  const faded: Item[] = [];
  for (const item of items) {
    if (item.kind === "frame" || item.kind === "container") continue;
    if (item.kind === "family") {
      drawShares(context, picture, item);
      continue;
    }
    const node = model.nodes[item.node];
    const tone = toneOf(node?.state_type, node?.state_name);
    if (lit && !lit.has(item.node)) faded.push(item);
    else if (!byTone.get(tone)?.push(item)) byTone.set(tone, [item]);
  }
  context.fillStyle = paints.line;
  for (const item of faded) context.fillRect(item.x, item.y, item.width, item.height);
  // Worst last, so that a failure is never painted over; and never so small that nobody sees it.
  for (const tone of tones.toReversed()) {
    const isQuiet = tone === "completed";
    const least = isQuiet ? 0 : leastSize / viewport.zoom;
    context.fillStyle = paints.tone[tone];
    context.globalAlpha = isQuiet ? 0.28 : 0.75;
    for (const item of byTone.get(tone) ?? []) fillItem(context, item, least);
    context.globalAlpha = isQuiet ? 0.7 : 1;
    for (const { x, y, height } of byTone.get(tone) ?? []) context.fillRect(x, y, stripe, height);
  }
  context.globalAlpha = 1;
  if (viewport.zoom >= labelZoom) drawLabels(context, picture, items);
  const seen = items.find(
    (item) => item.kind !== "frame" && (item.node === selected || item.node === seenAs),
  );
  if (selected >= 0 && seen) ring(context, picture, seen);
}

const stripe = 6;
/** From this zoom on a label that can be read fits on a card. */
const labelZoom = 0.33;

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
  context.globalAlpha = lit && !members.some((member) => lit.has(member)) ? 0.25 : 0.6;
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
  const size = 11 / viewport.zoom;
  context.font = `580 ${size}px "Inter Variable", sans-serif`;
  context.textBaseline = "middle";
  context.fillStyle = paints.fg;
  for (const item of items) {
    const node = model.nodes[item.node];
    if (!node || item.kind === "frame" || item.kind === "container") continue;
    const text =
      item.kind === "family"
        ? `${taskNameOf(node.task_key)} ×${model.membersOf(item.node).length}`
        : labelOf(node)[0];
    context.fillText(
      shortened(text, (item.width - 22) / (size * 0.57)),
      item.x + 14,
      item.y + item.height / 2,
    );
  }
}

/** Cut where it would leave its card; pointing at it tells all of it. */
const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, Math.max(1, Math.floor(most) - 1))}…`;

function ring(context: Context, { paints, viewport }: Pick<Picture, "paints" | "viewport">, item: Item) {
  const gap = 3 / viewport.zoom;
  context.strokeStyle = paints.accent;
  context.lineWidth = 2 / viewport.zoom;
  context.strokeRect(item.x - gap, item.y - gap, item.width + 2 * gap, item.height + 2 * gap);
}
