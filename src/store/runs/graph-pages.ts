import { sql } from "kysely";
import { type graphs, type LooseNode, maxGraphPage } from "../../schema/graphs.ts";
import { problem } from "../../schema/problems.ts";
import type { Output, Parsed } from "../../schema/route.ts";
import { toMs } from "../../schema/scalars.ts";
import { StateType } from "../../schema/states.ts";
import { readChanges } from "../changes/change-log.ts";
import type { Scope } from "../engine/scope.ts";
import { edgesOf } from "../run-index/graph-edges.ts";
import type { Clause, Column } from "../sql/dialect.ts";
import { atMost, whereAll } from "../sql/pages.ts";

// Parts of a graph that is too large for one piece. Pages follow the key of task runs, which has an index already.

interface NodeRow {
  task_run_id: string;
  task_key: string;
  dynamic_key: string;
  task_inputs: string;
  child_id: string | null;
  name: string;
  state_type: string | null;
  state_name: string | null;
  run_count: number;
  start_time: string | null;
  end_time: string | null;
  created: string;
}

/** A task run that stands for a flow run is shown as that flow run. */
const selectNodes: Column = sql`
  select task.id as task_run_id, task.task_key, task.dynamic_key, task.task_inputs, child.id as child_id,
    case when child.id is null then task.name else flow.name || ' / ' || child.name end as name,
    case when child.id is null then task.state_type else child.state_type end as state_type,
    case when child.id is null then task.state_name else child.state_name end as state_name,
    case when child.id is null then task.run_count else child.run_count end as run_count,
    case when child.id is null then task.start_time else child.start_time end as start_time,
    case when child.id is null then task.end_time else child.end_time end as end_time,
    case when child.id is null then coalesce(task.expected_start_time, task.created)
      else coalesce(child.expected_start_time, child.created) end as created
  from task_run as task left join flow_run as child on child.parent_task_run_id = task.id
  left join flow on flow.id = child.flow_id`;

export async function readNodes(
  scope: Scope,
  { id, task_key, state_types, limit, after }: Parsed<typeof graphs.nodes>,
): Promise<Output<typeof graphs.nodes>> {
  const seq = scope.seq();
  const clauses: Clause[] = [sql`task.flow_run_id = ${id}`];
  if (typeof task_key === "string") clauses.push(sql`task.task_key = ${task_key}`);
  if (after) {
    const [key, dynamicKey] = keyIn(after);
    clauses.push(sql`(task.task_key, task.dynamic_key) > (${key}, ${dynamicKey})`);
  }
  if (state_types) {
    const type = sql`case when child.id is null then task.state_type else child.state_type end`;
    clauses.push(scope.dialect.isOneOf(type, state_types));
  }
  const rows = await scope.all(sql<NodeRow>`${selectNodes} where ${whereAll(clauses)}
    order by task.task_key, task.dynamic_key ${atMost(limit)}`);
  const last = rows.at(-1);
  const next = last && rows.length === limit ? JSON.stringify([last.task_key, last.dynamic_key]) : null;
  return { nodes: await withSegments(scope, rows), next, seq };
}

/** The task and the dynamic key in the token of a page. Throws the problem `invalid`. */
export function keyIn(token: string): [string, string] {
  const key = partsOf(token);
  const [name, dynamic, ...more] = Array.isArray(key) ? key : [];
  if (typeof name === "string" && typeof dynamic === "string" && more.length === 0) return [name, dynamic];
  throw problem("invalid", `after: expected the \`next\` of the page before, got ${JSON.stringify(token)}.`);
}

function partsOf(token: string): unknown {
  try {
    return JSON.parse(token);
  } catch {
    return undefined;
  }
}

interface StateRow {
  run_id: string;
  type: string;
  name: string;
  timestamp: string;
}

