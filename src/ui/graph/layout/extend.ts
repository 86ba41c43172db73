import { sizeOf } from "./arrange.ts";
import { at } from "./arrays.ts";
import { type Blocks, blocksOf, type Structure, structureOf } from "./blocks.ts";
import { composed } from "./compose.ts";
import { familySize } from "./families.ts";
import { type GraphInput, linksOf } from "./layers.ts";
import { roomIn, usualPane } from "./layout.ts";
import { drawn } from "./level.ts";
import { levelsOf } from "./levels.ts";
import { breadthsOf, lengthsOf, type Placed } from "./place.ts";
import type { Layout, LayoutOptions } from "./result.ts";

/**
 * Places the nodes that were appended since `old` was made, and moves nothing. Undefined when that cannot be: a
 * family came into being or an opened one grew, an old node's parents became known only now, a band is full, subflows
 * are open, or the graph has several parts.
 */
export function extendLayout(old: Layout, input: GraphInput, options: LayoutOptions): Layout | undefined {
  const links = linksOf(input);
  const { opened = new Set<number>(), unfolded = new Set<number>(), pane = usualPane } = options;
  const { levels, seenAs } = levelsOf(input, links, unfolded);
  const [nested, ...inner] = levels;
  const { root } = old;
  if (!root || !nested || inner.length > 0 || nested.nodes.length < root.structure.layer.length)
    return undefined;
  const level = { ...nested.level, cardWidth: at(root.blocks.width, 0), containers: new Map() };
  const structure = kept(root.structure, structureOf(level));
  if (!structure) return undefined;
  const blocks = blocksOf(level, structure, { opened, pane: roomIn(pane) });
  const [part, ...others] = root.parts;
  if (!part || others.length > 0 || !sameBlocks(root.blocks, blocks)) return undefined;
  const placed = extended(part.placed, blocks, structure);
  if (!placed) return undefined;
  const members = Int32Array.from({ length: blocks.count }, (_, block) => block);
  const { arrangement } = placed;
  const parts = [{ ...part, placed, members }];
  const done = {
    ...drawn({ level, structure, blocks, arrangement, parts, bends: root.bends }),
    ...sizeOf(placed),
  };
  return composed({ links, levels, seenAs, placed: new Map([[-1, done]]) });
}

/**
 * What was placed stays in its layer and its family. A few that no longer belong to their family stay in it, too,
 * until all is laid out again: while a map is being submitted, its members differ for a moment.
 */
function kept(old: Structure, now: Structure): Structure | undefined {
  const family = Int32Array.from(now.family);
  const standsFor = new Map<number, number>();
  let strays = 0;
  for (let node = 0; node < old.layer.length; node++) {
    if (at(old.layer, node) !== at(now.layer, node)) return undefined;
    const [before, after] = [at(old.family, node), at(now.family, node)];
    if (before < 0 && after >= 0) return undefined;
    if (before >= 0 && after < 0) strays++;
    if (after >= 0 && (standsFor.get(after) ?? before) !== before) return undefined;
    if (after >= 0) standsFor.set(after, before);
    family[node] = before;
  }
  if (strays >= familySize) return undefined;
  for (let node = old.layer.length; node < family.length; node++)
    family[node] = standsFor.get(at(family, node)) ?? at(family, node);
  return { ...now, family };
}

function sameBlocks(old: Blocks, now: Blocks): boolean {
  for (let block = 0; block < old.count; block++) {
    if (at(old.first, block) !== at(now.first, block)) return false;
    if (at(old.height, block) !== at(now.height, block)) return false;
  }
  return true;
}

function extended(old: Placed, blocks: Blocks, structure: Structure): Placed | undefined {
  const { direction, bandLength } = old.arrangement;
  const depth = blocks.layer.reduce((most, layer) => Math.max(most, layer), -1) + 1;
  const isBanded = old.bandStart.length > 1;
  if (isBanded && depth > old.layerStart.length) return undefined;
  const placed: Placed = {
    ...old,
    // One band goes on for as long as the run does.
    arrangement: { direction, bandLength: isBanded ? bandLength : Math.max(bandLength, depth) },
    ...layersFor(old, depth, lengthsOf(blocks, direction)[0] ?? 0),
    along: grown(old.along, blocks.count),
    across: grown(old.across, blocks.count),
  };
  const breadths = breadthsOf(blocks, direction);
  const bandOf = (block: number) => Math.floor(at(blocks.layer, block) / placed.arrangement.bandLength);
  const end = Float64Array.from(
    { length: depth },
    (_, layer) => at(old.bandStart, Math.floor(layer / placed.arrangement.bandLength)) - old.gaps.row,
  );
  const occupy = (block: number) => {
    const layer = at(blocks.layer, block);
    end[layer] = Math.max(at(end, layer), at(placed.across, block) + at(breadths, block));
  };
  const known = old.along.length;
  for (let block = 0; block < known; block++) occupy(block);
  for (let block = known; block < blocks.count; block++) {
    const layer = at(blocks.layer, block);
    placed.along[block] = at(placed.layerStart, layer);
    const wished = besideParent(block, { blocks, across: placed.across, structure });
    placed.across[block] = Math.max(at(end, layer) + old.gaps.row, wished);
    occupy(block);
    if (isBanded && at(end, layer) > at(old.bandEnd, bandOf(block))) return undefined;
  }
  placed.length = Math.max(old.length, at(placed.layerEnd, depth - 1));
  placed.breadth = isBanded ? old.breadth : end.reduce((most, value) => Math.max(most, value), old.breadth);
  placed.bandEnd = isBanded ? old.bandEnd : Float64Array.of(placed.breadth);
  return placed;
}

function grown(numbers: Float64Array, size: number): Float64Array {
  const copy = new Float64Array(Math.max(size, numbers.length));
  copy.set(numbers);
  return copy;
}

/** The old layers, and new ones behind them. */
function layersFor(old: Placed, depth: number, length: number) {
  const layerStart = grown(old.layerStart, depth);
  const layerEnd = grown(old.layerEnd, depth);
  for (let layer = old.layerStart.length; layer < depth; layer++) {
    layerStart[layer] = layer === 0 ? 0 : at(layerEnd, layer - 1) + old.gaps.layer;
    layerEnd[layer] = at(layerStart, layer) + length;
  }
  return { layerStart, layerEnd };
}

/** Beside its first parent, if there is one. */
function besideParent(
  block: number,
  from: { blocks: Blocks; across: Float64Array; structure: Structure },
): number {
  const { blocks, across, structure } = from;
  const node = at(blocks.first, block);
  const first = at(structure.links.start, node);
  if (first === at(structure.links.start, node + 1)) return 0;
  return at(across, at(blocks.of, at(structure.links.items, first)));
}
