import { sql } from "kysely";
import { commonName } from "../../schema/common-name.ts";
import type { GraphGroup, GraphGroups } from "../../schema/graphs.ts";
import { toMs } from "../../schema/scalars.ts";
import { StateType } from "../../schema/states.ts";
import type { Scope } from "../engine/scope.ts";
import { edgesOf } from "../run-index/graph-edges.ts";
import { atMost } from "../sql/pages.ts";

const maxGroups = 1000;
const portion = 5000;

interface CountRow {
  task_key: string;
  state_type: string | null;
  n: number;
  first_name: string;
  last_name: string;
  start: string | null;
  end: string | null;
  unfinished: number;
}

/** A run with any number of task runs, by their keys. */
export async function readGroups(scope: Scope, flowRunId: string): Promise<GraphGroups> {
  // Read first: rows may be newer than this, never older.
  const seq = scope.seq();
  const rows = await scope.all(sql<CountRow>`
    select task.task_key, coalesce(child.state_type, task.state_type) as state_type, count(*) as n,
      min(task.name) as first_name, max(task.name) as last_name,
      min(coalesce(child.start_time, task.start_time)) as start, max(coalesce(child.end_time, task.end_time)) as "end",
      cast(sum(case when coalesce(child.end_time, task.end_time) is null then 1 else 0 end) as integer) as unfinished
    from task_run as task left join flow_run as child on child.parent_task_run_id = task.id
    where task.flow_run_id = ${flowRunId}
    group by task.task_key, coalesce(child.state_type, task.state_type)`);
  const byKey = Map.groupBy(rows, (row) => row.task_key);
  const largest = [...byKey].toSorted(
    ([a, one], [b, other]) => total(other) - total(one) || (a < b ? -1 : 1),
  );
  const own = largest.slice(0, maxGroups);
  const rest = largest.slice(maxGroups).flatMap(([, some]) => some);
  const groups = own.map(([key, some]) => groupOf(key, some));
  if (rest.length > 0) groups.push({ ...groupOf(null, rest), name: "others" });
  const places = new Map(own.map(([key], place) => [key, place]));
  const edges = await countEdges(scope, flowRunId, (key) => places.get(key) ?? maxGroups);
  return { flow_run_id: flowRunId, count: total(rows), groups, edges, seq };
}

const total = (rows: readonly CountRow[]): number => rows.reduce((sum, { n }) => sum + n, 0);

function groupOf(task_key: string | null, rows: readonly CountRow[]): GraphGroup {
  const states: GraphGroup["states"] = {};
  for (const { state_type, n } of rows) {
    const type = StateType.safeParse(state_type).data;
    if (type) states[type] = (states[type] ?? 0) + n;
  }
  const starts = rows.flatMap(({ start }) => (start === null ? [] : [toMs(start)]));
  const ends = rows.flatMap(({ end }) => (end === null ? [] : [toMs(end)]));
  const isOver = rows.every(({ unfinished }) => unfinished === 0);
  const names = rows.flatMap(({ first_name, last_name }) => [first_name, last_name]);
  return {
    ...{ task_key, name: commonName(names), count: total(rows), states },
    start: starts.length === 0 ? null : starts.reduce((a, b) => Math.min(a, b)),
    end: isOver && ends.length > 0 ? ends.reduce((a, b) => Math.max(a, b)) : null,
  };
}

interface EdgeRow {
  id: string;
  task_key: string;
  dynamic_key: string;
  task_inputs: string;
}

/** Edges between groups with their counts; the runs are read in portions. */
async function countEdges(
  scope: Scope,
  flowRunId: string,
  groupOf: (key: string) => number,
): Promise<GraphGroups["edges"]> {
  const places = await childPlaces(scope, flowRunId, groupOf);
  const waiting: { to: number; parents: Set<string> }[] = [];
  for await (const rows of portions(scope, flowRunId)) {
    for (const { id, task_key, task_inputs } of rows) {
      places.set(id, groupOf(task_key));
      const { parents } = edgesOf(task_inputs);
      if (parents.length > 0) waiting.push({ to: groupOf(task_key), parents: new Set(parents) });
    }
  }
  const counts = new Map<number, number>();
  const width = maxGroups + 1;
  for (const { to, parents } of waiting) {
    for (const parent of parents) {
      const from = places.get(parent);
      if (from !== undefined) counts.set(from * width + to, (counts.get(from * width + to) ?? 0) + 1);
    }
  }
  return [...counts].map(([key, count]) => ({ from: Math.floor(key / width), to: key % width, count }));
}

/** An edge may name the flow run that stands in the place of a task run. */
async function childPlaces(scope: Scope, flowRunId: string, groupOf: (key: string) => number) {
  const children = await scope.all(sql<{ id: string; task_key: string }>`
    select child.id, task.task_key from task_run as task join flow_run as child on child.parent_task_run_id = task.id
    where task.flow_run_id = ${flowRunId}`);
  return new Map(children.map(({ id, task_key }) => [id, groupOf(task_key)]));
}

/** Inputs without a run among them are not sent across: most tasks of a fan-out have only such. */
async function* portions(scope: Scope, flowRunId: string): AsyncGenerator<EdgeRow[], void, void> {
  let last: EdgeRow | undefined;
  do {
    const after: ReturnType<typeof sql<boolean>> = last
      ? sql<boolean>`(task_key, dynamic_key) > (${last.task_key}, ${last.dynamic_key})`
      : sql<boolean>`1 = 1`;
    const rows: EdgeRow[] = await scope.all(sql<EdgeRow>`select id, task_key, dynamic_key,
        case when task_inputs like '%_run%' then task_inputs else '{}' end as task_inputs
      from task_run where flow_run_id = ${flowRunId} and ${after} order by task_key, dynamic_key ${atMost(portion)}`);
    yield rows;
    last = rows.length === portion ? rows.at(-1) : undefined;
  } while (last);
}
