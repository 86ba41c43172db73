import type { RunNode } from "../../schema/graphs.ts";
import { isFailure } from "./lenses.ts";

/** How many nodes are looked at to find the part that matters. */
const mostFocus = 60;

/**
 * The nodes that matter most, the first one first: what failed, earliest first; else what is running, latest first; else
 * what comes next; and for a run that went well its roots.
 */
export function whatMatters(nodes: readonly RunNode[]): number[] {
  const pick = (wanted: (node: RunNode) => boolean, rank: (node: RunNode) => number): number[] => {
    const found: number[] = [];
    nodes.forEach((node, index) => {
      if (wanted(node)) found.push(index);
    });
    const rankAt = (index: number) => {
      const node = nodes[index];
      return node ? rank(node) : 0;
    };
    return found.sort((a, b) => rankAt(a) - rankAt(b)).slice(0, mostFocus);
  };
  const failed = pick(isFailure, ({ end }) => end ?? Number.MAX_VALUE);
  if (failed.length > 0) return failed;
  const frontier = runningFrontier(nodes);
  if (frontier.length > 0) return frontier;
  return pick(
    ({ parents }) => parents.length === 0,
    ({ created }) => created,
  );
}

/** What is running now, the newest first. */
export function runningFrontier(nodes: readonly RunNode[]): number[] {
  const running: number[] = [];
  nodes.forEach((node, index) => {
    if (node.start !== null && node.end === null) running.push(index);
  });
  return running.sort((a, b) => (nodes[b]?.start ?? 0) - (nodes[a]?.start ?? 0)).slice(0, mostFocus);
}
