import { at } from "./arrays.ts";
import { type Blocks, cellGap, type Edges } from "./blocks.ts";
import type { PartPlan } from "./parts.ts";
import { bandMargin, type Direction, type Placed } from "./place.ts";

/** How an edge comes to a point: in a curve that leaves and arrives along one axis, or straight. */
export const curveX = 0;
export const curveY = 1;
export const straight = 2;

/**
 * The way of each edge: triples x, y, kind from `start[i]` to `start[i + 1]` (counted in triples). The first point
 * is where it leaves, the last where it arrives; the kind of a point tells how the edge comes to it.
 */
export interface Paths {
  start: Int32Array;
  points: Float64Array;
}

/** Rectangles that edges join, in the coordinates of their level. */
export interface Rects {
  x: Float64Array;
  y: Float64Array;
  width: Float64Array;
  height: Float64Array;
}

/** Where a block is placed, in coordinates of the part it belongs to. */
export interface Part {
  placed: Placed;
  x: number;
  y: number;
}

export interface Routing {
  blocks: Blocks;
  /** For each block its part. */
  partOf: (block: number) => Part | undefined;
  /** Blocks, then the members of opened families. */
  rects: Rects;
  /** For each rectangle its block. */
  blockOf: Int32Array;
  /** Between rectangles. */
  edges: Edges;
  /** Points, in coordinates along and across, that the edge between two blocks passes; see `bendsBetween`. */
  bends: (from: number, to: number) => readonly Bend[];
}

/** A layer that an edge passes, and how far across. */
export interface Bend {
  layer: number;
  across: number;
}

export function pathsOf(routing: Routing): Paths {
  const { edges } = routing;
  const start = new Int32Array(edges.from.length + 1);
  const points: number[] = [];
  const router = new Router(routing, points);
  for (let edge = 0; edge < edges.from.length; edge++) {
    router.route(at(edges.from, edge), at(edges.to, edge));
    start[edge + 1] = points.length / 3;
  }
  return { start, points: Float64Array.from(points) };
}

/** Adds the bends of the edges of a part, by the blocks they join: `from-to`. */
export function addBends(
  { links, vertices, members }: PartPlan,
  placed: Placed,
  found: Map<string, Bend[]>,
): void {
  const { start, items } = vertices.bendsOf;
  for (let edge = 0; edge < links.from.length; edge++) {
    if (at(start, edge) === at(start, edge + 1)) continue;
    const bends: Bend[] = [];
    for (let i = at(start, edge); i < at(start, edge + 1); i++) {
      const vertex = at(items, i);
      bends.push({ layer: at(vertices.layer, vertex), across: at(placed.middle, vertex) });
    }
    found.set(`${at(members, at(links.from, edge))}-${at(members, at(links.to, edge))}`, bends);
  }
}

interface Point {
  along: number;
  across: number;
  band: number;
}

class Router {
  readonly #routing: Routing;
  readonly #points: number[];
  #part: Part | undefined;
  #direction: Direction = "right";
  /** How many edges already go through the gap after each band, so that they do not lie on each other. */
  readonly #taken = new Map<number, number>();
  #here: Point = { along: 0, across: 0, band: 0 };

  constructor(routing: Routing, points: number[]) {
    this.#routing = routing;
    this.#points = points;
  }

  route(from: number, to: number): void {
    const { blockOf, bends, partOf } = this.#routing;
    const [source, target] = [at(blockOf, from), at(blockOf, to)];
    const part = partOf(source);
    if (!part) return;
    const { placed } = part;
    if (part !== this.#part) this.#taken.clear();
    this.#part = part;
    this.#direction = placed.arrangement.direction;
    this.#leave(from, source);
    for (const { layer, across } of bends(source, target)) {
      const band = this.#bandOf(layer);
      this.#curve({ along: at(placed.layerStart, layer), across, band });
      this.#curve({ along: at(placed.layerEnd, layer), across, band });
    }
    this.#arrive(to, target);
  }

  /** From the end of a rectangle; out of a frame between the rows of its grid. */
  #leave(rect: number, block: number): void {
    const band = this.#bandOf(at(this.#routing.blocks.layer, block));
    const box = this.#box(rect);
    const middle = box.across + box.breadth / 2;
    this.#add({ along: box.along + box.length, across: middle, band }, straight);
    if (rect === block) return;
    const frame = this.#box(block);
    const end = frame.along + frame.length;
    const isLast = end - (box.along + box.length) < box.length;
    const lane = isLast ? middle : box.across + box.breadth + cellGap / 2;
    if (!isLast) this.#curve({ along: box.along + box.length + cellGap / 2, across: lane, band });
    this.#add({ along: end, across: lane, band }, straight);
  }

  #arrive(rect: number, block: number): void {
    const band = this.#bandOf(at(this.#routing.blocks.layer, block));
    const box = this.#box(rect);
    const middle = box.across + box.breadth / 2;
    if (rect !== block) {
      const frame = this.#box(block);
      const isFirst = box.along - frame.along < box.length;
      const lane = isFirst ? middle : box.across - cellGap / 2;
      this.#curve({ along: frame.along, across: lane, band });
      if (!isFirst) this.#add({ along: box.along - cellGap, across: lane, band }, straight);
    }
    this.#curve({ along: box.along, across: middle, band });
  }

  #curve(to: Point): void {
    if (to.band !== this.#here.band) this.#changeBand(to);
    this.#add(to, this.#direction === "right" ? curveX : curveY);
  }

  /** To the end of the band, through the gap behind it, and in again at the start of the other band. */
  #changeBand(to: Point): void {
    const { band, along, across } = this.#here;
    const { placed } = this.#part ?? {};
    if (!placed) return;
    const { bandEnd, gaps } = placed;
    const taken = this.#taken.get(band) ?? 0;
    this.#taken.set(band, taken + 1);
    const lane = ((taken % 3) - 1) * 6;
    const out = along + bandMargin / 2 + lane / 2;
    const into = bandMargin / 2 + lane / 2;
    const gap = at(bandEnd, band) + gaps.band / 2 + lane;
    this.#add({ along: out, across, band }, straight);
    this.#add({ along: out, across: gap, band }, straight);
    this.#add({ along: into, across: gap, band }, straight);
    this.#add({ along: into, across: to.across, band: to.band }, straight);
    this.#add({ along: Math.min(to.along, bandMargin - 2), across: to.across, band: to.band }, straight);
  }

  #add(point: Point, kind: number): void {
    this.#here = point;
    const { x, y } = this.#part ?? { x: 0, y: 0 };
    if (this.#direction === "right") this.#points.push(x + point.along, y + point.across, kind);
    else this.#points.push(x + point.across, y + point.along, kind);
  }

  #bandOf(layer: number): number {
    return Math.floor(layer / (this.#part?.placed.arrangement.bandLength ?? 1));
  }

  #box(rect: number): { along: number; across: number; length: number; breadth: number } {
    const { x, y, width, height } = this.#routing.rects;
    const part = this.#part ?? { x: 0, y: 0 };
    const [left, top] = [at(x, rect) - part.x, at(y, rect) - part.y];
    const [wide, high] = [at(width, rect), at(height, rect)];
    return this.#direction === "right"
      ? { along: left, across: top, length: wide, breadth: high }
      : { along: top, across: left, length: high, breadth: wide };
  }
}
