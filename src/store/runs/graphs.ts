import { sql } from "kysely";
import { parseExact } from "../../schema/exact-json.ts";
import type { Graph, GraphNode, graphs } from "../../schema/graphs.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { StateType } from "../../schema/states.ts";
import type { Scope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { edgesOf } from "../run-index/graph-edges.ts";
import { atMost } from "../sql/pages.ts";
import { readGroups } from "./graph-groups.ts";
import { readChangedNodes, readEdges, readNodes } from "./graph-pages.ts";
import { readPage, readPageText } from "./run-graph.ts";
import { countStates, countTasks } from "./task-counts.ts";

export const graphNoun = noun({
  /** Throws the problem `bad-request` above 10,000 nodes. */
  read: readGraph,
  readPage,
  /** The same as JSON, for a route that sends it as it is. */
  readPageText,
  groups: readGroups,
  nodes: readNodes,
  edges: readEdges,
  changes: readChangedNodes,
  countTasks,
  countStates,
});

const maxNodes = 10_000;
const maxArtifacts = 10_000;

interface Row {
  id: string;
  node_id: string;
  kind: "task-run" | "flow-run";
  label: string;
  state_type: string;
  start_time: string;
  end_time: string | null;
  task_inputs: string;
}
interface ArtifactRow {
  id: string;
  created: string;
  key: string | null;
  type: string | null;
  data: string | null;
  is_latest: number;
  task_run_id: string | null;
}

async function readGraph(scope: Scope, input: Parsed<typeof graphs.read>): Promise<Graph | undefined> {
  const { build } = scope.dialect;
  const run = await scope.first(
    build
      .selectFrom("flow_run")
      .select(["start_time", "expected_start_time", "end_time"])
      .where("id", "=", input.id),
  );
  if (!run) return undefined;
  const [rows, artifacts, states] = await Promise.all([
    scope.all(nodesQuery(input.id)),
    scope.all(artifactsQuery(input.id)),
    scope.all(
      build
        .selectFrom("flow_run_state")
        .select(["id", "timestamp", "type", "name"])
        .where("flow_run_id", "=", input.id)
        .orderBy("timestamp")
        .orderBy("id"),
    ),
  ]);
  if (rows.length > maxNodes) {
    throw problem("bad-request", `The graph of flow run ${input.id} has more than ${maxNodes} nodes.`);
  }
  const nodes = connected(rows, artifacts).filter(
    ([, node]) => !input.since || node.end_time === null || node.end_time >= input.since,
  );
  return {
    start_time: run.start_time ?? run.expected_start_time,
    end_time: run.end_time,
    root_node_ids: nodes.filter(([, node]) => node.parents.length === 0).map(([id]) => id),
    nodes,
    artifacts: artifacts.filter((row) => row.task_run_id === null).map(artifactFrom),
    states: states.map((state) => ({ ...state, type: StateType.parse(state.type) })),
  };
}

/** A task run that stands for a flow run is shown as that flow run. */
const nodesQuery = (flowRunId: string) => sql<Row>`
  select task.id, coalesce(child.id, task.id) as node_id,
    case when child.id is null then 'task-run' else 'flow-run' end as kind,
    case when child.id is null then task.name else flow.name || ' / ' || child.name end as label,
    case when child.id is null then task.state_type else child.state_type end as state_type,
    case when child.id is null then coalesce(task.start_time, task.expected_start_time)
      else coalesce(child.start_time, child.expected_start_time) end as start_time,
    case when child.id is null
      then coalesce(task.end_time, case when task.state_type = 'COMPLETED' then task.expected_start_time end)
      else coalesce(child.end_time, case when child.state_type = 'COMPLETED' then child.expected_start_time end)
      end as end_time,
    task.task_inputs
  from task_run as task
  left join flow_run as child on child.parent_task_run_id = task.id
  left join flow on flow.id = child.flow_id
  where task.flow_run_id = ${flowRunId} and coalesce(task.start_time, task.expected_start_time) is not null
    and coalesce(child.state_type, task.state_type) is not null
    and (child.id is null or coalesce(child.start_time, child.expected_start_time) is not null)
  order by 6, 7, 1 ${atMost(maxNodes + 1)}`;

const artifactsQuery = (flowRunId: string) => sql<ArtifactRow>`
  select artifact.id, artifact.created, artifact.key, artifact.type, artifact.task_run_id,
    case when artifact.type = 'progress' then artifact.data end as data,
    case when artifact.key is null or collection.id is not null then 1 else 0 end as is_latest
  from artifact left join artifact_collection as collection on collection.latest_id = artifact.id
  where artifact.flow_run_id = ${flowRunId} and (artifact.type is null or artifact.type <> 'result')
  order by artifact.created, artifact.id ${atMost(maxArtifacts)}`;

const artifactFrom = (row: ArtifactRow) => ({
  id: row.id,
  created: row.created,
  key: row.key,
  type: row.type,
  is_latest: row.is_latest === 1,
  data: row.data === null ? null : parseExact(row.data),
});

function connected(rows: Row[], artifacts: ArtifactRow[]): [string, GraphNode][] {
  const nodes = new Map<string, GraphNode>();
  // Edges name task runs, or the flow runs that stand in their place.
  const nodeIds = new Map<string, string>();
  for (const row of rows) {
    nodeIds.set(row.id, row.node_id).set(row.node_id, row.node_id);
    nodes.set(row.node_id, nodeFrom(row));
  }
  for (const row of rows) {
    const node = nodes.get(row.node_id);
    const { parents, within } = edgesOf(row.task_inputs);
    for (const id of unique(parents, nodeIds)) {
      node?.parents.push({ id });
      nodes.get(id)?.children.push({ id: row.node_id });
    }
    for (const id of unique(within, nodeIds)) node?.encapsulating.push({ id });
  }
  for (const artifact of artifacts) {
    const node = nodes.get(nodeIds.get(artifact.task_run_id ?? "") ?? "");
    node?.artifacts.push(artifactFrom(artifact));
  }
  return [...nodes];
}

const unique = (ids: readonly string[], nodeIds: Map<string, string>): Set<string> =>
  new Set(ids.flatMap((id) => nodeIds.get(id) ?? []));

const nodeFrom = (row: Row): GraphNode => ({
  kind: row.kind,
  id: row.node_id,
  label: row.label,
  state_type: StateType.parse(row.state_type),
  start_time: row.start_time,
  end_time: row.end_time,
  parents: [],
  children: [],
  encapsulating: [],
  artifacts: [],
});
