import { at, type Ragged, ragged } from "./arrays.ts";
import type { Level } from "./blocks.ts";
import type { GraphInput } from "./layers.ts";

/** The nodes that are laid out among themselves: those of the run (`container` -1), or those inside a container. */
export interface Nested {
  container: number;
  /** Nodes by their place in the level. */
  nodes: Int32Array;
  level: Omit<Level, "containers">;
}

const narrowest = 148;
const widest = 232;
/** Of a card: what stands beside the label, and the mean width of a character. */
const beside = 50;
const character = 7.2;
const fewLabels = 60;

/**
 * Levels from the innermost to that of the run. Links between levels join the containers in their place. `seenAs` tells
 * for each node which one is seen in its place: itself, or the closed subflow in which it is.
 */
export function levelsOf(
  input: GraphInput,
  links: Ragged,
  unfolded: ReadonlySet<number>,
): { levels: Nested[]; seenAs: Int32Array } {
  const { count, within, key } = input;
  const everyNode = Int32Array.from({ length: count }, (_, node) => node);
  const around = containersOf(input);
  if (!around) {
    const level = { count, links, within, key, cardWidth: cardWidth(input, everyNode) };
    return { levels: [{ container: -1, nodes: everyNode, level }], seenAs: everyNode };
  }
  const seenAs = everyNode.map((node) => node);
  const byContainer = new Map<number, number[]>([[-1, []]]);
  around.forEach((container, node) => {
    if (container >= 0 && (seenAs[container] !== container || !unfolded.has(container))) {
      seenAs[node] = at(seenAs, container);
      return;
    }
    const known = byContainer.get(container);
    if (known) known.push(node);
    else byContainer.set(container, [node]);
  });
  const lifted = liftedLinks(links, around, seenAs);
  const place = new Int32Array(count);
  for (const nodes of byContainer.values())
    nodes.forEach((node, i) => {
      place[node] = i;
    });
  // A container comes before what it holds, so larger numbers are further inside.
  const containers = [...byContainer.keys()].sort((a, b) => b - a);
  const levels = containers.map((container) => {
    const nodes = Int32Array.from(byContainer.get(container) ?? []);
    const pairs = lifted.get(container) ?? { rows: [], items: [] };
    const local = (list: readonly number[]) => list.map((node) => at(place, node));
    const callerOf = (node: number) => {
      const caller = at(within, node);
      return caller >= 0 && caller < count && around[caller] === container ? at(place, caller) : -1;
    };
    const level = {
      count: nodes.length,
      links: ragged(nodes.length, local(pairs.rows), local(pairs.items)),
      within: nodes.map(callerOf),
      key: nodes.map((node) => at(key, node)),
      cardWidth: cardWidth(input, nodes),
    };
    return { container, nodes, level };
  });
  return { levels, seenAs };
}

/** Undefined where nothing is in a subflow. */
function containersOf({ container, count }: GraphInput): Int32Array | undefined {
  if (!container.some((around) => around >= 0)) return undefined;
  return container.map((around, node) => (around >= 0 && around < node && node < count ? around : -1));
}

/** For each container the links that are drawn in it, as pairs (child, parent); none within a closed one. */
function liftedLinks(links: Ragged, inside: Int32Array, seenAs: Int32Array) {
  const depth = new Int32Array(inside.length);
  inside.forEach((container, node) => {
    if (container >= 0) depth[node] = at(depth, container) + 1;
  });
  const found = new Map<number, { rows: number[]; items: number[] }>();
  for (let node = 0; node < inside.length; node++)
    for (let i = at(links.start, node); i < at(links.start, node + 1); i++) {
      let [child, parent] = [at(seenAs, node), at(seenAs, at(links.items, i))];
      while (child >= 0 && parent >= 0 && inside[child] !== inside[parent]) {
        const [below, above] = [at(depth, child), at(depth, parent)];
        if (below >= above) child = at(inside, child);
        if (above >= below) parent = at(inside, parent);
      }
      if (child < 0 || parent < 0 || child === parent) continue;
      const level = found.get(at(inside, child)) ?? { rows: [], items: [] };
      found.set(at(inside, child), level);
      level.rows.push(child);
      level.items.push(parent);
    }
  return found;
}

/** Wide enough for every label of a small graph, and for all but the longest of a large one. */
function cardWidth({ chars }: GraphInput, nodes: Int32Array): number {
  if (!chars || nodes.length === 0) return 184;
  const lengths = nodes.map((node) => at(chars, node)).sort();
  const share = nodes.length <= fewLabels ? 1 : 0.95;
  const most = at(lengths, Math.floor((lengths.length - 1) * share));
  return Math.round(Math.min(widest, Math.max(narrowest, beside + most * character)));
}
