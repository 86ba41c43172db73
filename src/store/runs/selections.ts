import { sql } from "kysely";
import type { Parsed } from "../../schema/route.ts";
import { timestamp } from "../../schema/scalars.ts";
import {
  BulkVerb,
  maxSelected,
  type Selection,
  SelectionNoun,
  type SelectionProgress,
  type selections,
} from "../../schema/selections.ts";
import { StateType } from "../../schema/states.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { deploymentClauses, flowRunClauses, taskRunClauses } from "../sql/entity-filters.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { SelectionTable } from "../tables.ts";
import { chosenGroups, flowsOfKinds } from "./selection-groups.ts";
import type { Chosen, OpenSelection, Outcome } from "./selection-rows.ts";

export const selectionNoun = noun(
  {
    read,
    /** The ids of the matching rows. Other writes need not wait while they are searched for. */
    matching,
    /** The rows that were not settled yet, by their kind. */
    groups: chosenGroups,
    /** The flows that most rows of these kinds belong to. */
    flowsOf: flowsOfKinds,
    progress: async (scope: Scope, id: string): Promise<SelectionProgress | undefined> => {
      const row = await readRow(scope, id);
      return row && progressOf(scope, row);
    },
  },
  {
    /** Stores the rows with these ids, and deletes expired selections. */
    create,
  },
  {
    /** Locked until the transaction ends. */
    lock,
    begin: (scope: WriteScope, id: string, verb: BulkVerb, state: string | null): void =>
      scope.write(sql`update selection set verb = ${verb}, state = ${state} where id = ${id}`),
    /** The next unprocessed rows, in a fixed order. */
    next,
    settle,
    end: (scope: WriteScope, id: string): void =>
      scope.write(sql`update selection set ended = ${scope.time} where id = ${id} and ended is null`),
  },
);

/** Where the rows of each noun are. */
const selectable = {
  "flow-runs": {
    ...{ table: sql.ref("flow_run"), stateId: sql`flow_run.state_id`, clausesOf: flowRunClauses },
    flows: sql`flow_run join flow on flow.id = flow_run.flow_id`,
  },
  "task-runs": {
    ...{ table: sql.ref("task_run"), stateId: sql`task_run.state_id`, clausesOf: taskRunClauses },
    flows: sql`task_run join flow_run on flow_run.id = task_run.flow_run_id join flow on flow.id = flow_run.flow_id`,
  },
  deployments: {
    ...{ table: sql.ref("deployment"), stateId: sql`cast(null as text) as state_id` },
    ...{ clausesOf: deploymentClauses, flows: sql`deployment join flow on flow.id = deployment.flow_id` },
  },
} as const;

const lifetimeMs = 3_600_000;
const maxSamples = 5;
const maxRefusals = 20;

export type SelectionInput = Parsed<typeof selections.create>;

export interface Matching {
  /** As a JSON list. One more than a selection holds where there are more. */
  ids: string;
  count: number;
}

async function matching(scope: Scope, { noun, ...filter }: SelectionInput): Promise<Matching> {
  const { table, clausesOf } = selectable[noun];
  const ids = scope.dialect.form({
    sqlite: sql`json_group_array(id)`,
    postgres: sql`coalesce(cast(json_agg(id) as text), '[]')`,
  });
  const found =
    await scope.first(sql<Matching>`select ${ids} as ids, cast(count(*) as integer) as count from (
    select ${table}.id from ${table} where ${whereAll(clausesOf(scope.dialect, filter))}
    order by ${table}.id ${atMost(maxSelected + 1)}) as matching`);
  return found ?? { ids: "[]", count: 0 };
}

async function create(scope: WriteScope, input: SelectionInput, found: Matching): Promise<Selection> {
  const { noun, ...filter } = input;
  const id = newId(scope.now());
  scope.write(sql`delete from selection where expires <= ${scope.time}`);
  scope.write(sql`insert into selection (id, created, expires, noun, filter, total, is_whole)
    values (${id}, ${scope.time}, ${timestamp(scope.now() + lifetimeMs)}, ${noun}, ${JSON.stringify(filter)}, 0, 1)`);
  const { table, stateId } = selectable[noun];
  // By id, so that locks are taken in a fixed order.
  scope.write(sql`insert into selection_row (selection_id, place, row_id, name, state_id)
    select cast(${id} as text), row_number() over (order by matching.id), matching.id, matching.name,
      matching.state_id from (
      select ${table}.id, ${table}.name, ${stateId} from ${table}
      where ${scope.dialect.isInList(sql`${table}.id`, sql`${found.ids}`)}
      order by ${table}.id ${atMost(maxSelected)}) as matching`);
  const counted = await scope.first(
    sql<{ n: number }>`select count(*) as n from selection_row where selection_id = ${id}`,
  );
  const isWhole = found.count <= maxSelected;
  scope.write(
    sql`update selection set total = ${counted?.n ?? 0}, is_whole = ${isWhole ? 1 : 0} where id = ${id}`,
  );
  const selection = await read(scope, id);
  if (!selection) throw new Error("expected the selection that was just made");
  return selection;
}

