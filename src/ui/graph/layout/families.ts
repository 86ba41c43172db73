import { at, inverted, type Ragged } from "./arrays.ts";
import type { GraphInput } from "./layers.ts";

/** From this many on, siblings of one task are drawn as one. */
export const familySize = 8;

/** A class may be split this often before its members are left to stand alone: a bound, not a rule. */
const mostSplits = 12;
/** How many nodes may be looked at again, for each node of the graph. */
const mostLooks = 40;

/**
 * Siblings of one `map` or one loop: tasks of one key in one layer that wait for the same tasks and are waited for
 * by the same tasks, eight or more. One relation counts as the same although it is not: the members of another
 * family where each belongs to one member at most, so `load.map(extract.map(…))` is two families and not as many
 * chains. Tasks with two parents of their own each, or with a child that no sibling has, stand alone.
 *
 * Found by refinement: tasks of one key and layer are taken as a class, and classes are split by what their members
 * are joined to until no class changes. Answers for each node the first node of its family, or -1.
 */
export function familiesOf({ key }: Pick<GraphInput, "key">, links: Ragged, layer: Int32Array): Int32Array {
  const partition = new Partition(key, links, layer);
  const looks = mostLooks * key.length;
  let dirty = partition.everyClass();
  while (dirty.length > 0) {
    const touched = new Set<number>();
    for (const group of dirty) for (const next of partition.refine(group, looks)) touched.add(next);
    dirty = [...touched].sort((a, b) => a - b);
  }
  return partition.leaders();
}

class Partition {
  readonly #parents: Ragged;
  readonly #children: Ragged;
  /** For each node its class, or -1 for a node on its own. */
  readonly #classOf: Int32Array;
  /** For each class its nodes; undefined once it was split. */
  readonly #members: (readonly number[] | undefined)[] = [];
  readonly #splits: number[] = [];
  #looked = 0;

  constructor(key: Int32Array, links: Ragged, layer: Int32Array) {
    this.#parents = links;
    this.#children = inverted(links, key.length);
    this.#classOf = new Int32Array(key.length).fill(-1);
    const depth = layer.reduce((most, value) => Math.max(most, value), 0) + 1;
    const groups = new Map<number, number[]>();
    for (let node = 0; node < key.length; node++) {
      const kind = at(key, node) * depth + at(layer, node);
      const group = groups.get(kind);
      if (group) group.push(node);
      else groups.set(kind, [node]);
    }
    for (const group of groups.values()) if (group.length >= familySize) this.#add(group, 0);
  }

  everyClass(): number[] {
    return [...this.#members.keys()];
  }

  /** Splits a class where its members differ; answers the classes that have to be looked at again. */
  refine(group: number, looks: number): number[] {
    const members = this.#members[group];
    if (!members) return [];
    this.#looked += members.length;
    const parts = this.#looked > looks ? [] : this.#partsOf(group, members);
    if (parts.length === 1) return [];
    this.#members[group] = undefined;
    for (const node of members) this.#classOf[node] = -1;
    const splits = at(this.#splits, group) + 1;
    const made = splits > mostSplits ? [] : parts.filter((part) => part.length >= familySize);
    return [...made.map((part) => this.#add(part, splits)), ...this.#neighbours(members)];
  }

  leaders(): Int32Array {
    return this.#classOf.map((group) => this.#members[group]?.[0] ?? -1);
  }

  #add(nodes: readonly number[], splits: number): number {
    const group = this.#members.push(nodes) - 1;
    this.#splits.push(splits);
    for (const node of nodes) this.#classOf[node] = group;
    return group;
  }

  #neighbours(members: readonly number[]): Set<number> {
    const found = new Set<number>();
    for (const links of [this.#parents, this.#children])
      for (const node of members)
        for (let i = at(links.start, node); i < at(links.start, node + 1); i++) {
          const group = at(this.#classOf, at(links.items, i));
          if (group >= 0) found.add(group);
        }
    return found;
  }

  /** The members of a class, those with the same relations together, in their order. */
  #partsOf(group: number, members: readonly number[]): number[][] {
    const manyParents = this.#notPaired(group, members, this.#parents);
    const manyChildren = this.#notPaired(group, members, this.#children);
    const parts = new Map<string, number[]>();
    for (const node of members) {
      // Parents are known when a task is made. Children come later, so a member may lack one that others have.
      const above = this.#relations(node, this.#parents, manyParents, true);
      const below = this.#relations(node, this.#children, manyChildren, false);
      const relations = `${above}|${below}`;
      const part = parts.get(relations);
      if (part) part.push(node);
      else parts.set(relations, [node]);
    }
    return [...parts.values()];
  }

  /** The classes to which this one is not joined one to one: some node on either side has two on the other. */
  #notPaired(group: number, members: readonly number[], links: Ragged): Set<number> {
    const found = new Set<number>([group]);
    const reached = new Set<number>();
    for (const node of members) {
      const own = new Set<number>();
      for (let i = at(links.start, node); i < at(links.start, node + 1); i++) {
        const other = at(links.items, i);
        const theirs = at(this.#classOf, other);
        if (theirs < 0) continue;
        if (own.has(theirs) || reached.has(other)) found.add(theirs);
        own.add(theirs);
        reached.add(other);
      }
    }
    return found;
  }

  #relations(node: number, links: Ragged, single: ReadonlySet<number>, isPairTold: boolean): string {
    const found: number[] = [];
    for (let i = at(links.start, node); i < at(links.start, node + 1); i++) {
      const other = at(links.items, i);
      const group = at(this.#classOf, other);
      if (group < 0 || single.has(group)) found.push(other);
      else if (isPairTold) found.push(-1 - group);
    }
    return found.length < 2 ? String(found[0] ?? "") : found.sort((a, b) => a - b).join();
  }
}
