import { at } from "../layout/arrays.ts";
import { curveX, curveY, type Paths } from "../layout/paths.ts";

/** What an edge is drawn with: a canvas, or what writes the `d` of an SVG path. */
export interface PathSink {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void;
  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void;
  closePath(): void;
}

/** Corners of straight stretches are rounded by this much, where they are long enough. */
const corner = 9;
/** Between the tip of an arrow and the box it points to. */
const tipGap = 1.5;

interface Point {
  x: number;
  y: number;
  kind: number;
}

const pointAt = ({ points }: Paths, i: number): Point => ({
  x: at(points, 3 * i),
  y: at(points, 3 * i + 1),
  kind: at(points, 3 * i + 2),
});

/** Draws the way of an edge, without its head. */
export function traceEdge(sink: PathSink, paths: Paths, edge: number): void {
  const first = at(paths.start, edge);
  const last = at(paths.start, edge + 1) - 1;
  let here = pointAt(paths, first);
  sink.moveTo(here.x, here.y);
  for (let i = first + 1; i <= last; i++) {
    const next = pointAt(paths, i);
    if (next.kind === curveX || next.kind === curveY) curveTo(sink, here, next);
    else lineTo(sink, here, next, i < last ? pointAt(paths, i + 1) : undefined);
    here = next;
  }
}

/** Leaves and arrives along one axis, so that layers read in their order. */
function curveTo(sink: PathSink, from: Point, to: Point): void {
  if (to.kind === curveX) {
    const middle = (from.x + to.x) / 2;
    if (Math.abs(from.y - to.y) < 0.5) sink.lineTo(to.x, to.y);
    else sink.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
    return;
  }
  const middle = (from.y + to.y) / 2;
  if (Math.abs(from.x - to.x) < 0.5) sink.lineTo(to.x, to.y);
  else sink.bezierCurveTo(from.x, middle, to.x, middle, to.x, to.y);
}

/** A straight stretch, rounded into the next one. */
function lineTo(sink: PathSink, from: Point, to: Point, next: Point | undefined): void {
  const isCorner = next !== undefined && next.kind !== curveX && next.kind !== curveY;
  const before = Math.hypot(to.x - from.x, to.y - from.y);
  const after = isCorner ? Math.hypot(next.x - to.x, next.y - to.y) : 0;
  const radius = Math.min(corner, before / 2, after / 2);
  if (!isCorner || radius < 0.5) {
    sink.lineTo(to.x, to.y);
    return;
  }
  const [back, on] = [radius / before, radius / after];
  sink.lineTo(to.x + (from.x - to.x) * back, to.y + (from.y - to.y) * back);
  sink.quadraticCurveTo(to.x, to.y, to.x + (next.x - to.x) * on, to.y + (next.y - to.y) * on);
}

/** A head at the end of an edge, for a line of this width. */
export function traceHead(sink: PathSink, paths: Paths, edge: number, width: number): void {
  const last = at(paths.start, edge + 1) - 1;
  const tip = pointAt(paths, last);
  const size = 2.4 + width * 0.8;
  if (tip.kind === curveY) {
    sink.moveTo(tip.x, tip.y - tipGap);
    sink.lineTo(tip.x - size, tip.y - tipGap - size * 1.5);
    sink.lineTo(tip.x + size, tip.y - tipGap - size * 1.5);
  } else {
    sink.moveTo(tip.x - tipGap, tip.y);
    sink.lineTo(tip.x - tipGap - size * 1.5, tip.y - size);
    sink.lineTo(tip.x - tipGap - size * 1.5, tip.y + size);
  }
  sink.closePath();
}

/** A point halfway along an edge, on its longest stretch. */
export function middleOf(paths: Paths, edge: number): { x: number; y: number } {
  let best = { x: 0, y: 0, length: -1 };
  for (let i = at(paths.start, edge) + 1; i < at(paths.start, edge + 1); i++) {
    const [from, to] = [pointAt(paths, i - 1), pointAt(paths, i)];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length > best.length) best = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, length };
  }
  return best;
}
