import type { ModelNode, RunModel } from "../model.ts";
import { extentOf } from "./segments.ts";

/** A line of the timeline. */
export interface Row {
  kind: "task" | "family" | "lane";
  /** The node; of a family its first one. Of a lane the subflow whose tasks are on it, or -1. */
  node: number;
  /** How deep it is nested: members of an open family, tasks called by tasks, and those of an opened subflow. */
  depth: number;
  /** What is drawn on this line. */
  bars: readonly number[];
}

interface Wanted {
  model: RunModel;
  /** First nodes of the families that show each of their members. */
  opened: ReadonlySet<number>;
  /** Ids of the flow runs that show their tasks. */
  subflows: ReadonlySet<string>;
}

/** Families as one line each, open ones with their members below; in the order in which they began. */
export function groupedRows({ model, opened, subflows }: Wanted): Row[] {
  const { nodes } = model;
  const heads = [...nodes.keys()].filter((index) => {
    const leader = model.leaderOf(index);
    return leader === -1 || leader === index;
  });
  const inside = Map.groupBy(heads, (index) => placeOf(model, index));
  const rows: Row[] = [];
  const seen = new Set<number>();
  const open = lines(nodes, inside.get(top) ?? [], 0);
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth, isMember } = next;
    if (!isMember && seen.has(node)) continue;
    seen.add(node);
    const isFamily = !isMember && model.leaderOf(node) === node;
    const members = isFamily ? model.membersOf(node) : [node];
    rows.push({ kind: isFamily ? "family" : "task", node, depth, bars: members });
    if (!isMember) open.push(...lines(nodes, inside.get(calledBy(node)) ?? [], depth + 1));
    if (isFamily && opened.has(node)) open.push(...lines(nodes, members, depth + 1, true));
    if (!isFamily && subflows.has(nodes[node]?.id ?? ""))
      open.push(...lines(nodes, inside.get(heldBy(node)) ?? [], depth + 1));
  }
  return rows;
}

interface Line {
  node: number;
  depth: number;
  isMember: boolean;
}

/** The last first, to be taken from the end. */
const lines = (nodes: readonly ModelNode[], indexes: readonly number[], depth: number, isMember = false) =>
  inOrder(nodes, indexes)
    .reverse()
    .map((node): Line => ({ node, depth, isMember }));

const top = "";
const calledBy = (node: number) => `call ${node}`;
const heldBy = (node: number) => `flow ${node}`;

/** Below which line a task stands: that of its caller or of its caller's family, else that of its subflow. */
function placeOf(model: RunModel, index: number): string {
  const node = model.nodes[index];
  if (!node) return top;
  if (node.within >= 0) {
    const leader = model.leaderOf(node.within);
    return calledBy(leader === -1 ? node.within : leader);
  }
  return node.container < 0 ? top : heldBy(node.container);
}

function inOrder(nodes: readonly ModelNode[], indexes: readonly number[]): number[] {
  const began = (index: number) => {
    const node = nodes[index];
    return node ? extentOf(node).from : 0;
  };
  return [...indexes].sort((a, b) => began(a) - began(b) || a - b);
}

/** For each node the line that it is drawn on; those that are not shown have none. */
export function rowsOfNodes(rows: readonly Row[]): Map<number, number> {
  const found = new Map<number, number>();
  rows.forEach((row, place) => {
    // A member of an open family has a line of its own, which follows that of the family.
    for (const bar of row.bars) found.set(bar, place);
  });
  return found;
}
