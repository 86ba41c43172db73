import type { RunNode } from "../../schema/graphs.ts";

export const lenses = ["failed", "critical", "slowest"] as const;
export type Lens = (typeof lenses)[number];

/** The nodes that a lens leaves in light. */
export const throughLens: Record<Lens, (nodes: readonly RunNode[]) => Set<number>> = {
  failed: failedAncestry,
  critical: criticalPath,
  slowest,
};

/** What failed, and everything it depended on. */
function failedAncestry(nodes: readonly RunNode[]): Set<number> {
  const failed = [...nodes.keys()].filter((index) => isFailure(nodes[index]));
  const found = new Set(failed);
  const open = failed;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const node = nodes[index];
    for (const parent of node ? [...node.parents, node.within] : []) {
      if (parent < 0 || found.has(parent)) continue;
      found.add(parent);
      open.push(parent);
    }
  }
  return found;
}

export const isFailure = (node: RunNode | undefined): boolean =>
  node?.state_type === "FAILED" || node?.state_type === "CRASHED";

const endOf = (node: RunNode | undefined): number => node?.end ?? (node?.start ? Number.MAX_VALUE : -1);

/** From the task that ended last back through the parent that kept each one waiting longest. */
function criticalPath(nodes: readonly RunNode[]): Set<number> {
  const found = new Set<number>();
  let current = latest(nodes, nodes.keys());
  while (current !== undefined && !found.has(current)) {
    found.add(current);
    current = latest(nodes, nodes[current]?.parents ?? []);
  }
  return found;
}

function latest(nodes: readonly RunNode[], indexes: Iterable<number>): number | undefined {
  let best: number | undefined;
  for (const index of indexes)
    if (best === undefined || endOf(nodes[index]) > endOf(nodes[best])) best = index;
  return best;
}

const mostSlowest = 20;

/** The longest of all that ended, as long as they are worth a look. */
function slowest(nodes: readonly RunNode[]): Set<number> {
  const duration = (index: number) => {
    const node = nodes[index];
    return node?.start && node.end ? node.end - node.start : 0;
  };
  const byLength = [...nodes.keys()].sort((a, b) => duration(b) - duration(a)).slice(0, mostSlowest);
  const longest = duration(byLength[0] ?? -1);
  return new Set(byLength.filter((index) => duration(index) > longest / 4));
}
