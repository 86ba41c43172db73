import type { Graph, GraphNode, RunGraph, RunNode } from "../../schema/graphs.ts";
import { toMs } from "../../schema/scalars.ts";

/**
 * The graph of a Prefect server in the shape of ours. It has no task keys and no history of states: the key is
 * read off the name, and the history is what start and end tell.
 */
export function fromGraphV2(flowRunId: string, graph: Graph): RunGraph {
  const places = new Map(graph.nodes.map(([id], index) => [id, index]));
  return {
    flow_run_id: flowRunId,
    flow_name: "",
    seq: 0,
    segments: graph.states.map(({ type, name, timestamp }) => [type, name, toMs(timestamp)]),
    nodes: graph.nodes.map(([, node]) => nodeOf(node, places)),
  };
}

function nodeOf(node: GraphNode, places: ReadonlyMap<string, number>): RunNode {
  const start = toMs(node.start_time);
  const end = node.end_time === null ? null : toMs(node.end_time);
  const caller = node.encapsulating[0];
  return {
    kind: node.kind,
    id: node.id,
    task_run_id: node.id,
    name: node.label,
    task_key: taskKeyOf(node),
    state_type: node.state_type,
    state_name: null,
    run_count: 1,
    start,
    end,
    created: start,
    // Such a server may name a parent several times.
    parents: [...new Set(node.parents.flatMap(({ id }) => places.get(id) ?? []))],
    within: (caller && places.get(caller.id)) ?? -1,
    segments: segmentsOf(node, start, end),
  };
}

/** `load-3` and `load-a41` are runs of `load`; `etl / brave-otter` is a run of the flow `etl`. */
export const taskKeyOf = ({ kind, label }: Pick<GraphNode, "kind" | "label">): string =>
  kind === "flow-run" ? (label.split(" / ")[0] ?? label) : label.replace(/-(\d+|[0-9a-f]{3})$/, "");

function segmentsOf({ state_type: type }: GraphNode, start: number, end: number | null): RunNode["segments"] {
  const name = type.charAt(0) + type.slice(1).toLowerCase();
  if (end !== null)
    return [
      ["RUNNING", "Running", start],
      [type, name, end],
    ];
  return [[type, name, start]];
}
