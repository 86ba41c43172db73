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
export type Rate = (size: Size, arrangement: Broken) => number;

/** An arrangement, in how many bands it is, and how many edges go from one band to the next at most. */
export type Broken = Arrangement & { bands: number; cuts: number };

/** Beyond this many blocks only the arrangement that promises most is laid out. */
const mostTried = 600;
/** Edges that may go from one band to the next: more would be a tangle in the gap. */
const mostCuts = 5;
const directions = ["right", "down"] as const;

export const sizeOf = ({ length, breadth, arrangement }: Placed): Size =>
  arrangement.direction === "right" ? { width: length, height: breadth } : { width: breadth, height: length };

/** All parts of a level, each in its place. */
export interface Arranged extends Size {
  arrangement: Arrangement;
  /** One for each plan, with its top left corner. */
  parts: readonly { placed: Placed; x: number; y: number }[];
}

/** Lays out in the way that is rated best; of large graphs by estimate. `pane` is to be filled where it is told. */
export function arranged(
  plans: readonly Plan[],
  { rate, room, fill, keep }: { rate: Rate; room: Size; fill: boolean; keep?: Arrangement | undefined },
): Arranged {
  const choices = directions
    .flatMap((direction) => estimates(plans, direction, room, rate))
    .sort((a, b) => b.worth - a.worth);
  const [best] = choices;
  if (!best) return { arrangement: { direction: "right", bandLength: 1 }, parts: [], width: 0, height: 0 };
  const blocks = plans.reduce((sum, plan) => sum + plan.blocks.count, 0);
  const kept = choices.find(
    ({ direction, bandLength }) => keep?.direction === direction && keep.bandLength === bandLength,
  );
  const isKept = kept !== undefined && kept.worth > 0.8 * best.worth;
  const tried = isKept ? [kept] : choices.slice(0, blocks > mostTried ? 1 : 3);
  const done = tried.map((choice) => {
    const placed = plans.map((plan) => {
      const first = place(plan, choice, baseGaps[choice.direction]);
      return fill && plans.length === 1 && blocks <= mostTried ? stretched(plan, first, room) : first;
    });
    const made = packed(placed.map(sizeOf), choice, rate);
    return {
      worth: made.worth,
      arranged: {
        arrangement: { direction: choice.direction, bandLength: choice.bandLength },
        parts: placed.map((part, i) => ({ placed: part, x: at(made.x, i), y: at(made.y, i) })),
        width: made.width,
        height: made.height,
      },
    };
  });
  return done.reduce((one, other) => (other.worth > one.worth ? other : one)).arranged;
}

type Choice = Broken & { worth: number };

function estimates(plans: readonly Plan[], direction: Direction, pane: Size, rate: Rate): Choice[] {
  const gaps = baseGaps[direction];
  const measured = plans.map((plan) => ({
    lengths: layerLengths(plan, direction, gaps.row),
    breadths: layerBreadths(plan, direction),
  }));
  const longest = measured.reduce<Float64Array>(
    (most, { lengths }) => (lengths.length > most.length ? lengths : most),
    new Float64Array(),
  );
  return bandLengths(longest, gaps, direction === "right" ? pane.width : pane.height).flatMap(
    (bandLength) => {
      const cuts = plans.reduce((most, plan) => Math.max(most, cutsAt(plan, bandLength)), 0);
      if (cuts > mostCuts) return [];
      const sizes = measured.map(({ lengths, breadths }) => {
        const bands = Math.max(1, Math.ceil(lengths.length / bandLength));
        const { width, height } = estimate({ lengths, breadths, gaps, bandLength, bands });
        return direction === "right" ? { width, height } : { width: height, height: width };
      });
      const bands = Math.max(1, Math.ceil(longest.length / bandLength));
      const choice = { direction, bandLength, bands, cuts };
      return { ...choice, worth: packed(sizes, choice, rate).worth };
    },
  );
}

const partGap = { x: 56, y: [26, 40, 60] } as const;

/** Parts in columns, one below the other as long as a column is not full, so that they read in their order. */
function packed(sizes: readonly Size[], arrangement: Broken, rate: Rate) {
  const tallest = sizes.reduce((most, { height }) => Math.max(most, height), 0);
  const total = sizes.reduce((sum, { height }) => sum + height + partGap.y[0], 0);
  const heights =
    sizes.length < 2 ? [tallest] : [1, 1.3, 1.7, 2.2, 3, 4, 6, 9, 14].map((many) => many * tallest);
  const tried = heights
    .filter((height) => height === tallest || height < 1.4 * total)
    .flatMap((height) => partGap.y.map((gap) => columnsOf(sizes, height, gap)))
    .map((columns) => ({ ...columns, worth: rate(columns, arrangement) }));
  return tried.reduce((one, other) => (other.worth > one.worth ? other : one));
}

function columnsOf(sizes: readonly Size[], most: number, gap: number) {
  const x = new Float64Array(sizes.length);
  const y = new Float64Array(sizes.length);
  let [left, top, wide, width, height] = [0, 0, 0, 0, 0];
  sizes.forEach((size, part) => {
    if (top > 0 && top + size.height > most + 0.5) {
      left += wide + partGap.x;
      [top, wide] = [0, 0];
    }
    x[part] = left;
    y[part] = top;
    wide = Math.max(wide, size.width);
    width = Math.max(width, left + size.width);
    height = Math.max(height, top + size.height);
    top += size.height + gap;
  });
  return { x, y, width, height };
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

/** How many edges go from one band to the next, where there are most. */
function cutsAt({ vertices }: Plan, bandLength: number): number {
  let most = 0;
  for (let layer = bandLength - 1; layer < vertices.cuts.length - 2; layer += bandLength)
    most = Math.max(most, at(vertices.cuts, layer));
  return most;
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
function stretched(plan: Plan, placed: Placed, pane: Size): Placed {
  const { arrangement, gaps, length, breadth } = placed;
  const isRight = arrangement.direction === "right";
  const [long, broad] = isRight ? [pane.width, pane.height] : [pane.height, pane.width];
  const bands = placed.bandStart.length;
  const layers = Math.min(arrangement.bandLength, placed.layerStart.length) - 1;
  const rows = mostInLayer(plan) - 1;
  // Drawn smaller, because it is long, it has more room across.
  const across = broad * Math.max(1, length / long);
  const widened = (gap: number, spare: number, many: number, most: number) =>
    many <= 0 || spare <= 0 ? gap : Math.min(most, gap + Math.floor(spare / many));
  // A slim picture in a slim pane is enlarged instead.
  const isSlim = broad < 1.2 * long && breadth < broad / 2;
  const next: Gaps = {
    layer: isSlim ? gaps.layer : widened(gaps.layer, 0.94 * (long - length), layers, isRight ? 88 : 100),
    row: bands > 1 ? gaps.row : widened(gaps.row, 0.84 * across - breadth, rows, isRight ? 76 : 90),
    band: widened(gaps.band, 0.94 * (across - breadth), bands - 1, 84),
  };
  if (next.layer === gaps.layer && next.row === gaps.row && next.band === gaps.band) return placed;
  const wider = place(plan, arrangement, next);
  return wider.length > Math.max(long, length) || wider.breadth > Math.max(across, breadth) ? placed : wider;
}

function mostInLayer({ vertices }: Plan): number {
  let most = 0;
  const { start } = vertices.rows;
  for (let layer = 0; layer + 1 < start.length; layer++)
    most = Math.max(most, at(start, layer + 1) - at(start, layer));
  return most;
}
