import { at } from "./arrays.ts";
import { type Blocks, nodeHeight, type Size } from "./blocks.ts";
import { middlesOf } from "./middles.ts";
import { type Links, sizesOf, type Vertices } from "./vertices.ts";

/** Where the layers follow one another: from left to right, or from top to bottom. */
export type Direction = "right" | "down";

/**
 * How a graph is laid out. A long one is broken into bands, as a text is broken into lines: a band holds as many
 * layers as `bandLength` says, and the next band starts anew beside it.
 */
export interface Arrangement {
  direction: Direction;
  bandLength: number;
}

export interface Gaps {
  /** Between two layers: room for the edges. */
  layer: number;
  /** Between two blocks of one layer. */
  row: number;
  band: number;
}

export const baseGaps: Record<Direction, Gaps> = {
  right: { layer: 48, row: 16, band: 38 },
  down: { layer: 38, row: 20, band: 48 },
};

/** What is laid out, by its number. */
export type Shapes = Pick<Blocks, "count" | "layer" | "width" | "height">;

/** What is placed. Positions "along" follow the direction, those "across" are at right angles to it. */
export interface Plan {
  blocks: Shapes;
  links: Links;
  vertices: Vertices;
  /** A layer of more than this many blocks is broken into a grid. */
  mostRows: Record<Direction, number>;
}

export interface Placed {
  arrangement: Arrangement;
  gaps: Gaps;
  /** Start of each block. */
  along: Float64Array;
  across: Float64Array;
  /** Across, for blocks and bends. */
  middle: Float64Array;
  layerStart: Float64Array;
  layerEnd: Float64Array;
  bandStart: Float64Array;
  bandEnd: Float64Array;
  /** Of the whole. */
  length: number;
  breadth: number;
}

export const lengthsOf = ({ width, height }: Shapes, direction: Direction): Float64Array =>
  direction === "right" ? width : height;
export const breadthsOf = ({ width, height }: Shapes, direction: Direction): Float64Array =>
  direction === "right" ? height : width;

/** Room beside the bands for the edges that go from one to the next. */
export const bandMargin = 22;

export function place(plan: Plan, arrangement: Arrangement, gaps: Gaps): Placed {
  const { blocks, vertices } = plan;
  const { direction, bandLength } = arrangement;
  const depth = vertices.rows.start.length - 1;
  const size = sizesOf(breadthsOf(blocks, direction), vertices.count);
  const middle = middlesOf({ ...vertices, size, gap: gaps.row }, vertices.rows);
  const bands = Math.max(1, Math.ceil(depth / bandLength));
  const placed: Placed = {
    arrangement,
    gaps,
    along: new Float64Array(blocks.count),
    across: new Float64Array(blocks.count),
    middle,
    layerStart: new Float64Array(depth),
    layerEnd: new Float64Array(depth),
    bandStart: new Float64Array(bands),
    bandEnd: new Float64Array(bands),
    length: 0,
    breadth: 0,
  };
  placeLayers(plan, placed);
  placeBands(plan, placed, size);
  return placed;
}

/** How long each layer is: that of its largest block, or of its grid. */
export function layerLengths(
  { blocks, vertices, mostRows }: Plan,
  direction: Direction,
  gap: number,
): Float64Array {
  const lengths = lengthsOf(blocks, direction);
  const { rows } = vertices;
  const depth = rows.start.length - 1;
  const result = new Float64Array(depth);
  const many = new Int32Array(depth);
  for (let block = 0; block < blocks.count; block++) {
    const layer = at(blocks.layer, block);
    result[layer] = Math.max(at(result, layer), at(lengths, block));
    many[layer] = at(many, layer) + 1;
  }
  for (let layer = 0; layer < depth; layer++) {
    const columns = Math.ceil(at(many, layer) / mostRows[direction]);
    result[layer] = columns * (at(result, layer) + gap) - gap;
  }
  return result;
}

function placeLayers(plan: Plan, placed: Placed): void {
  const { blocks, vertices, mostRows } = plan;
  const { direction, bandLength } = placed.arrangement;
  const { rows } = vertices;
  const lengths = lengthsOf(blocks, direction);
  const breadths = breadthsOf(blocks, direction);
  const long = inStep(layerLengths(plan, direction, placed.gaps.row), bandLength);
  const margin = placed.bandStart.length > 1 ? bandMargin : 0;
  let start = margin;
  for (let layer = 0; layer < long.length; layer++) {
    if (layer % bandLength === 0) start = margin;
    const column: number[] = [];
    for (let i = at(rows.start, layer); i < at(rows.start, layer + 1); i++)
      if (at(rows.items, i) < blocks.count) column.push(at(rows.items, i));
    placed.layerStart[layer] = start;
    placed.layerEnd[layer] = start + at(long, layer);
    if (column.length > mostRows[direction]) placeGrid(plan, placed, column, start);
    else
      for (const block of column) {
        placed.along[block] = start + (at(long, layer) - at(lengths, block)) / 2;
        placed.across[block] = at(placed.middle, block) - at(breadths, block) / 2;
      }
    placed.length = Math.max(placed.length, start + at(long, layer) + margin);
    start += at(long, layer) + placed.gaps.layer;
  }
}

