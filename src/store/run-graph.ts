import type { z } from "zod";
import type { RunGraph, RunNode, Segment } from "../schema/graphs.ts";
import { StateType } from "../schema/states.ts";
import { edgesOf } from "./graph-edges.ts";
import type { Value } from "./protocol.ts";
import type { Scope } from "./scope.ts";

// The graph of our own dashboard. Written by hand and read as arrays: a run may have ten thousand task runs.

type Stretch = z.infer<typeof Segment>;

const nodeColumns = (run: string) => `${run}.state_type, ${run}.state_name, ${run}.run_count,
  ${run}.start_time, ${run}.end_time, coalesce(${run}.expected_start_time, ${run}.created)`;

/** The states of a run in one text, from a covering index: a row for each would cost as much again. */
const segmentsOf = (
  run: string,
) => `(select group_concat(state.type || ' ' || state.timestamp || ' ' || state.name, char(30))
  from ${run}_state as state where state.${run}_id = ${run}.id)`;

const nodesSql = `select task_run.id, task_run.name, task_run.task_key, task_run.task_inputs,
    ${segmentsOf("task_run")}, ${nodeColumns("task_run")}
  from task_run where task_run.flow_run_id = ? order by task_run.id`;

/** The flow runs that some of the task runs stand for. */
const childrenSql = `select task_run.id, flow_run.id, flow.name || ' / ' || flow_run.name,
    ${segmentsOf("flow_run")}, ${nodeColumns("flow_run")}
  from task_run join flow_run on flow_run.parent_task_run_id = task_run.id
  join flow on flow.id = flow_run.flow_id
  where task_run.flow_run_id = ?`;

const runSql = `select flow.name, ${segmentsOf("flow_run")}
  from flow_run join flow on flow.id = flow_run.flow_id where flow_run.id = ?`;

export async function readFullGraph(scope: Scope, flowRunId: string): Promise<RunGraph | undefined> {
  // Read first: rows may be newer than this, never older.
  const seq = scope.seq();
  const ask = async (text: string) => (await scope.rows(text, [flowRunId])).rows;
  const [runs = [], tasks = [], children = []] = await Promise.all([runSql, nodesSql, childrenSql].map(ask));
  const [run] = runs;
  if (!run) return undefined;
  const clock = new Clock();
  return {
    flow_run_id: flowRunId,
    flow_name: String(run[0]),
    segments: stretches(run[1], clock),
    nodes: assembled(tasks, children, clock),
    seq,
  };
}

const types: Record<string, StateType> = Object.fromEntries(StateType.options.map((type) => [type, type]));

/** Reads many times that lie close together: within a minute only the seconds differ. */
class Clock {
  #minute = "";
  #ms = 0;

  read(time: string): number {
    const minute = time.slice(0, 16);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#ms = Date.parse(`${minute}Z`);
    }
    return this.#ms + Number(time.slice(17, 26)) * 1000;
  }
}

/** The states of one run, oldest first. */
function stretches(text: Value | undefined, clock: Clock): Stretch[] {
  if (typeof text !== "string") return [];
  const list = text.split("\u001e").map((state): Stretch => {
    const at = state.indexOf(" ");
    const time = state.slice(at + 1, at + 28);
    return [types[state.slice(0, at)] ?? "PENDING", state.slice(at + 29), clock.read(time)];
  });
  return list.sort((a, b) => a[2] - b[2]);
}

function assembled(tasks: Value[][], children: Value[][], clock: Clock): RunNode[] {
  const places = new Map<Value, number>();
  tasks.forEach((row, place) => {
    places.set(row[0] ?? null, place);
  });
  // An edge may name the flow run or the task run that stands for it.
  for (const [task = null, child = null] of children) places.set(child, places.get(task) ?? -1);
  const nodes = tasks.map((row) => taskNode(row, places, clock));
  for (const row of children) {
    const node = nodes[places.get(row[0] ?? null) ?? -1];
    if (node) Object.assign(node, childNode(row, clock));
  }
  return nodes;
}

/** The columns of `nodeColumns`. */
function timesOf(row: Value[], first: number, clock: Clock) {
  const ms = (at: number) => (row[first + at] ? clock.read(String(row[first + at])) : null);
  const name = row[first + 1];
  return {
    state_type: types[String(row[first])] ?? null,
    state_name: name ? String(name) : null,
    run_count: Number(row[first + 2]),
    start: ms(3),
    end: ms(4),
    created: ms(5) ?? 0,
  };
}

function taskNode(row: Value[], places: Map<Value, number>, clock: Clock): RunNode {
  const [id, name, key, inputs, states] = row;
  const edges = edgesOf(String(inputs));
  const found = (ids: string[]) => [...new Set(ids.flatMap((one) => places.get(one) ?? []))];
  return {
    kind: "task-run",
    id: String(id),
    task_run_id: String(id),
    name: String(name),
    task_key: String(key),
    ...timesOf(row, 5, clock),
    parents: edges.parents.length > 0 ? found(edges.parents) : [],
    within: edges.within.length > 0 ? (found(edges.within)[0] ?? -1) : -1,
    segments: stretches(states, clock),
  };
}

const childNode = (row: Value[], clock: Clock): Partial<RunNode> => ({
  kind: "flow-run",
  id: String(row[1]),
  name: String(row[2]),
  ...timesOf(row, 4, clock),
  segments: stretches(row[3], clock),
});
