import type { StatementSync } from "node:sqlite";
import { type StateType, stateTypes } from "../../schema/state-types.ts";
import { toMs } from "../../schema/times.ts";
import type { GraphPart, Value } from "../engine/protocol.ts";
import { edgesOf } from "../run-index/graph-edges.ts";

// The graph of our own dashboard, put into JSON by the thread that reads it: a run may have ten thousand task runs,
// and rows or objects of so many cost several times what the text costs.

type Prepare = (sql: string) => StatementSync;
type Row = readonly Value[];

const nodeColumns = (run: string) => `${run}.state_type, ${run}.state_name, ${run}.run_count,
  ${run}.start_time, ${run}.end_time, coalesce(${run}.expected_start_time, ${run}.created)`;

/** The states of a run in one text, oldest first: a row for each would cost half as much again. */
const segmentsOf = (run: string, joined: Joined) =>
  `(select ${joined("state.timestamp || state.type || ' ' || state.name")}
  from ${run}_state as state where state.${run}_id = ${run}.id)`;

/** Texts of several rows as one, with the character 30 between. */
type Joined = (text: string) => string;

/** The task runs of one part; the key of a task run has an index. */
const partSql = ({ after }: GraphPart) => `select * from task_run where flow_run_id = ?
  ${after ? "and (task_key, dynamic_key) > (?, ?)" : ""} order by task_key, dynamic_key limit ?`;

const nodesSql = (part: GraphPart, joined: Joined) => `select task_run.id, task_run.name, task_run.task_key,
    task_run.task_inputs, ${part.brief ? "null" : segmentsOf("task_run", joined)}, ${nodeColumns("task_run")},
    task_run.dynamic_key
  from (${partSql(part)}) as task_run order by task_run.task_key, task_run.dynamic_key`;

/** The flow runs that some of the task runs stand for. */
const childrenSql = (part: GraphPart, joined: Joined) => `select task_run.id, flow_run.id,
    flow.name || ' / ' || flow_run.name, ${part.brief ? "null" : segmentsOf("flow_run", joined)},
    ${nodeColumns("flow_run")}
  from (${partSql(part)}) as task_run join flow_run on flow_run.parent_task_run_id = task_run.id
  join flow on flow.id = flow_run.flow_id`;

const runSql = (joined: Joined) => `select flow.name, ${segmentsOf("flow_run", joined)},
    (select count(*) from task_run where task_run.flow_run_id = flow_run.id)
  from flow_run join flow on flow.id = flow_run.flow_id where flow_run.id = ?`;

interface Query {
  sql: string;
  values: Value[];
}

/** The queries that a part of a graph is read with. */
export const graphQueries =
  (joined: Joined) =>
  (part: GraphPart): Query[] => {
    const values = [part.flowRunId, ...(part.after ?? []), part.limit];
    return [
      { sql: runSql(joined), values: [part.flowRunId] },
      { sql: nodesSql(part, joined), values },
      { sql: childrenSql(part, joined), values },
    ];
  };

const sqliteQueries = graphQueries((text) => `group_concat(${text}, char(30))`);

/** `RunGraphPage` but for its seq, as JSON; null when there is no such run. */
export function graphText(prepare: Prepare, part: GraphPart): string | null {
  return textOf(
    part,
    sqliteQueries(part).map(({ sql, values }) => prepare(sql).all(...values) as unknown as Row[]),
  );
}

/** The same of what the queries of `graphQueries` have read. */
export function textOf(
  { flowRunId, limit }: GraphPart,
  [runs = [], tasks = [], children = []]: readonly Row[][],
): string | null {
  const [run] = runs;
  if (!run) return null;
  const [flowName, states, count] = run;
  const nodes = nodeTexts(tasks, children);
  const last = tasks.length < limit ? undefined : tasks.at(-1);
  // A token is JSON itself, and a text in this one.
  const next = last ? JSON.stringify(JSON.stringify([last[2], last[11]])) : "null";
  return `{"flow_run_id":${json(flowRunId)},"flow_name":${json(flowName)},"segments":${segments(states)},"count":${count},"next":${next},"nodes":[${nodes.join(",")}]}`;
}

