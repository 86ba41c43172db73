import { at } from "./arrays.ts";
import type { Size } from "./blocks.ts";
import {
  type Arrangement,
  bandMargin,
  baseGaps,
  breadthsOf,
  type Direction,
  type Gaps,
  layerLengths,
  type Placed,
  type Plan,
  place,
} from "./place.ts";

/** What a picture of this size is worth, so arranged; larger is better. */
export type Rate = (size: Size, arrangement: Arrangement & { bands: number }) => number;

/** Beyond this many blocks only the arrangement that promises most is laid out. */
const mostTried = 600;
/** Edges that may go from one band to the next: more would be a tangle in the gap. */
const mostCuts = 5;
const directions = ["right", "down"] as const;

export const sizeOf = ({ length, breadth, arrangement }: Placed): Size =>
  arrangement.direction === "right" ? { width: length, height: breadth } : { width: breadth, height: length };

/** Lays out in the way that is rated best; of large graphs by estimate. */
export function arranged(plan: Plan, rate: Rate, pane: Size, keep?: Arrangement): Placed {
  const choices = directions
    .flatMap((direction) => estimates(plan, direction, pane))
    .map((choice) => ({ ...choice, worth: rate(choice.size, choice) }))
    .sort((a, b) => b.worth - a.worth);
  const [best] = choices;
  if (!best) return place(plan, { direction: "right", bandLength: 1 }, baseGaps.right);
  const kept = choices.find(
    ({ direction, bandLength }) => keep?.direction === direction && keep.bandLength === bandLength,
  );
  if (kept && kept.worth > 0.8 * best.worth) return place(plan, kept, baseGaps[kept.direction]);
  if (plan.blocks.count > mostTried) return place(plan, best, baseGaps[best.direction]);
  const tried = choices.slice(0, 3).map((choice) => {
    const placed = place(plan, choice, baseGaps[choice.direction]);
    return { placed, worth: rate(sizeOf(placed), choice) };
  });
  return tried.reduce((one, other) => (other.worth > one.worth ? other : one)).placed;
}

type Choice = Arrangement & { bands: number; size: Size };

function estimates(plan: Plan, direction: Direction, pane: Size): Choice[] {
  const gaps = baseGaps[direction];
  const lengths = layerLengths(plan, direction, gaps.row);
  const breadths = layerBreadths(plan, direction);
  return bandLengths(lengths, gaps, direction === "right" ? pane.width : pane.height).flatMap(
    (bandLength) => {
      const bands = Math.max(1, Math.ceil(lengths.length / bandLength));
      if (!mayBreak(plan, bandLength)) return [];
      const size = estimate({ lengths, breadths, gaps, bandLength, bands });
      return {
        direction,
        bandLength,
        bands,
        size: direction === "right" ? size : { width: size.height, height: size.width },
      };
    },
  );
}

/** One band; a few; and as many as make a band as long as the pane at some scales. */
function bandLengths(lengths: Float64Array, gaps: Gaps, room: number): number[] {
  const depth = lengths.length;
  if (depth === 0) return [];
  const found = new Set([depth]);
  for (let bands = 2; bands <= 12 && bands <= depth / 2; bands++) found.add(Math.ceil(depth / bands));
  const mean = lengths.reduce((sum, length) => sum + length, 0) / depth + gaps.layer;
  for (const scale of [1, 0.9, 0.8, 0.7]) {
    const length = Math.floor((room / scale - 2 * bandMargin + gaps.layer) / mean);
    if (length >= 2 && length < depth) found.add(length);
  }
  return [...found];
}

function mayBreak({ vertices }: Plan, bandLength: number): boolean {
  for (let layer = bandLength - 1; layer < vertices.cuts.length - 2; layer += bandLength)
    if (at(vertices.cuts, layer) > mostCuts) return false;
  return true;
}

interface Estimating {
  lengths: Float64Array;
  breadths: Float64Array;
  gaps: Gaps;
  bandLength: number;
  bands: number;
}

/** As if the direction were to the right. */
function estimate({ lengths, breadths, gaps, bandLength, bands }: Estimating): Size {
  let [width, height, length, breadth] = [0, 0, 0, 0];
  for (let layer = 0; layer < lengths.length; layer++) {
    length += at(lengths, layer) + (layer % bandLength === 0 ? 0 : gaps.layer);
    breadth = Math.max(breadth, at(breadths, layer));
    if (layer % bandLength < bandLength - 1 && layer < lengths.length - 1) continue;
    width = Math.max(width, length);
    height += breadth + (layer < bandLength ? 0 : gaps.band);
    [length, breadth] = [0, 0];
  }
  return { width: width + (bands > 1 ? 2 * bandMargin : 0), height };
}

function layerBreadths({ blocks, vertices, mostRows }: Plan, direction: Direction): Float64Array {
  const breadths = breadthsOf(blocks, direction);
  const { rows } = vertices;
  const { row: gap } = baseGaps[direction];
  return Float64Array.from({ length: rows.start.length - 1 }, (_, layer) => {
    let sum = -gap;
    let many = 0;
    for (let i = at(rows.start, layer); i < at(rows.start, layer + 1); i++) {
      const vertex = at(rows.items, i);
      if (vertex < blocks.count) many++;
      sum += gap + (vertex < blocks.count ? at(breadths, vertex) : 4);
    }
    return Math.max(0, sum / Math.max(1, Math.ceil(many / mostRows[direction])));
  });
}

/** Widens the gaps of a small picture, so that it uses the pane. */
export function stretched(plan: Plan, placed: Placed, pane: Size): Placed {
  const { arrangement, gaps, length, breadth } = placed;
  const isRight = arrangement.direction === "right";
  const [long, broad] = isRight ? [pane.width, pane.height] : [pane.height, pane.width];
  const bands = placed.bandStart.length;
  const layers = Math.min(arrangement.bandLength, placed.layerStart.length) - 1;
  const rows = mostInLayer(plan) - 1;
  const widened = (gap: number, spare: number, many: number, most: number) =>
    many <= 0 || spare <= 0 ? gap : Math.min(most, gap + Math.floor((0.94 * spare) / many));
  const next: Gaps = {
    layer: widened(gaps.layer, long - length, layers, isRight ? 88 : 72),
    row: bands > 1 ? gaps.row : widened(gaps.row, broad - breadth, rows, isRight ? 36 : 56),
    band: widened(gaps.band, broad - breadth, bands - 1, 84),
  };
  if (next.layer === gaps.layer && next.row === gaps.row && next.band === gaps.band) return placed;
  const wider = place(plan, arrangement, next);
  return wider.length > Math.max(long, length) || wider.breadth > Math.max(broad, breadth) ? placed : wider;
}

function mostInLayer({ vertices }: Plan): number {
  let most = 0;
  const { start } = vertices.rows;
  for (let layer = 0; layer + 1 < start.length; layer++)
    most = Math.max(most, at(start, layer + 1) - at(start, layer));
  return most;
}
