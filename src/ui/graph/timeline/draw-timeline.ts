import { type Tone, toneOf, tones } from "../tones.ts";
import type { Chart } from "./chart.ts";
import { drawGround, drawLaneBar } from "./draw-lanes.ts";
import type { Row } from "./rows.ts";
import { xOf } from "./scale.ts";
import { extentOf, type Span, spansOf } from "./segments.ts";
import { drawTies, type Tie } from "./ties.ts";

const barInset = 6;
/** Nothing that happened is thinner than this, however short it was. */
const leastWidth = 2;

export function drawChart(context: CanvasRenderingContext2D, chart: Chart): void {
  const { width, height, paints, ticks, lines, now } = chart;
  const ratio = context.canvas.width / Math.max(1, width);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.fillStyle = paints.line;
  for (const tick of ticks) context.fillRect(Math.round(xOf(chart, tick)), 0, 1, height);
  for (const { row, top } of lines)
    if (row.kind === "lane" && row.node >= 0) drawGround(context, chart, { subflow: row.node, top });
  // A curve between cards lies below them, one between thin bars above.
  const isOver = (tie: Tie) => tie.side !== undefined;
  const drawn = { ...chart, xOf: (time: number) => xOf(chart, time), now: now ?? chart.window.to };
  drawTies(
    context,
    chart.ties.filter((tie) => !isOver(tie)),
    drawn,
  );
  for (const line of lines) drawLine(context, chart, line);
  drawTies(context, chart.ties.filter(isOver), drawn);
  if (chart.guide !== undefined) {
    context.fillStyle = paints.muted;
    context.fillRect(Math.round(xOf(chart, chart.guide)), 0, 1, height);
  }
  if (now === undefined) return;
  context.fillStyle = paints.tone.running;
  context.fillRect(Math.round(xOf(chart, now)), 0, 1.5, height);
}

function drawLine(context: CanvasRenderingContext2D, chart: Chart, line: Line): void {
  const { kind, bars } = line.row;
  if (kind === "family") {
    drawFamily(context, chart, line);
    return;
  }
  for (const bar of bars) {
    if (kind === "lane") drawLaneBar(context, chart, { bar, top: line.top });
    else drawBar(context, chart, { ...line, bar });
  }
}

interface Line {
  row: Row;
  top: number;
}

function drawBar(context: CanvasRenderingContext2D, chart: Chart, { top, bar }: Line & { bar: number }) {
  const { model, rowHeight, paints, window, selected, hovered } = chart;
  const node = model.nodes[bar];
  if (!node) return;
  const extent = extentOf(node);
  const left = xOf(chart, extent.from);
  const right = Math.max(left + leastWidth, xOf(chart, extent.to ?? chart.now ?? window.to));
  if (right < 0 || left > chart.width) return;
  const high = rowHeight - 2 * barInset;
  const spans = spansOf(node.segments);
  for (const span of spans)
    if (span.from >= extent.from) drawSpan(context, chart, { span, top: top + barInset, high });
  if (spans.length === 0) {
    context.fillStyle = paints.tone[toneOf(node.state_type, node.state_name)];
    context.fillRect(left, top + barInset, leastWidth, high);
  }
  if (bar === selected || bar === hovered) {
    context.strokeStyle = bar === selected ? paints.accent : paints.muted;
    context.lineWidth = bar === selected ? 2 : 1;
    context.strokeRect(left - 2, top + barInset - 2, right - left + 4, high + 4);
  }
}

/** Work is a full bar in the colour of what came of it; waiting is a thin line, so that work stands out. */
function drawSpan(
  context: CanvasRenderingContext2D,
  chart: Chart,
  { span, top, high }: { span: Span; top: number; high: number },
): void {
  const { paints, window, now } = chart;
  const left = xOf(chart, span.from);
  const right = Math.max(left + (span.isWork ? leastWidth : 0), xOf(chart, span.to ?? now ?? window.to));
  if (left > chart.width || right < 0) return;
  const from = Math.max(left, -4);
  const wide = Math.min(right, chart.width + 4) - from;
  context.fillStyle = paints.tone[span.isWork ? span.outcome : span.tone];
  context.beginPath();
  if (span.isWork) context.roundRect(from, top, wide, high, Math.min(3, wide / 2));
  else context.rect(from, top + high / 2 - 1, wide, 2);
  context.fill();
}

/** How many of the family were at work at each moment, stacked by what came of them. */
function drawFamily(context: CanvasRenderingContext2D, chart: Chart, { row, top }: Line): void {
  const { model, rowHeight, paints, window, now, width } = chart;
  const bins = Math.max(1, Math.floor(width / 3));
  const byTone = new Map<Tone, Float64Array>();
  for (const bar of row.bars) {
    for (const span of spansOf(model.nodes[bar]?.segments ?? [])) {
      if (!span.isWork) continue;
      const first = Math.max(0, Math.floor((xOf(chart, span.from) / width) * bins));
      const last = Math.min(bins - 1, Math.floor((xOf(chart, span.to ?? now ?? window.to) / width) * bins));
      const counts = byTone.get(span.outcome) ?? new Float64Array(bins);
      byTone.set(span.outcome, counts);
      for (let bin = first; bin <= last; bin++) counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  let most = 1;
  for (let bin = 0; bin < bins; bin++) {
    let sum = 0;
    for (const counts of byTone.values()) sum += counts[bin] ?? 0;
    most = Math.max(most, sum);
  }
  const high = rowHeight - barInset;
  const wide = width / bins;
  const floor = new Float64Array(bins);
  for (const tone of tones) {
    const counts = byTone.get(tone);
    if (!counts) continue;
    context.fillStyle = paints.tone[tone];
    for (let bin = 0; bin < bins; bin++) {
      const size = ((counts[bin] ?? 0) / most) * high;
      if (size === 0) continue;
      floor[bin] = (floor[bin] ?? 0) + Math.max(1, size);
      context.fillRect(bin * wide, top + rowHeight - 3 - (floor[bin] ?? 0), wide + 0.5, Math.max(1, size));
    }
  }
}
