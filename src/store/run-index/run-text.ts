import { maxListedMessage, shortened } from "../../schema/long-texts.ts";
import { noDetails, noFlowRunPolicy, noTaskRunPolicy } from "../../schema/run-defaults.ts";
import type { Rows, RunKind, RunList, RunsRequest, Value } from "../engine/protocol.ts";
import { estimates } from "./run-times.ts";

// Runs as JSON of the wire, assembled by the reading thread: most of a row is JSON already, and parsing
// and serialising it again would dominate the cost. This is the only conversion from a row to a run.

type Column = Value | undefined;
type Write = (value: Column) => string;
/** A key of the wire, how its value is written, and where it is read, if that is not a column of the run's table. */
type Field = readonly [key: string, write: Write, from?: string];

/** Ids and times, in which nothing has to be escaped. */
const plain: Write = (value) => (value === null ? "null" : `"${value}"`);
const text: Write = (value) => (value === null ? "null" : JSON.stringify(value));
/** Truncated in lists, so that 200 long ones do not add up to many megabytes; the run itself has the whole text. */
const message: Write = (value) =>
  value === null ? "null" : JSON.stringify(shortened(String(value), maxListedMessage));
const count: Write = String;
const flag: Write = (value) => (value === 1 ? "true" : "false");
const json: Write = (value) => (value === null ? "null" : String(value));
const jsonObject: Write = (value) => (value === null ? "{}" : String(value));

const maxFilled = 1000;
/** An object with what it does not say; there are few different ones. */
function filled(defaults: object): Write {
  const known = new Map<Column, string>();
  return (value) => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const written = JSON.stringify({ ...defaults, ...JSON.parse(String(value)) });
    if (known.size >= maxFilled) known.clear();
    known.set(value, written);
    return written;
  };
}

const shared: readonly Field[] = [
  ...([
    ["id", plain],
    ["created", plain],
    ["updated", plain],
    ["name", text],
  ] as const),
  ...([
    ["tags", json],
    ["labels", json],
    ["run_count", count],
  ] as const),
  ...([
    ["next_scheduled_start_time", plain],
    ["end_time", plain],
  ] as const),
];
/** A queue is always in a pool: without one it is gone. */
const ofQueue = (column: string) => `case when pool.id is not null then flow_run.${column} end as ${column}`;

const fields: Record<RunKind, readonly Field[]> = {
  flow_run: [
    ...shared,
    ["flow_id", plain],
    ["deployment_id", plain],
    ["deployment_version", text],
    ["work_queue_id", plain, ofQueue("work_queue_id")],
    ["work_queue_name", text, ofQueue("work_queue_name")],
    ["work_pool_id", plain, "pool.id as work_pool_id"],
    ["work_pool_name", text, "pool.name as work_pool_name"],
    ["flow_version", text],
    ["parameters", json],
    ["idempotency_key", text],
    ["context", json],
    ["empirical_policy", filled(noFlowRunPolicy)],
    ["parent_task_run_id", plain],
    ["auto_scheduled", flag],
    ["infrastructure_document_id", plain],
    ["infrastructure_pid", text],
    ["created_by", json],
    ["job_variables", jsonObject],
  ],
  task_run: [
    ...shared,
    ["flow_run_id", plain],
    ["task_key", text],
    ["dynamic_key", text],
    ["cache_key", text],
    ["cache_expiration", plain],
    ["task_version", text],
    ["empirical_policy", filled(noTaskRunPolicy)],
    ["task_inputs", json],
    ["flow_run_run_count", count],
  ],
};

const timesAndState = (kind: RunKind): readonly string[] => [
  ...["expected_start_time", "start_time", "total_run_time"].map((column) => `${kind}.${column}`),
  ...["state_id", "state_type", "state_name", "state_timestamp"].map((column) => `${kind}.${column}`),
  ...["state.message as state_message", "state.data as state_data", "state.state_details"],
  kind === "task_run" ? "state.told as state_told" : "null as state_told",
];

/** What is read of a run, in this order. */
export const runColumns = { flow_run: columnsOf("flow_run"), task_run: columnsOf("task_run") };

