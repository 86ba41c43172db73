import {
  type ClientField,
  type Control,
  type OptionField,
  type QueryField,
  type QueryFields,
  queryLanguage,
} from "../lists/query-fields.ts";
import { withTerm as withTermOf } from "../lists/query-text.ts";
import { durationRange, nameMatch, tagMatch } from "../lists/query-values.ts";
import { valueAt } from "../parts/value-at.ts";

/** What client filters see of a run. */
export interface RunRow {
  seconds: number | undefined;
  message: string;
  parameters: Record<string, unknown>;
  name: string;
  state: string | undefined;
  tags: readonly string[];
  /** Undefined until it is known. */
  flow: string | undefined;
  /** Of its flow. */
  version: string | undefined;
}

const duration: ClientField<RunRow> = {
  hint: "ran longer or shorter than",
  example: ">10s",
  choices: [">10s", ">1m", ">10m", "<1s"],
  objection: ({ text }) =>
    durationRange(text) ? undefined : `dur: expected a duration such as >10s, got “${text}”`,
  matcher({ text }) {
    const { over, under } = durationRange(text) ?? { over: 0, under: Number.POSITIVE_INFINITY };
    return ({ seconds }) => seconds !== undefined && seconds >= over && seconds <= under;
  },
  own: {
    name: "duration",
    write({ text }) {
      const { over, under } = durationRange(text) ?? { over: 0, under: Number.POSITIVE_INFINITY };
      return { ge_: over, ...(Number.isFinite(under) ? { le_: under } : {}) };
    },
  },
};

