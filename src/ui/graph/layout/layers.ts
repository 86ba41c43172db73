import { at, inverted, type Ragged, ragged } from "./arrays.ts";

/** A run's nodes as numbers: what the layout needs to know, and cheap to send to a worker. */
export interface GraphInput {
  count: number;
  /** For each node the nodes it waited for. */
  parents: Ragged;
  /** The node whose body called this one, or -1. */
  within: Int32Array;
  /**
   * The subflow in which the node is, as the node that stands for it, or -1. It is drawn inside that one while that is
   * opened (`LayoutOptions.unfolded`), else not at all. A subflow comes before what is in it; a number that is not
   * smaller than the node's own counts as -1.
   */
  container: Int32Array;
  /** Nodes with the same number have the same task key. */
  key: Int32Array;
  /** How many characters the label of each node has: cards are as wide as most labels need. */
  chars?: Int32Array;
}

/** Parents and caller in one relation, without what points at itself or nowhere, and without doubles. */
export function linksOf({ count, parents, within }: GraphInput): Ragged {
  const rows: number[] = [];
  const items: number[] = [];
  const seen = new Int32Array(count).fill(-1);
  const add = (node: number, parent: number) => {
    if (parent < 0 || parent >= count || parent === node || seen[parent] === node) return;
    seen[parent] = node;
    rows.push(node);
    items.push(parent);
  };
  for (let node = 0; node < count; node++) {
    for (let i = at(parents.start, node); i < at(parents.start, node + 1); i++)
      add(node, at(parents.items, i));
    add(node, at(within, node));
  }
  return ragged(count, rows, items);
}

/**
 * Longest path from a root, by counting down open parents. Data with a cycle in it still gets an answer: the
 * first open node is taken as if its open parents were done, so that only the closing edge points backwards.
 */
export function layersOf(links: Ragged, count: number): Int32Array {
  const children = inverted(links, count);
  const layer = new Int32Array(count);
  const open = new Int32Array(count);
  const done = new Uint8Array(count);
  const queue = new Int32Array(count);
  let head = 0;
  let tail = 0;
  let forced = 0;
  for (let node = 0; node < count; node++) {
    open[node] = at(links.start, node + 1) - at(links.start, node);
    if (open[node] === 0) queue[tail++] = node;
  }
  while (head < count) {
    if (head === tail) {
      while (done[forced] === 1) forced++;
      queue[tail++] = forced;
    }
    const node = at(queue, head++);
    done[node] = 1;
    for (let i = at(children.start, node); i < at(children.start, node + 1); i++) {
      const child = at(children.items, i);
      if (done[child] === 1) continue;
      layer[child] = Math.max(at(layer, child), at(layer, node) + 1);
      open[child] = at(open, child) - 1;
      if (open[child] === 0) queue[tail++] = child;
    }
  }
  return layer;
}