function nodeTexts(tasks: readonly Row[], children: readonly Row[]): string[] {
  const childOf = new Map(children.map((child) => [child[0], child]));
  return tasks.map((task) => nodeText(task, childOf.get(task[0])));
}

function nodeText(task: Row, child: Row | undefined): string {
  const id = json(task[0]);
  const own = child
    ? `"kind":"flow-run","id":${json(child[1])},"name":${json(child[2])},${timesText(child, 4)},"segments":${segments(child[3])}`
    : `"kind":"task-run","id":${id},"name":${json(task[1])},${timesText(task, 5)},"segments":${segments(task[4])}`;
  return `{${own},"task_run_id":${id},"task_key":${json(task[2])},${edgesText(String(task[3]))}}`;
}

function edgesText(inputs: string): string {
  const { parents, within } = edgesOf(inputs);
  if (parents.length + within.length === 0) return '"parents":[],"within":null';
  const [caller] = within;
  const named = [...new Set(parents)].map((id) => json(id)).join(",");
  return `"parents":[${named}],"within":${caller === undefined ? "null" : json(caller)}`;
}

/** The columns of `nodeColumns`. */
function timesText(row: Row, first: number): string {
  const type = row[first];
  const name = row[first + 1];
  const created = row[first + 5];
  return `"state_type":${types.has(type) ? `"${type}"` : "null"},"state_name":${name ? json(name) : "null"},"run_count":${row[first + 2]},"start":${msOrNull(row[first + 3])},"end":${msOrNull(row[first + 4])},"created":${created ? ms(String(created), 0) : 0}`;
}

const types = new Set<Value | undefined>(stateTypes satisfies readonly StateType[]);

const isPlain = /^[\w .:()-]*$/;
function json(value: Value | undefined): string {
  const text = String(value);
  return isPlain.test(text) ? `"${text}"` : JSON.stringify(text);
}

const msOrNull = (time: Value | undefined): string => (time ? ms(String(time), 0) : "null");

const timeLength = "2026-11-22T07:15:24.912472Z".length;
const secondLength = "2026-11-22T07:15:24".length;
let second = "";
let epochSecond = "";
/**
 * The time at a place of a text in whole milliseconds, as JSON. Times lie close together, so the second is mostly known. No
 * number is made of the rest, for to print one costs more than all else.
 */
function ms(text: string, at: number): string {
  if (second === "" || !text.startsWith(second, at)) {
    second = text.slice(at, at + secondLength);
    epochSecond = String(Date.parse(`${second}Z`) / 1000);
  }
  // Before that, digits cannot be put together.
  if (second < "1970-01-01T00:00:01") return String(Math.floor(toMs(text.slice(at, at + timeLength))));
  const whole = at + secondLength + 1;
  return epochSecond + text.slice(whole, whole + 3);
}

const maxHeads = 1000;
const heads = new Map<string, string>();
/** The beginning of a segment, of the type and the name of a state with a space between. */
function headOf(state: string): string {
  const known = heads.get(state);
  if (known !== undefined) return known;
  const at = state.indexOf(" ");
  const type = state.slice(0, at);
  const head = `["${types.has(type) ? type : "PENDING"}",${json(state.slice(at + 1))},`;
  if (heads.size >= maxHeads) heads.clear();
  heads.set(state, head);
  return head;
}

/** The states of one run, oldest first. */
function segments(text: Value | undefined): string {
  if (typeof text !== "string") return "[]";
  const states = text.split("\u001e");
  // Each begins with its time. They are in order except for states that a flow run reported late.
  if (states.some((state, at) => at > 0 && state < (states[at - 1] ?? ""))) states.sort();
  const texts = states.map((state) => `${headOf(state.slice(timeLength))}${ms(state, 0)}]`);
  return `[${texts.join(",")}]`;
}
