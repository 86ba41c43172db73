import type { RunNode } from "../../../schema/graphs.ts";
import { at } from "../layout/arrays.ts";
import { lanesOf } from "../layout/lanes.ts";
import type { RunModel } from "../model.ts";
import { extentOf } from "./segments.ts";

/** A line of the timeline. */
export interface Row {
  kind: "task" | "family" | "lane";
  /** The node; of a family its first one. Of a lane -1. */
  node: number;
  /** How deep it is nested: members of an open family, and tasks called by tasks. */
  depth: number;
  /** What is drawn on this line. */
  bars: readonly number[];
}

/** Families as one line each, open ones with their members below; in the order in which they began. */
export function groupedRows(model: RunModel, opened: ReadonlySet<number>): Row[] {
  const { nodes } = model;
  const heads = [...nodes.keys()].filter((index) => {
    const leader = model.leaderOf(index);
    return leader === -1 || leader === index;
  });
  const below = Map.groupBy(heads, (index) => headOf(model, nodes[index]?.within ?? -1));
  const rows: Row[] = [];
  const open = inOrder(nodes, below.get(-1) ?? [])
    .map((node) => ({ node, depth: 0 }))
    .reverse();
  const seen = new Set<number>();
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    const isFamily = model.leaderOf(node) === node;
    const members = isFamily ? model.membersOf(node) : [node];
    rows.push({ kind: isFamily ? "family" : "task", node, depth, bars: members });
    if (isFamily && opened.has(node))
      for (const member of inOrder(nodes, members))
        rows.push({ kind: "task", node: member, depth: depth + 1, bars: [member] });
    const nested = inOrder(nodes, below.get(node) ?? []).reverse();
    for (const child of nested) open.push({ node: child, depth: depth + 1 });
  }
  return rows;
}

/** The line below which a nested task stands: that of its caller, or of its caller's family. */
function headOf(model: RunModel, caller: number): number {
  if (caller < 0) return -1;
  const leader = model.leaderOf(caller);
  return leader === -1 ? caller : leader;
}

function inOrder(nodes: readonly RunNode[], indexes: readonly number[]): number[] {
  const began = (index: number) => {
    const node = nodes[index];
    return node ? extentOf(node).from : 0;
  };
  return [...indexes].sort((a, b) => began(a) - began(b) || a - b);
}

/** As few lines as there are tasks at once; a chain stays on its line. */
export function laneRows(model: RunModel, now: number): Row[] {
  const { nodes } = model;
  const start = new Float64Array(nodes.length);
  const end = new Float64Array(nodes.length);
  const parent = new Int32Array(nodes.length);
  nodes.forEach((node, index) => {
    const { from, to } = workOf(node);
    start[index] = from;
    end[index] = Math.max(to ?? now, from + 1);
    parent[index] = node.parents.reduce(
      (last, one) => (endOf(nodes[one]) >= endOf(nodes[last]) ? one : last),
      -1,
    );
  });
  const { lane, count } = lanesOf({ start, end, parent });
  const bars: number[][] = Array.from({ length: count }, () => []);
  for (let index = 0; index < nodes.length; index++) bars[at(lane, index)]?.push(index);
  return bars.map((list) => ({ kind: "lane", node: -1, depth: 0, bars: list }));
}

/** From its first attempt on: what only waits needs no lane of its own. */
export function workOf(node: RunNode): { from: number; to: number | undefined } {
  const { from, to } = extentOf(node);
  return { from: node.segments.find(([type]) => type === "RUNNING")?.[2] ?? to ?? from, to };
}

const endOf = (node: RunNode | undefined): number => node?.end ?? node?.start ?? -1;
