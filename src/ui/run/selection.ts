import type { RunNode } from "../../schema/graphs.ts";

/** What the details are about: the flow run, a task run of it or of a subflow opened in place, or a subflow. */
export interface Selection {
  /** The flow run whose lines and states are shown; of a subflow and its tasks the subflow's. */
  flowRunId: string;
  /** Undefined where a flow run as a whole is meant. */
  taskRunId: string | undefined;
  node: RunNode | undefined;
}

/** A node that may be a task of a subflow which is opened in place. */
type Placed = RunNode & { flow_run_id?: string };

/** `flowRunId` is the flow run that the task run belongs to. */
export function selectionOf(
  flowRunId: string,
  taskRunId: string | undefined,
  node: Placed | undefined,
): Selection {
  if (node?.kind === "flow-run") return { flowRunId: node.id, taskRunId: undefined, node };
  return { flowRunId: node?.flow_run_id ?? flowRunId, taskRunId, node };
}
