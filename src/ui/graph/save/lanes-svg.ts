import { duration } from "../../parts/time/durations.ts";
import { labelOf } from "../describe.ts";
import type { ModelNode, RunModel } from "../model.ts";
import { laneLabel, laneLabelWidth } from "../timeline/draw-lanes.ts";
import { type Row, rowsOfNodes } from "../timeline/rows.ts";
import { ticksOf, type Window, xOf } from "../timeline/scale.ts";
import { extentOf, hasBegun, workOf } from "../timeline/segments.ts";
import { allTies } from "../timeline/ties.ts";
import { type Paints, toneOf } from "../tones.ts";
import type { Picture } from "./save-menu.tsx";
import { mostItems } from "./svg.ts";
import { documentOf, escaped, PathText, rect, text } from "./svg-parts.ts";

interface Chart {
  model: RunModel;
  rows: readonly Row[];
  rowHeight: number;
  whole: Window;
  /** Undefined once the run has ended. */
  now: number | undefined;
  /** In pixels, as on the screen. */
  width: number;
}

const axisHeight = 30;
const margin = 12;
const inset = 4;
const stripe = 3;
const leastWidth = 640;

interface Drawing extends Chart {
  paints: Paints;
  xAt: (time: number) => number;
  yAt: (row: number) => number;
}

/** The graph along the axis of time as a picture: the axis, every lane, and every dependency. */
export function lanesPicture(chart: Chart, paints: Paints, title: string): Picture {
  const bars = chart.rows.reduce((sum, row) => sum + row.bars.length, 0);
  if (bars > mostItems) return { reason: `${bars.toLocaleString("en")} tasks are too many for a picture` };
  const inner = Math.max(leastWidth, chart.width);
  const drawing: Drawing = {
    ...{ ...chart, paints },
    xAt: (time) => margin + xOf({ window: chart.whole, width: inner }, time),
    yAt: (row) => axisHeight + row * chart.rowHeight,
  };
  const width = inner + 2 * margin;
  const height = drawing.yAt(chart.rows.length) + margin;
  const svg = documentOf({ x: 0, y: 0, width, height }, title, [
    rect({ x: 0, y: 0, width, height }, { fill: paints.surface }),
    ...axisOf(drawing, { inner, height }),
    tiesOf(drawing),
    ...chart.rows.flatMap((row, place) => row.bars.map((bar) => barOf(drawing, bar, place))),
  ]);
  return { svg, width, height };
}

function axisOf(
  { model, whole, paints, xAt }: Drawing,
  { inner, height }: { inner: number; height: number },
): string[] {
  const began = model.states.find(([type]) => type === "RUNNING")?.[2] ?? whole.from;
  return ticksOf(whole, inner, began).flatMap((tick) => [
    rect({ x: xAt(tick), y: 0, width: 1, height }, { fill: paints.line }),
    text(tick === began ? "0" : `+${duration((tick - began) / 1000)}`, {
      ...{ x: xAt(tick) + 6, y: 19, size: 11.5, weight: 400, fill: paints.muted, room: 80 },
    }),
  ]);
}

/** From the end of what was waited for to the beginning of what waited. */
function tiesOf({ model, rows, rowHeight, whole, now, paints, xAt, yAt }: Drawing): string {
  const rowOf = rowsOfNodes(rows);
  const middle = (node: number) => yAt(rowOf.get(node) ?? 0) + rowHeight / 2;
  const paths = allTies(model, rowOf).flatMap(({ from, to }) => {
    const first = model.nodes[from];
    const second = model.nodes[to];
    if (!first || !second) return [];
    const x1 = xAt(extentOf(first).to ?? now ?? whole.to);
    const x2 = xAt(workOf(second, model.nodes).from);
    const bow = Math.max(14, Math.min(72, Math.abs(x2 - x1) / 2));
    const line = new PathText();
    line.moveTo(x1, middle(from));
    line.bezierCurveTo(x1 + bow, middle(from), x2 - bow, middle(to), x2, middle(to));
    return [`<path d="${line.text}"/>`];
  });
  return `<g fill="none" stroke="${paints.edge}" stroke-opacity="0.7">${paths.join("")}</g>`;
}

/** A card as long as the task ran, with its state at the left edge; its name may be longer than the card. */
function barOf({ model, rowHeight, whole, now, paints, xAt, yAt }: Drawing, bar: number, row: number) {
  const node = model.nodes[bar];
  if (!node) return "";
  const { from, to } = workOf(node, model.nodes);
  const x = xAt(from);
  const end = to ?? (hasBegun(node) ? (now ?? whole.to) : from);
  const box = {
    ...{ x, y: yAt(row) + inset },
    ...{ width: Math.max(stripe + 2, xAt(end) - x), height: rowHeight - 2 * inset },
  };
  const tone = paints.tone[toneOf(node.state_type, node.state_name)];
  return [
    `<g><title>${escaped(toldOf(node))}</title>`,
    rect(box, { fill: paints.surface, stroke: tone, rx: 4 }),
    rect(box, { fill: tone, opacity: 0.16, rx: 4 }),
    rect({ ...box, width: stripe }, { fill: tone, rx: 1 }),
    text(laneLabel(node), {
      ...{ x: x + 9, y: box.y + box.height / 2 + 4, size: 12, weight: 520, fill: paints.fg },
      room: laneLabelWidth(node),
    }),
    "</g>",
  ].join("");
}

const toldOf = (node: ModelNode): string =>
  [...labelOf(node), node.start !== null && node.end !== null && duration((node.end - node.start) / 1000)]
    .filter(Boolean)
    .join(" · ");
