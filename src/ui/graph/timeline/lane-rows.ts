import { at } from "../layout/arrays.ts";
import { lanesOf } from "../layout/lanes.ts";
import type { ModelNode, RunModel } from "../model.ts";
import type { Row } from "./rows.ts";
import { hasBegun, workOf } from "./segments.ts";

interface Wanted {
  model: RunModel;
  subflows: ReadonlySet<string>;
  now: number;
  /** How long what is written on a bar is, in milliseconds of the axis; bars keep that much room. */
  labelOf: (node: ModelNode) => number;
}

/**
 * As few lines as there are tasks at once; a chain stays on its line. The tasks of an opened subflow have lines of their own
 * below the one it is on.
 */
export function laneRows({ model, subflows, now, labelOf }: Wanted): Row[] {
  const inside = Map.groupBy(model.nodes.keys(), (index) => model.nodes[index]?.container ?? -1);
  const rows: Row[] = [];
  const open: { row?: Row; container?: number; depth: number }[] = [{ container: -1, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.row) {
      rows.push(next.row);
      // What was opened on this line follows it, the first of them directly.
      for (const bar of next.row.bars.toReversed())
        if (subflows.has(model.nodes[bar]?.id ?? "")) open.push({ container: bar, depth: next.depth + 1 });
      continue;
    }
    const { depth, container = -1 } = next;
    const lanes = packed(model.nodes, inside.get(container) ?? [], { now, labelOf });
    for (const bars of lanes.toReversed())
      open.push({ row: { kind: "lane", node: container, depth, bars }, depth });
  }
  return rows;
}

function packed(
  nodes: readonly ModelNode[],
  own: readonly number[],
  { now, labelOf }: Pick<Wanted, "now" | "labelOf">,
): number[][] {
  const start = new Float64Array(own.length);
  const end = new Float64Array(own.length);
  const parent = new Int32Array(own.length);
  const placeOf = new Map(own.map((index, place) => [index, place]));
  own.forEach((index, place) => {
    const node = nodes[index];
    if (!node) return;
    const { from, to } = workOf(node, nodes);
    start[place] = from;
    end[place] = Math.max(to ?? (hasBegun(node) ? now : from), from + 1, from + labelOf(node));
    const last = node.parents.reduce(
      (latest, one) => (endOf(nodes[one]) >= endOf(nodes[latest]) ? one : latest),
      -1,
    );
    parent[place] = placeOf.get(last) ?? -1;
  });
  const { lane, count } = lanesOf({ start, end, parent });
  const bars: number[][] = Array.from({ length: count }, () => []);
  own.forEach((index, place) => {
    bars[at(lane, place)]?.push(index);
  });
  return bars;
}

const endOf = (node: ModelNode | undefined): number => node?.end ?? node?.start ?? -1;
