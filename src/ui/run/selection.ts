import type { RunNode } from "../../schema/graphs.ts";

/** What the right pane is about: the flow run, a task run of it, or a subflow. */
export interface Selection {
  /** The flow run whose lines and states are shown; of a subflow its own. */
  flowRunId: string;
  /** Undefined where a flow run as a whole is meant. */
  taskRunId: string | undefined;
  node: RunNode | undefined;
}

export function selectionOf(
  flowRunId: string,
  taskRunId: string | undefined,
  node: RunNode | undefined,
): Selection {
  if (node?.kind === "flow-run") return { flowRunId: node.id, taskRunId: undefined, node };
  return { flowRunId, taskRunId, node };
}