/** Layers at the same place of their bands are equally long, so that the bands read as rows of one table. */
function inStep(lengths: Float64Array, bandLength: number): Float64Array {
  if (lengths.length <= bandLength) return lengths;
  const most = new Float64Array(bandLength);
  lengths.forEach((length, layer) => {
    most[layer % bandLength] = Math.max(at(most, layer % bandLength), length);
  });
  return lengths.map((_, layer) => at(most, layer % bandLength));
}

/** Line by line over several columns, so that neighbours in the order stay near each other. */
function placeGrid(plan: Plan, placed: Placed, column: readonly number[], start: number): void {
  const { direction } = placed.arrangement;
  const lengths = lengthsOf(plan.blocks, direction);
  const breadths = breadthsOf(plan.blocks, direction);
  const columns = Math.ceil(column.length / plan.mostRows[direction]);
  const pitch = column.reduce((most, block) => Math.max(most, at(lengths, block)), 0) + placed.gaps.row;
  const lines: number[][] = [];
  for (let i = 0; i < column.length; i += columns) lines.push(column.slice(i, i + columns));
  const broad = lines.map((line) => line.reduce((most, block) => Math.max(most, at(breadths, block)), 0));
  let across = -broad.reduce((sum, breadth) => sum + breadth + placed.gaps.row, -placed.gaps.row) / 2;
  lines.forEach((line, i) => {
    line.forEach((block, place) => {
      placed.along[block] = start + place * pitch;
      placed.across[block] = across;
      placed.middle[block] = across + at(breadths, block) / 2;
    });
    across += at(broad, i) + placed.gaps.row;
  });
}

/** Moves each band beside the one before it. */
function placeBands({ blocks, vertices }: Plan, placed: Placed, size: Float64Array): void {
  const { bandLength, direction } = placed.arrangement;
  const breadths = breadthsOf(blocks, direction);
  const bands = placed.bandStart.length;
  const bandOf = (vertex: number) => Math.floor(at(vertices.layer, vertex) / bandLength);
  const first = new Float64Array(bands).fill(Number.POSITIVE_INFINITY);
  const last = new Float64Array(bands).fill(Number.NEGATIVE_INFINITY);
  const startOf = (vertex: number) =>
    vertex < blocks.count ? at(placed.across, vertex) : at(placed.middle, vertex) - at(size, vertex) / 2;
  for (let vertex = 0; vertex < vertices.count; vertex++) {
    const band = bandOf(vertex);
    first[band] = Math.min(at(first, band), startOf(vertex));
    last[band] = Math.max(at(last, band), startOf(vertex) + at(size, vertex));
  }
  let start = 0;
  for (let band = 0; band < bands && vertices.count > 0; band++) {
    placed.bandStart[band] = start;
    placed.bandEnd[band] = start + at(last, band) - at(first, band);
    start = at(placed.bandEnd, band) + placed.gaps.band;
  }
  placed.breadth = Math.max(0, start - placed.gaps.band);
  for (let vertex = 0; vertex < vertices.count; vertex++) {
    const band = bandOf(vertex);
    const shift = at(placed.bandStart, band) - at(first, band);
    placed.middle[vertex] = at(placed.middle, vertex) + shift;
    if (vertex < blocks.count) placed.across[vertex] = at(placed.across, vertex) + shift;
    if (vertex < blocks.count) placed.middle[vertex] = at(placed.across, vertex) + at(breadths, vertex) / 2;
  }
}

/** How many rows of a layer the pane holds before the layer is broken, and the whole about in the pane's shape. */
export function mostRowsIn(rows: { start: Int32Array }, cardWidth: number, pane: Size): Plan["mostRows"] {
  const least = 32;
  const depth = rows.start.length - 1;
  const solve = (pitch: number, step: number, ratio: number) => {
    const lengthAt = (most: number) => {
      let columns = 0;
      for (let row = 0; row < depth; row++)
        columns += Math.ceil((at(rows.start, row + 1) - at(rows.start, row)) / most);
      return columns * step;
    };
    // A layer without edges to its sides may be broken sooner: nothing has to be followed through it.
    let most = depth === 1 ? 1 : least;
    while (most * pitch * ratio < lengthAt(most) && most < 1 << 20) most = depth === 1 ? most + 1 : most * 2;
    return most;
  };
  const [wide, high] = [cardWidth + 24, nodeHeight + 16];
  const ratio = Math.min(3.5, Math.max(0.4, pane.width / Math.max(1, pane.height)));
  return { right: solve(high, wide, ratio), down: solve(wide, high, 1 / ratio) };
}
