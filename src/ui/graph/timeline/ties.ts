import { at, inverted, type Ragged } from "../layout/arrays.ts";
import type { GraphInput } from "../layout/layers.ts";
import type { RunModel } from "../model.ts";
import type { Paints } from "../tones.ts";
import { extentOf, workOf } from "./segments.ts";

/** `from` had to end before `to` could begin. Both are nodes. */
export interface Tie {
  from: number;
  to: number;
  /** What the selected task waited for, or what waited for it; undefined where none is selected. */
  side: "before" | "after" | undefined;
}

/** Beyond that no eye follows a line. */
const mostTies = 1500;
const followers = new WeakMap<GraphInput, Ragged>();

function followersOf(input: GraphInput): Ragged {
  const known = followers.get(input) ?? inverted(input.parents, input.count);
  followers.set(input, known);
  return known;
}

/** What a task waited for and what waited for it; one tie where several would run between the same two lines. */
export function tiesOf(model: RunModel, node: number, rowOf: ReadonlyMap<number, number>): Tie[] {
  const own = model.nodes[node];
  if (!own || !rowOf.has(node)) return [];
  const { start, items } = followersOf(model.input);
  const after = Array.from(items.subarray(at(start, node), at(start, node + 1)));
  const before = last(own.parents, (parent) => extentOf(model.nodes[parent] ?? own).to ?? Infinity);
  const next = last(after, (child) => -workOf(model.nodes[child] ?? own, model.nodes).from);
  return [
    ...before.map((from): Tie => ({ from, to: node, side: "before" })),
    ...next.map((to): Tie => ({ from: node, to, side: "after" })),
  ].slice(0, mostTies);

  /** Of those on one line, the one with the largest value: what was really waited for. */
  function last(nodes: readonly number[], lastness: (node: number) => number): number[] {
    const byRow = new Map<number, number>();
    for (const one of nodes) {
      const row = rowOf.get(one);
      if (row === undefined) continue;
      const known = byRow.get(row);
      if (known === undefined || lastness(one) > lastness(known)) byRow.set(row, one);
    }
    return [...byRow.values()];
  }
}

/** Every dependency between shown tasks; none where they are too many to be told apart. */
export function allTies(model: RunModel, rowOf: ReadonlyMap<number, number>): Tie[] {
  const ties: Tie[] = [];
  for (const to of rowOf.keys()) {
    for (const from of model.nodes[to]?.parents ?? []) {
      if (!rowOf.has(from)) continue;
      if (ties.length === mostTies) return [];
      ties.push({ from, to, side: undefined });
    }
  }
  return ties;
}

interface Drawn {
  model: RunModel;
  paints: Paints;
  xOf: (time: number) => number;
  /** The middle of the line that a node is on. */
  yOf: (node: number) => number | undefined;
  now: number;
  width: number;
  height: number;
}

/** From the end of what was waited for to the beginning of the work that waited. */
export function drawTies(context: CanvasRenderingContext2D, ties: readonly Tie[], drawn: Drawn): void {
  context.save();
  for (const tie of ties) drawTie(context, tie, drawn);
  context.restore();
}

function drawTie(context: CanvasRenderingContext2D, { from, to, side }: Tie, drawn: Drawn): void {
  const { model, paints, xOf, yOf, now, width, height } = drawn;
  const first = model.nodes[from];
  const second = model.nodes[to];
  const [y1, y2] = [yOf(from), yOf(to)];
  if (!first || !second || y1 === undefined || y2 === undefined) return;
  const x1 = xOf(extentOf(first).to ?? now);
  const x2 = xOf(workOf(second, model.nodes).from);
  if (Math.max(x1, x2) < -80 || Math.min(x1, x2) > width + 80) return;
  if (Math.max(y1, y2) < 0 || Math.min(y1, y2) > height) return;
  context.strokeStyle = side === undefined ? paints.faint : paints.accent;
  context.fillStyle = context.strokeStyle;
  context.globalAlpha = side === undefined ? 0.55 : 1;
  context.lineWidth = side === undefined ? 1 : 1.75;
  context.setLineDash(side === "after" ? [5, 3] : []);
  const bow = Math.max(14, Math.min(72, Math.abs(x2 - x1) / 2));
  context.beginPath();
  context.moveTo(x1, y1);
  context.bezierCurveTo(x1 + bow, y1, x2 - bow, y2, x2 - 4, y2);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(x2, y2);
  context.lineTo(x2 - 6, y2 - 3.5);
  context.lineTo(x2 - 6, y2 + 3.5);
  context.fill();
}
