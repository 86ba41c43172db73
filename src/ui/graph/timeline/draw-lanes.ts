import type { ModelNode } from "../model.ts";
import { type Paints, toneOf } from "../tones.ts";
import type { Chart } from "./chart.ts";
import { xOf } from "./scale.ts";
import { extentOf, hasBegun, spansOf, workOf } from "./segments.ts";

const inset = 4;
const stripe = 3;
const strip = 3;
const textLeft = 9;
/** A longer name is cut here; the whole stands where the pointer or the keyboard is. */
const mostCharacters = 32;
export const laneFont = '520 12px "Inter Variable", ui-sans-serif, sans-serif';
const characterWidth = 6.7;

export const laneLabel = (node: ModelNode): string => {
  const { name } = node;
  return name.length > mostCharacters ? `${name.slice(0, mostCharacters - 11)}…${name.slice(-10)}` : name;
};

/** About how wide a bar must be to hold its name. */
export const laneLabelWidth = (node: ModelNode): number =>
  laneLabel(node).length * characterWidth + textLeft + 14 + (node.kind === "flow-run" ? 14 : 0);

/** Where in the bar of a subflow a click opens or closes it. */
export const foldWidth = 22;

interface Placed {
  bar: number;
  top: number;
}

/** A card as long as the task ran, tinted by its state; its name may be longer than the card. */
export function drawLaneBar(context: CanvasRenderingContext2D, chart: Chart, { bar, top }: Placed): void {
  const { model, rowHeight, paints, window, selected, hovered } = chart;
  const node = model.nodes[bar];
  if (!node) return;
  const { from, to } = workOf(node, model.nodes);
  const left = xOf(chart, from);
  const end = to ?? (hasBegun(node) ? (chart.now ?? window.to) : from);
  const right = Math.max(left + stripe + 2, xOf(chart, end));
  if (left > chart.width || right + laneLabelWidth(node) < 0) return;
  const high = rowHeight - 2 * inset;
  const tone = paints.tone[toneOf(node.state_type, node.state_name)];
  const box = { x: left, y: top + inset, width: right - left, height: high };
  drawCard(context, box, { tone, paints });
  drawStrip(context, chart, { node, bottom: box.y + high });
  if (bar === selected || bar === hovered) {
    context.strokeStyle = bar === selected ? paints.accent : paints.muted;
    context.lineWidth = bar === selected ? 2 : 1;
    context.strokeRect(left - 2, box.y - 2, box.width + 4, high + 4);
  }
  drawLabel(context, chart, { node, left: Math.max(left, 0), middle: box.y + high / 2 - 0.5 });
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function drawCard(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  { tone, paints }: { tone: string; paints: Paints },
): void {
  context.save();
  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(4, width / 2));
  context.fillStyle = paints.surface;
  context.fill();
  context.clip();
  context.globalAlpha = 0.16;
  context.fillStyle = tone;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 0.6;
  context.strokeStyle = tone;
  context.lineWidth = 2;
  context.stroke();
  context.globalAlpha = 1;
  context.fillRect(x, y, stripe, height);
  context.restore();
}

/** Every attempt and every wait between them along the lower edge, where there was more than one. */
function drawStrip(
  context: CanvasRenderingContext2D,
  chart: Chart,
  { node, bottom }: { node: ModelNode; bottom: number },
): void {
  const { from } = workOf(node, chart.model.nodes);
  const spans = spansOf(node.segments).filter((span) => span.from >= from);
  if (spans.length < 2) return;
  for (const span of spans) {
    const left = xOf(chart, span.from);
    const right = Math.max(left + 1, xOf(chart, span.to ?? chart.now ?? chart.window.to));
    context.fillStyle = chart.paints.tone[span.isWork ? span.outcome : span.tone];
    context.fillRect(left, bottom - strip, right - left, strip);
  }
}

function drawLabel(
  context: CanvasRenderingContext2D,
  { paints, subflows }: Chart,
  { node, left, middle }: { node: ModelNode; left: number; middle: number },
): void {
  context.font = laneFont;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = paints.surface;
  context.fillStyle = paints.fg;
  let x = left + textLeft;
  if (node.kind === "flow-run") {
    drawFold(context, { x, middle, isOpen: subflows.has(node.id) });
    x += 14;
  }
  context.globalAlpha = 0.7;
  context.strokeText(laneLabel(node), x, middle + 0.5);
  context.globalAlpha = 1;
  context.fillText(laneLabel(node), x, middle + 0.5);
}

function drawFold(
  context: CanvasRenderingContext2D,
  { x, middle, isOpen }: { x: number; middle: number; isOpen: boolean },
): void {
  context.beginPath();
  if (isOpen) {
    context.moveTo(x, middle - 2.5);
    context.lineTo(x + 9, middle - 2.5);
    context.lineTo(x + 4.5, middle + 3.5);
  } else {
    context.moveTo(x + 1.5, middle - 4.5);
    context.lineTo(x + 7.5, middle);
    context.lineTo(x + 1.5, middle + 4.5);
  }
  context.closePath();
  context.fill();
}

/** The ground on which the tasks of an opened subflow stand, as long as it ran. */
export function drawGround(
  context: CanvasRenderingContext2D,
  chart: Chart,
  { subflow, top }: { subflow: number; top: number },
): void {
  const { model, paints, rowHeight, window } = chart;
  // From the outermost to the innermost, so that each lies on the one around it.
  const around: ModelNode[] = [];
  for (let node = model.nodes[subflow]; node; node = model.nodes[node.container]) around.unshift(node);
  for (const node of around) {
    const { from, to } = extentOf(node);
    const left = xOf(chart, from) - 3;
    const right = xOf(chart, to ?? chart.now ?? window.to) + 3;
    context.globalAlpha = 0.55;
    context.fillStyle = paints.accentSoft;
    context.fillRect(left, top, right - left, rowHeight);
    context.globalAlpha = 1;
    context.fillStyle = paints.lineStrong;
    context.fillRect(left, top, 1, rowHeight);
    context.fillRect(right - 1, top, 1, rowHeight);
  }
}
