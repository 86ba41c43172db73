import type { z } from "zod";
import type { RunGraph, RunNode, Segment } from "../schema/graphs.ts";
import { toMs } from "../schema/scalars.ts";
import { StateType } from "../schema/states.ts";
import { edgesOf } from "./graph-edges.ts";
import type { Value } from "./protocol.ts";
import type { Scope } from "./scope.ts";

// The graph of our own dashboard. Written by hand and read as arrays: a run may have ten thousand task runs.

type Stretch = z.infer<typeof Segment>;

const runSql = `select flow.name from flow_run join flow on flow.id = flow_run.flow_id where flow_run.id = ?`;

const nodesSql = `select task.id, task.name, task.task_key, task.state_type, task.state_name, task.run_count,
    task.start_time, task.end_time, coalesce(task.expected_start_time, task.created), task.task_inputs,
    child.id, flow.name || ' / ' || child.name, child.state_type, child.state_name, child.run_count,
    child.start_time, child.end_time, coalesce(child.expected_start_time, child.created)
  from task_run as task
  left join flow_run as child on child.parent_task_run_id = task.id
  left join flow on flow.id = child.flow_id
  where task.flow_run_id = ? order by task.id`;

/** The place of the task run in `nodesSql` stands for its id, which would be most of what travels. */
const segmentsSql = `select task.place, state.type, state.name, state.timestamp
  from (select id, row_number() over (order by id) - 1 as place from task_run where flow_run_id = ?) as task
  cross join task_run_state as state on state.task_run_id = task.id`;

const childSegmentsSql = `select child.id, state.type, state.name, state.timestamp
  from task_run as task join flow_run as child on child.parent_task_run_id = task.id
  join flow_run_state as state on state.flow_run_id = child.id
  where task.flow_run_id = ?`;

const ownSegmentsSql = `select flow_run_id, type, name, timestamp from flow_run_state where flow_run_id = ?`;

export async function readFullGraph(scope: Scope, flowRunId: string): Promise<RunGraph | undefined> {
  // Read first: rows may be newer than this, never older.
  const seq = scope.seq();
  const ask = async (text: string) => (await scope.rows(text, [flowRunId])).rows;
  const [run, nodes, segments, childSegments, own] = await Promise.all(
    [runSql, nodesSql, segmentsSql, childSegmentsSql, ownSegmentsSql].map(ask),
  );
  const name = run?.[0]?.[0];
  if (name === undefined || name === null) return undefined;
  return {
    flow_run_id: flowRunId,
    flow_name: String(name),
    segments: stretches(own ?? []).get(flowRunId) ?? [],
    nodes: assembled(nodes ?? [], stretches(segments ?? []), stretches(childSegments ?? [])),
    seq,
  };
}

const types: Record<string, StateType> = Object.fromEntries(StateType.options.map((type) => [type, type]));

/** States by their owner, oldest first. */
function stretches(rows: Value[][]): Map<Value, Stretch[]> {
  const found = new Map<Value, Stretch[]>();
  for (const [owner = null, type, name, time] of rows) {
    const stretch: Stretch = [types[String(type)] ?? "PENDING", String(name), toMs(String(time))];
    const known = found.get(owner);
    if (known) known.push(stretch);
    else found.set(owner, [stretch]);
  }
  for (const list of found.values()) list.sort((a, b) => a[2] - b[2]);
  return found;
}

const ownColumns = 10;

function assembled(
  rows: Value[][],
  segments: Map<Value, Stretch[]>,
  childSegments: Map<Value, Stretch[]>,
): RunNode[] {
  const places = new Map<Value, number>();
  rows.forEach((row, place) => {
    places.set(row[0] ?? null, place);
    if (row[ownColumns]) places.set(row[ownColumns] ?? null, place);
  });
  return rows.map((row, place) => {
    const child = row[ownColumns] ?? null;
    const list = (child && childSegments.get(child)) || segments.get(place) || [];
    return nodeFrom(row, places, list);
  });
}

const ms = (time: Value | undefined): number | null => (time ? toMs(String(time)) : null);
const text = (value: Value | undefined): string | null => (value ? String(value) : null);

function nodeFrom(row: Value[], places: Map<Value, number>, segments: Stretch[]): RunNode {
  const [id = "", name, key, type, stateName, count, start, end, created, inputs, child] = row;
  const [label, childType, childName, childCount, childStart, childEnd, childCreated] = row.slice(
    ownColumns + 1,
  );
  const edges = edgesOf(String(inputs));
  const found = (ids: string[]) => [...new Set(ids.flatMap((one) => places.get(one) ?? []))];
  const isChild = child !== null && child !== undefined;
  return {
    kind: isChild ? "flow-run" : "task-run",
    id: String(isChild ? child : id),
    task_run_id: String(id),
    name: String(isChild ? label : name),
    task_key: String(key),
    state_type: types[String(isChild ? childType : type)] ?? null,
    state_name: text(isChild ? childName : stateName),
    run_count: Number(isChild ? childCount : count),
    start: ms(isChild ? childStart : start),
    end: ms(isChild ? childEnd : end),
    created: ms(isChild ? childCreated : created) ?? 0,
    parents: found(edges.parents),
    within: found(edges.within)[0] ?? -1,
    segments,
  };
}
