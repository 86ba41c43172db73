import { at, type Ragged, ragged } from "./arrays.ts";
import type { GraphInput } from "./layers.ts";

/** From this many on, siblings of one task are drawn as one. */
export const familySize = 8;

/**
 * Siblings of one task: same key, same caller, same parents, where parents of one family count as the same. So
 * `transform.map(extract.map(...))` is two families and not as many chains.
 * Answers for each node the first node of its family, or -1. That first node names the family for good, because
 * nodes are only ever appended.
 */
export function familiesOf(input: GraphInput, links: Ragged, layer: Int32Array): Int32Array {
  const { count, key, within } = input;
  const family = new Int32Array(count).fill(-1);
  const standsFor = (node: number) => (at(family, node) === -1 ? node : at(family, node));
  const everyNode = Int32Array.from({ length: count }, (_, node) => node);
  const depth = count === 0 ? 0 : layer.reduce((most, value) => Math.max(most, value), 0) + 1;
  const byLayer = ragged(depth, layer, everyNode);
  for (let row = 0; row < depth; row++) {
    const groups = new Map<string, number[]>();
    const candidates = candidatesOf(
      byLayer.items.subarray(at(byLayer.start, row), at(byLayer.start, row + 1)),
      key,
    );
    for (const node of candidates) {
      const caller = at(within, node);
      const parents = parentsOf(links, node, standsFor);
      const signature = `${at(key, node)}|${caller < 0 ? "" : standsFor(caller)}|${parents}`;
      const group = groups.get(signature);
      if (group) group.push(node);
      else groups.set(signature, [node]);
    }
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined || group.length < familySize) continue;
      for (const node of group) family[node] = first;
    }
  }
  return family;
}

/** Nodes whose key is frequent enough in their layer; most graphs without maps end here, cheaply. */
function candidatesOf(nodes: Int32Array, key: Int32Array): Int32Array {
  if (nodes.length < familySize) return nodes.subarray(0, 0);
  const frequency = new Map<number, number>();
  for (const node of nodes) frequency.set(at(key, node), (frequency.get(at(key, node)) ?? 0) + 1);
  return nodes.filter((node) => (frequency.get(at(key, node)) ?? 0) >= familySize);
}

function parentsOf(links: Ragged, node: number, standsFor: (node: number) => number): string {
  const from = at(links.start, node);
  const to = at(links.start, node + 1);
  if (to === from) return "";
  if (to === from + 1) return String(standsFor(at(links.items, from)));
  const unique = new Set<number>();
  for (let i = from; i < to; i++) unique.add(standsFor(at(links.items, i)));
  return [...unique].sort((a, b) => a - b).join();
}