const readRow = (scope: Scope, id: string): Promise<SelectionTable | undefined> =>
  scope.first(
    sql<SelectionTable>`select * from selection where id = ${id} and expires > ${timestamp(scope.now())}`,
  );

async function read(scope: Scope, id: string): Promise<Selection | undefined> {
  const row = await readRow(scope, id);
  if (!row) return undefined;
  const [samples, states, flows, progress] = await Promise.all([
    scope.all(sql<{ id: string; name: string }>`select row_id as id, name from selection_row
      where selection_id = ${id} order by place ${atMost(maxSamples)}`),
    readStates(scope, row),
    readFlows(scope, row),
    progressOf(scope, row),
  ]);
  return {
    ...{ id, created: row.created, expires: row.expires, noun: nounOf(row), count: row.total },
    ...{ is_whole: row.is_whole === 1, samples, states, flows, progress },
  };
}

const nounOf = ({ noun }: SelectionTable): Selection["noun"] => SelectionNoun.parse(noun);

async function readStates(scope: Scope, row: SelectionTable): Promise<Selection["states"]> {
  const noun = nounOf(row);
  if (noun === "deployments") return [];
  const { table } = selectable[noun];
  const rows = await scope.all(sql<{ state_type: string | null; state_name: string | null; count: number }>`
    select ${table}.state_type, ${table}.state_name, count(*) as count
    from selection_row as chosen join ${table} on ${table}.id = chosen.row_id
    where chosen.selection_id = ${row.id} group by ${table}.state_type, ${table}.state_name order by 3 desc, 2`);
  return rows.map((row) => ({
    ...row,
    state_type: row.state_type === null ? null : StateType.parse(row.state_type),
  }));
}

function readFlows(scope: Scope, row: SelectionTable): Promise<Selection["flows"]> {
  const { table, flows } = selectable[nounOf(row)];
  return scope.all(sql<Selection["flows"][number]>`
    select flow.id, flow.name, count(*) as count
    from ${flows} join selection_row as chosen on chosen.row_id = ${table}.id
    where chosen.selection_id = ${row.id} group by flow.id, flow.name order by 3 desc, 2 ${atMost(maxSamples + 1)}`);
}

interface OutcomeRow {
  outcome: string | null;
  reason: string | null;
  n: number;
}

async function progressOf(scope: Scope, { id, verb, ended }: SelectionTable): Promise<SelectionProgress> {
  const rows = await scope.all(sql<OutcomeRow>`select outcome, reason, count(*) as n from selection_row
    where selection_id = ${id} group by outcome, reason order by 3 desc, 2`);
  const sum = (outcome: string | null) =>
    rows.filter((row) => row.outcome === outcome).reduce((total, { n }) => total + n, 0);
  const refusals = rows.filter((row) => row.outcome === "refused").slice(0, maxRefusals);
  return {
    ...{ verb: verb === null ? null : BulkVerb.parse(verb), ended },
    ...{ done: sum("done"), refused: sum("refused"), remaining: sum(null) },
    refusals: await Promise.all(
      refusals.map(async ({ reason, n }) => ({
        ...{ reason: reason ?? "", count: n },
        samples: await scope.all(sql<{
          id: string;
          name: string;
        }>`select row_id as id, name from selection_row
          where selection_id = ${id} and outcome = 'refused' and reason = ${reason} order by place ${atMost(maxSamples)}`),
      })),
    ),
  };
}

async function lock(scope: WriteScope, id: string): Promise<OpenSelection | undefined> {
  const query = sql<SelectionTable>`select * from selection where id = ${id} and expires > ${scope.time}`;
  const row = await scope.first(scope.dialect.locked(query, "selection"));
  if (!row) return undefined;
  scope.write(sql`update selection set expires = ${timestamp(scope.now() + lifetimeMs)} where id = ${id}`);
  const { verb, state, ended, filter, total: count } = row;
  return {
    ...{ id, noun: nounOf(row), filter: JSON.parse(filter), count, state, ended },
    verb: verb === null ? null : BulkVerb.parse(verb),
  };
}

function next(scope: WriteScope, id: string, limit: number): Promise<Chosen[]> {
  return scope.all(sql<Chosen>`select place, row_id, state_id from selection_row
    where selection_id = ${id} and outcome is null order by place ${atMost(limit)}`);
}

const settleSql =
  "update selection_row set outcome = ?, reason = ? where selection_id = ? and place = ? and outcome is null";

function settle(scope: WriteScope, id: string, outcomes: readonly Outcome[]): void {
  for (const { place, reason } of outcomes) {
    scope.write({ sql: settleSql, values: [reason === null ? "done" : "refused", reason, id, place] });
  }
}