function columnsOf(kind: RunKind): readonly string[] {
  return [...timesAndState(kind), ...fields[kind].map(([key, , from]) => from ?? `${kind}.${key}`)];
}

const firstField = timesAndState("flow_run").length;
const heads = (kind: RunKind) => fields[kind].map(([key, write]) => [`,"${key}":`, write] as const);
const writers = { flow_run: heads("flow_run"), task_run: heads("task_run") };

type Columns = readonly Column[];

/** A row of `runColumns` as JSON; `now` is in milliseconds since the epoch. */
export function runText(kind: RunKind, row: Columns, now: number, writeMessage = text): string {
  let written = `{${timesText(row, now)},${stateText(kind, row, writeMessage)}`;
  let at = firstField;
  for (const [head, write] of writers[kind]) written += head + write(row[at++]);
  return `${written}}`;
}

const textOrNull = (value: Column): string | null => (typeof value === "string" ? value : null);

function timesText([expected, start, total, , type, , since]: Columns, now: number): string {
  const { estimated_run_time, estimated_start_time_delta } = estimates(
    {
      expected_start_time: textOrNull(expected),
      start_time: textOrNull(start),
      total_run_time: Number(total),
      state_type: textOrNull(type),
      state_timestamp: textOrNull(since),
    },
    now,
  );
  return `"expected_start_time":${plain(expected)},"start_time":${plain(start)},"total_run_time":${total},"estimated_run_time":${estimated_run_time},"estimated_start_time_delta":${estimated_start_time_delta}`;
}

function stateText(kind: RunKind, row: Columns, writeMessage: Write): string {
  const [, , , id, type, name, since, said, data, details, told] = row;
  const owner = kind === "task_run" && told === 1 ? row : undefined;
  const whole =
    id === null
      ? "null"
      : `{"id":${plain(id)},"type":${plain(type)},"name":${text(name)},"timestamp":${plain(since)},"message":${writeMessage(said)},"data":${json(data)},"state_details":${detailsText(details, owner)}}`;
  return `"state_id":${plain(id)},"state_type":${plain(type)},"state_name":${text(name)},"state":${whole}`;
}

const emptyDetails = JSON.stringify(noDetails);

/** States reported by the task run's own process are stored without their owner, which is added here. */
function detailsText(details: Column, ownedBy: Columns | undefined): string {
  const owner = ownedBy && {
    task_run_id: ownedBy[firstField],
    flow_run_id: ownedBy[firstField + shared.length],
  };
  const said = details === null ? "{}" : String(details);
  if (owner) return JSON.stringify({ ...noDetails, ...JSON.parse(said), ...owner });
  const keys = said === "{}" ? [] : Object.keys(JSON.parse(said));
  return keys.length === 0 ? emptyDetails : `${said.slice(0, -1)}${unsaid(keys)}}`;
}

const unsaidTexts = new Map<string, string>();
/** What the details of a state say beside these keys, which are said by many. */
function unsaid(keys: readonly string[]): string {
  // Not joined, because a key may contain the separator.
  const name = JSON.stringify(keys);
  const known = unsaidTexts.get(name);
  if (known !== undefined) return known;
  const others = Object.entries(noDetails).filter(([key]) => !keys.includes(key));
  const written = others.map(([key, value]) => `,"${key}":${JSON.stringify(value)}`).join("");
  if (unsaidTexts.size >= maxFilled) unsaidTexts.clear();
  unsaidTexts.set(name, written);
  return written;
}

/** Rows that begin with `runColumns`, with the JSON of the run in place of them. */
export function withRuns({ columns, rows }: Rows, { kind, now }: RunsRequest): Rows {
  const width = runColumns[kind].length;
  return {
    columns: ["run", ...columns.slice(width)],
    rows: rows.map((row) => [runText(kind, row, now), ...row.slice(width)]),
  };
}

const encoder = new TextEncoder();

/** Rows of `runColumns` and nothing else. */
export function listOf({ rows }: Rows, { kind, now }: RunsRequest): RunList {
  let written = "";
  for (const row of rows) written += `${written === "" ? "[" : ","}${runText(kind, row, now, message)}`;
  return { json: encoder.encode(written === "" ? "[]" : `${written}]`), count: rows.length };
}
