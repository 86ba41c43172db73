import { sql } from "kysely";
import type { OwnFlowRunFilter, TextMatch } from "../../schema/own-filters.ts";
import { timestamp, toMs } from "../../schema/times.ts";
import type { Clause, Column, Dialect } from "./dialect.ts";
import { combined, type Field } from "./filter.ts";

// What only we filter runs by: no index has it, so each run that the rest of the filter finds is looked at.

type Own = Partial<OwnFlowRunFilter>;
interface Conditions<V> {
  any_: V[];
  not: boolean;
}

function eachOf<V>(conditions: Conditions<V>[] | null | undefined, test: (value: V) => Clause): Clause[] {
  return (conditions ?? []).map(({ any_, not }) => {
    const some = combined(any_.map(test), "or_") ?? sql<boolean>`1 = 0`;
    // What is not known of a run is not the value that is asked for.
    return not ? sql`(${some}) is not true` : some;
  });
}

const flowRunMessage = sql`(select state.message from flow_run_state as state where state.id = flow_run.state_id)`;
const taskRunMessage = sql`(select state.message from task_run_state as state where state.task_run_id = task_run.id
  and state.timestamp = task_run.state_timestamp and state.id = task_run.state_id)`;

export const ownFlowRunField: Field = (dialect, condition) => {
  const own: Own = condition;
  return inTime(dialect, [
    ...ownOf(dialect, "flow_run", own, flowRunMessage),
    ...parametersOf(dialect, own),
    ...flowsOf(dialect, own),
  ]);
};

export const ownTaskRunField: Field = (dialect, condition) =>
  inTime(dialect, ownOf(dialect, "task_run", condition, taskRunMessage));

const inTime = (dialect: Dialect, clauses: Clause[]): Clause[] =>
  clauses.length === 0 ? clauses : [dialect.inTime, ...clauses];

function ownOf(dialect: Dialect, table: "flow_run" | "task_run", own: Own, message: Column): Clause[] {
  const asOf = own.as_of ?? timestamp(Date.now());
  const seconds = secondsOf(dialect, table, asOf);
  const hasRun = sql<boolean>`(${sql.ref(`${table}.start_time`)} is not null or ${sql.ref(`${table}.state_type`)} = 'RUNNING')`;
  return [
    ...eachOf(own.duration, ({ ge_, le_ }) => {
      const bounds = [
        ...(typeof ge_ === "number" ? [sql<boolean>`${seconds} >= ${ge_}`] : []),
        ...(typeof le_ === "number" ? [sql<boolean>`${seconds} <= ${le_}`] : []),
      ];
      return combined([hasRun, ...bounds]) ?? hasRun;
    }),
    ...eachOf(own.message, (text) => dialect.contains(message, text)),
    ...eachOf(own.name, (match) => matches(dialect, sql.ref(`${table}.name`), match)),
    ...eachOf(own.tags, (match) =>
      dialect.someElement(sql.ref(`${table}.tags`), (tag) => matches(dialect, tag, match), "own_tag"),
    ),
    ...eachOf(own.state_name, (name) => sql<boolean>`${sql.ref(`${table}.state_name`)} = ${name}`),
  ];
}

function matches(dialect: Dialect, column: Column, { text, match }: TextMatch): Clause {
  if (match === "whole") return sql`${column} = ${text}`;
  return match === "start" ? dialect.startsWith(column, text) : dialect.contains(column, text);
}

function flowsOf(dialect: Dialect, { flow_name, flow_version }: Own): Clause[] {
  const named = eachOf(
    flow_name,
    (match) =>
      sql<boolean>`flow_run.flow_id in (select named.id from flow as named where ${matches(dialect, sql.ref("named.name"), match)})`,
  );
  const versions = eachOf(flow_version, (version) =>
    version === null
      ? sql<boolean>`flow_run.flow_version is null`
      : sql<boolean>`flow_run.flow_version = ${version}`,
  );
  return [...named, ...versions];
}

/** How long a run ran in all its attempts: one that is running, up to a moment. */
function secondsOf(dialect: Dialect, table: string, asOf: string): Column {
  const since = sql.ref(`${table}.state_timestamp`);
  const now = sql`cast(${toMs(asOf) / 1000} as double precision)`;
  return sql`(${sql.ref(`${table}.total_run_time`)} + case when ${sql.ref(`${table}.state_type`)} = 'RUNNING'
    and ${since} < ${asOf} then ${now} - ${dialect.seconds(since)} else 0 end)`;
}

function parametersOf(dialect: Dialect, { parameters }: Own): Clause[] {
  const column = sql.ref("flow_run.parameters");
  return eachOf(parameters, ({ path, value }) => {
    const found = dialect.jsonAt(column, path);
    // A text stands in quotes in JSON, everything else as it is.
    return sql`lower(${found}) in (lower(${value}), lower(${JSON.stringify(value)}))`;
  });
}