const parameter: ClientField<RunRow> = {
  hint: "parameter, or a part of one by its path, and its value",
  example: "region=eu",
  isNegatable: true,
  objection: ({ text }) =>
    /^[^="\\]+=/.test(text) ? undefined : "param: needs a name and a value, such as region=eu",
  matcher({ text }) {
    const { path, value: wanted } = assignment(text);
    return ({ parameters }) => {
      const value = valueAt(parameters, path);
      return (
        (typeof value === "string" ? value : JSON.stringify(value))?.toLowerCase() === wanted.toLowerCase()
      );
    };
  },
  own: { name: "parameters", write: ({ text }) => assignment(text) },
};

/** `region=eu`, where the value may hold further equal signs. */
function assignment(text: string): { path: string; value: string } {
  const [path = "", ...rest] = text.split("=");
  return { path, value: rest.join("=") };
}

const error: ClientField<RunRow> = {
  hint: "part of the state's message",
  example: "timeout",
  isNegatable: true,
  matcher: ({ text }) => {
    const part = text.toLowerCase();
    return ({ message }) => message.toLowerCase().includes(part);
  },
  own: { name: "message", write: ({ text }) => text },
};

export type Key =
  | "state"
  | "flow"
  | "deployment"
  | "pool"
  | "tag"
  | "name"
  | "since"
  | "until"
  | "dur"
  | "param"
  | "err"
  | "version"
  | "id"
  | "subflows";
const starters = [
  { text: "state:failed,crashed", hint: "failed runs" },
  { text: "state:running", hint: "running now" },
  { text: "since:1h", hint: "the last hour" },
  { text: "since:24h", hint: "the last day" },
];

const on = (noun: "flow_runs" | "task_runs", { own, ...field }: ClientField<RunRow>): ClientField<RunRow> =>
  own ? { ...field, own: { ...own, noun } } : field;

/** Fields of either list; both have the same keys, so that a query outlives a change of the tab. */
function runFields(noun: "flow_runs" | "task_runs"): QueryFields<RunRow, Key> {
  const began =
    noun === "flow_runs" ? ("flow_runs.start_time" as const) : ("task_runs.expected_start_time" as const);
  const name = {
    on: `${noun}.name`,
    of: (row: RunRow) => row.name,
    own: { noun, name: "name", write: nameMatch },
  } as const;
  const flow: QueryField<RunRow> = {
    ...{ on: "flows.name", isName: true, example: '"daily-etl"' },
    hint: "part of the flow's name, or all of it in quotes",
  };
  const fields: Record<Key, QueryField<RunRow>> = {
    state: {
      ...{ on: `${noun}.state`, of: (row) => row.state },
      own: { noun, name: "state_name", write: ({ text }) => text },
      ...{ hint: "type or name of the state", example: "failed,crashed" },
    },
    flow:
      noun === "flow_runs"
        ? { ...flow, of: (row) => row.flow, own: { name: "flow_name", write: nameMatch } }
        : flow,
    deployment: {
      ...{ on: "deployments.name", within: "flows.name", isName: true },
      ...{ hint: "its name, or flow/name; none", example: '"daily-etl/nightly"' },
      none: { on: "flow_runs.deployment_id", condition: { is_null_: true } },
    },
    pool: {
      on: "work_pools.name",
      isName: true,
      isOwn: noun === "task_runs",
      hint: "name of its work pool",
      example: '"local"',
    },
    tag: {
      ...{ on: `${noun}.tags`, of: (row) => row.tags },
      ...{ hint: "has this tag, or one of several; project=* for a key", example: "prod" },
      own: { noun, name: "tags", write: tagMatch },
    },
    name: { ...name, hint: "part of the run's name", example: "otter" },
    since: { on: began, bound: "after_", hint: "started after: 24h, 7d or a date", example: "24h" },
    until: { on: began, bound: "before_", hint: "started before: 1h or a date", example: "1h" },
    dur: on(noun, duration),
    // Of a task run, those of its flow run.
    param: on("flow_runs", parameter),
    err: on(noun, error),
    version: {
      ...{ on: "flow_runs.flow_version", hint: "version of the flow; none", example: "1.4.2" },
      ...(noun === "flow_runs" ? { of: (row) => row.version } : {}),
      own: { name: "flow_version", write: ({ text }) => text },
      none: { name: "flow_version", write: () => null },
    },
    id: { on: `${noun}.id`, hint: "id of the run", example: "" },
    subflows: noun === "flow_runs" ? subflows : subflowTasks,
  };
  return { fields, controls, text: { ...name, hint: "in the run's name" }, starters };
}

const subflowHint = { hint: "runs started by other runs", example: "shown" } as const;

/** Runs that other runs started stand below those: of all runs, the list has those that began by themselves. */
const subflows: OptionField = {
  on: "flow_runs.parent_task_run_id",
  ...subflowHint,
  options: {
    hidden: { label: "hidden", condition: { is_null_: true } },
    shown: { label: "shown", condition: {} },
    only: { label: "only", condition: { is_null_: false } },
  },
  initial: "hidden",
  otherwise: { option: "shown", keys: ["flow", "deployment", "name", "id", "text"] },
};
/** A task run stands for each subflow in the run that called it. */
const subflowTasks: OptionField = {
  on: "task_runs.subflow_runs",
  ...subflowHint,
  options: {
    shown: { label: "shown", condition: {} },
    hidden: { label: "hidden", condition: { exists_: false } },
    only: { label: "only", condition: { exists_: true } },
  },
  initial: "shown",
};

const controls: readonly Control<Key>[] = [
  { kind: "values", key: "state", label: "State" },
  { kind: "time", since: "since", until: "until", label: "Time" },
  { kind: "values", key: "flow", label: "Flow" },
  { kind: "values", key: "deployment", label: "Deployment", isSingle: true },
  { kind: "values", key: "pool", label: "Pool" },
  { kind: "values", key: "tag", label: "Tag" },
  { kind: "option", key: "subflows", label: "Subflows" },
];

export const fieldsOf = {
  "flow-runs": runFields("flow_runs"),
  "task-runs": runFields("task_runs"),
} as const;

/** The text with one more condition; another one of the same key gives way unless it is a tag. */
export const withTerm = (q: string, key: Key, value: string): string =>
  withTermOf(q, queryLanguage(fieldsOf["flow-runs"]), {
    ...{ key, value },
    // A star at the end would stand for any end, and `none` for no value.
    isExact:
      (key === "tag" && value.endsWith("*")) || ((key === "tag" || key === "version") && value === "none"),
  });