async function withSegments(scope: Scope, rows: readonly NodeRow[]): Promise<LooseNode[]> {
  const tasks = rows.flatMap((row) => (row.child_id === null ? [row.task_run_id] : []));
  const children = rows.flatMap((row) => row.child_id ?? []);
  const states = (
    await Promise.all([readStates(scope, "task_run", tasks), readStates(scope, "flow_run", children)])
  ).flat();
  const statesOf = Map.groupBy(states, (state) => state.run_id);
  return rows.map((row) => nodeFrom(row, statesOf.get(row.child_id ?? row.task_run_id) ?? []));
}

async function readStates(
  scope: Scope,
  run: "task_run" | "flow_run",
  ids: readonly string[],
): Promise<StateRow[]> {
  if (ids.length === 0) return [];
  const owner = sql.ref(`${run}_id`);
  return scope.all(sql<StateRow>`select ${owner} as run_id, type, name, timestamp from ${sql.table(`${run}_state`)}
    where ${scope.dialect.isOneOf(owner, ids)} order by timestamp, id`);
}

function nodeFrom(row: NodeRow, states: readonly StateRow[]): LooseNode {
  const { parents, within } = edgesOf(row.task_inputs);
  return {
    kind: row.child_id === null ? "task-run" : "flow-run",
    id: row.child_id ?? row.task_run_id,
    ...{ task_run_id: row.task_run_id, name: row.name, task_key: row.task_key },
    state_type: row.state_type === null ? null : StateType.parse(row.state_type),
    ...{ state_name: row.state_name, run_count: row.run_count },
    start: row.start_time === null ? null : toMs(row.start_time),
    end: row.end_time === null ? null : toMs(row.end_time),
    created: toMs(row.created),
    ...{ parents: [...new Set(parents)], within: within[0] ?? null },
    segments: states.map(({ type, name, timestamp }) => [StateType.parse(type), name, toMs(timestamp)]),
  };
}

export async function readEdges(
  scope: Scope,
  { id, ids }: Parsed<typeof graphs.edges>,
): Promise<Output<typeof graphs.edges>> {
  if (ids.length === 0) return [];
  const { isOneOf } = scope.dialect;
  const rows = await scope.all(sql<{ id: string; child_id: string | null; task_inputs: string }>`
    select task.id, child.id as child_id, task.task_inputs
    from task_run as task left join flow_run as child on child.parent_task_run_id = task.id
    where task.flow_run_id = ${id} and (${isOneOf(sql.ref("task.id"), ids)} or ${isOneOf(sql.ref("child.id"), ids)})`);
  // Edges name task runs, or the flow runs that stand in their place.
  const shown = new Map<string, string>();
  for (const row of rows) {
    shown.set(row.id, row.child_id ?? row.id);
    if (row.child_id !== null) shown.set(row.child_id, row.child_id);
  }
  return rows.flatMap((row) => {
    const from = new Set(edgesOf(row.task_inputs).parents.flatMap((parent) => shown.get(parent) ?? []));
    return [...from].map((parent) => ({ from: parent, to: row.child_id ?? row.id }));
  });
}

export async function readChangedNodes(
  scope: Scope,
  { id, since }: Parsed<typeof graphs.changes>,
): Promise<Output<typeof graphs.changes>> {
  const seq = scope.seq();
  const changes = await readChanges(scope, since, seq);
  if (!changes) return { nodes: null, deleted: [], seq };
  const own = changes.filter(({ noun, flow_run_id }) => noun === "task-runs" && flow_run_id === id);
  const ids = [...new Set(own.map((change) => change.id))];
  if (ids.length > maxGraphPage) return { nodes: null, deleted: [], seq };
  const among = scope.dialect.isOneOf(sql.ref("task.id"), ids);
  const rows = ids.length === 0 ? [] : await scope.all(sql<NodeRow>`${selectNodes} where ${among}`);
  const left = new Set(rows.map((row) => row.task_run_id));
  return { nodes: await withSegments(scope, rows), deleted: ids.filter((each) => !left.has(each)), seq };
}
