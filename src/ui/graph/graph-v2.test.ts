import { expect, test } from "vitest";
import type { GraphNode } from "../../schema/graphs.ts";
import { fromGraphV2 } from "./graph-v2.ts";

const node = (id: string, parents: string[]): [string, GraphNode] => [
  id,
  {
    ...{ kind: "task-run", id, label: `${id}-0`, state_type: "COMPLETED" },
    ...{ start_time: "2026-03-01T12:00:00Z", end_time: "2026-03-01T12:00:01Z" },
    ...{ parents: parents.map((parent) => ({ id: parent })), children: [], encapsulating: [], artifacts: [] },
  },
];

test("a parent that a server names twice is one arrow, and one that is not there is none", () => {
  const graph = {
    ...{ start_time: null, end_time: null, root_node_ids: ["read", "clean"], artifacts: [], states: [] },
    nodes: [node("read", []), node("clean", []), node("load", ["read", "read", "clean", "gone", "clean"])],
  };
  expect(fromGraphV2("run", graph).nodes.map(({ parents }) => parents)).toEqual([[], [], [0, 1]]);
});
