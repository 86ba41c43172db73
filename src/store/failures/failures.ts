import { sql } from "kysely";
import { FailureFrame, type FailureGroup, type failures } from "../../schema/failures.ts";
import { problem } from "../../schema/problems.ts";
import type { Output, Parsed } from "../../schema/route.ts";
import { timestamp } from "../../schema/scalars.ts";
import { StateType } from "../../schema/states.ts";
import type { RunRef } from "../../schema/waiting.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { type RefRow, readRefs, refFrom } from "../run-index/run-refs.ts";
import type { Clause, Column } from "../sql/dialect.ts";
import { deploymentClauses, flowClauses } from "../sql/entity-filters.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import { textClauses } from "../sql/text-query.ts";
import type { FailureGroupTable } from "../tables.ts";
import { readCause } from "./failure-causes.ts";
import { readCommon } from "./failure-common.ts";
import { readErrors } from "./failure-errors.ts";
import { failingFlowRuns, fileFailures, readUnfiled } from "./failure-filing.ts";
import { changeStatus, currentStatus, statusNow } from "./failure-status.ts";
import { withdrawFailure } from "./failure-withdrawal.ts";

export const failureNoun = noun(
  {
    filter,
    count,
    read: async (
      scope: Scope,
      { id, ...counted }: Parsed<typeof failures.read>,
    ): Promise<FailureGroup | undefined> => (await readGroups(scope, [id], counted))[0],
    /** Without counts: those on a screen are of the period chosen there. */
    readMany: async (
      scope: Scope,
      ids: readonly string[],
    ): Promise<Omit<FailureGroup, "recent" | "counts">[]> =>
      (await readGroups(scope, ids, { after_: null, before_: null, counts_by: "day" })).map(
        ({ recent: _recent, counts: _counts, ...group }) => group,
      ),
    /** Undefined when there is no such flow run. */
    cause: readCause,
    /** The group of the last failure of each of these runs, by their ids; without those that are in none. */
    groupsOf,
    runs,
    /** The newest failures of a group with what is known of their errors. */
    errors: readErrors,
    /** Undefined when there is no such group. */
    common: readCommon,
    /** Oldest first. */
    unfiled: readUnfiled,
  },
  {
    /** False when there is no such group. */
    update: async (scope: WriteScope, { id, ...change }: Parsed<typeof failures.update>): Promise<boolean> =>
      (await changeStatus(scope, [id], change)) > 0,
    updateMany: async (
      scope: WriteScope,
      { ids, ...change }: Parsed<typeof failures.updateMany>,
    ): Promise<Output<typeof failures.updateMany>> => ({ updated: await changeStatus(scope, ids, change) }),
    /** Counts each failure once, idempotently; returns how many were new. */
    file: fileFailures,
    /** Withdraws the failure of a revoked state. */
    withdraw: withdrawFailure,
  },
);

type Counted = Omit<Parsed<typeof failures.read>, "id">;
type Given = Parsed<typeof failures.count>;

const weekMs = 7 * 86_400_000;
const hourOf = (time: string) => time.slice(0, "2026-01-01T00".length);

/** The counted hours, both inclusive. */
const hours = (scope: Scope, { after_, before_ }: Counted): Clause => {
  const since = hourOf(after_ ?? timestamp(scope.now() - weekMs));
  const until: Clause = before_ ? sql`counted.hour <= ${hourOf(before_)}` : sql`1 = 1`;
  return sql`counted.hour >= ${since} and ${until}`;
};

function matching(scope: Scope, input: Given): Clause {
  const { isOneOf, contains } = scope.dialect;
  const touched = (kind: string, ids: readonly string[]): Clause => sql`exists (
    select 1 from failure_touched as touched where touched.group_id = found.id and touched.kind = ${kind}
      and ${isOneOf(sql.ref("touched.subject"), ids)})`;
  const clauses: Clause[] = [];
  if (input.status) clauses.push(isOneOf(statusNow(scope, "found"), input.status));
  if (input.flow_ids) clauses.push(touched("flow", input.flow_ids));
  if (input.deployment_ids) clauses.push(touched("deployment", input.deployment_ids));
  const within = (kind: string, rows: Clause): Clause => sql`exists (
    select 1 from failure_touched as touched where touched.group_id = found.id and touched.kind = ${kind}
      and touched.subject in (select id from ${sql.table(kind)} where ${rows}))`;
  if (input.flows) clauses.push(within("flow", whereAll(flowClauses(scope.dialect, { flows: input.flows }))));
  if (input.deployments) {
    const rows = deploymentClauses(scope.dialect, { deployments: input.deployments });
    clauses.push(within("deployment", whereAll(rows)));
  }
  if (input.fails_flow_runs) clauses.push(touched(failingFlowRuns, [failingFlowRuns]));
  if (input.text) {
    const text = sql`found.error_type || ': ' || found.message`;
    clauses.push(...textClauses(input.text, (term) => contains(text, term)));
  }
  return whereAll(clauses);
}

/** Groups with failures in the counted hours. */
const found = (scope: Scope, input: Given): Column => sql`
  from failure_group as found join (
    select counted.group_id, cast(sum(counted.total) as integer) as recent from failure_hour as counted
    where ${hours(scope, input)} group by counted.group_id
  ) as counts on counts.group_id = found.id where ${matching(scope, input)}`;

const sorts = {
  LAST_SEEN_DESC: sql`found.last_seen`,
  FIRST_SEEN_DESC: sql`found.first_seen`,
  COUNT_DESC: sql`counts.recent`,
};

async function filter(scope: Scope, input: Parsed<typeof failures.filter>): Promise<FailureGroup[]> {
  const rows = await scope.all(sql<{ id: string }>`select found.id ${found(scope, input)}
    order by ${sorts[input.sort]} desc, found.id desc ${atMost(input.limit)} offset ${input.offset}`);
  const groups = await readGroups(
    scope,
    rows.map(({ id }) => id),
    input,
  );
  const byId = new Map(groups.map((group) => [group.id, group]));
  return rows.flatMap(({ id }) => byId.get(id) ?? []);
}

async function count(scope: Scope, input: Given): Promise<number> {
  const row = await scope.first(sql<{ n: number }>`select count(*) as n ${found(scope, input)}`);
  return row?.n ?? 0;
}

async function readGroups(scope: Scope, ids: readonly string[], counted: Counted): Promise<FailureGroup[]> {
  if (ids.length === 0) return [];
  const [rows, counts, touched] = await Promise.all([
    scope.all(sql<FailureGroupTable>`
      select * from failure_group where ${scope.dialect.isOneOf(sql.ref("id"), ids)}`),
    readCounts(scope, ids, counted),
    readTouched(scope, ids),
  ]);
  const refs = await readRefs(scope, [
    ...new Set(rows.flatMap((row) => [row.first_run_id, row.last_run_id])),
  ]);
  const runOf = new Map(refs.map((ref) => [ref.id, ref]));
  const countsOf = Map.groupBy(counts, (row) => row.group_id);
  const touchedOf = Map.groupBy(touched, (row) => row.group_id);
  return rows.map((row) =>
    groupFrom(row, {
      scope,
      runOf,
      counts: countsOf.get(row.id) ?? [],
      touched: touchedOf.get(row.id) ?? [],
    }),
  );
}

interface CountRow {
  group_id: string;
  slot: string;
  n: number;
}

function readCounts(scope: Scope, ids: readonly string[], counted: Counted): Promise<CountRow[]> {
  const slot = counted.counts_by === "day" ? sql`substr(counted.hour, 1, 10)` : sql`counted.hour`;
  return scope.all(sql<CountRow>`
    select counted.group_id, ${slot} as slot, cast(sum(counted.total) as integer) as n
    from failure_hour as counted
    where ${scope.dialect.isOneOf(sql.ref("counted.group_id"), ids)} and ${hours(scope, counted)}
    group by counted.group_id, ${slot} order by 2`);
}

interface TouchedRow {
  group_id: string;
  kind: string;
  id: string;
  name: string;
  n: number;
}

const maxTouched = 10;

const readTouched = (scope: Scope, ids: readonly string[]): Promise<TouchedRow[]> =>
  scope.all(sql<TouchedRow>`
    select ranked.group_id, ranked.kind, ranked.subject as id, ranked.total as n,
      coalesce(flow.name, deployment.name, ranked.subject) as name
    from (
      select touched.*, row_number() over (
        partition by touched.group_id, touched.kind order by touched.total desc, touched.subject) as place
      from failure_touched as touched where ${scope.dialect.isOneOf(sql.ref("touched.group_id"), ids)}
    ) as ranked
    left join flow on ranked.kind = 'flow' and flow.id = ranked.subject
    left join deployment on ranked.kind = 'deployment' and deployment.id = ranked.subject
    where ranked.place <= ${maxTouched} order by ranked.total desc, ranked.subject`);

interface GroupParts {
  scope: Scope;
  runOf: ReadonlyMap<string, RunRef>;
  counts: readonly CountRow[];
  touched: readonly TouchedRow[];
}

function groupFrom(row: FailureGroupTable, { scope, runOf, counts, touched }: GroupParts): FailureGroup {
  const { first_run_id, last_run_id, total, frames, ...rest } = row;
  const those = (kind: string) =>
    touched.filter((each) => each.kind === kind).map(({ id, name, n }) => ({ id, name, count: n }));
  return {
    ...rest,
    frames: FailureFrame.array().parse(JSON.parse(frames)),
    ...currentStatus(scope, row),
    count: total,
    first_run: runOf.get(first_run_id) ?? null,
    last_run: runOf.get(last_run_id) ?? null,
    ...{
      flows: those("flow"),
      deployments: those("deployment"),
      tasks: those("task"),
      versions: those("version"),
    },
    recent: counts.reduce((sum, { n }) => sum + n, 0),
    counts: counts.map(({ slot, n }) => ({ time: beginOf(slot), count: n })),
  };
}

const beginOf = (slot: string): string =>
  slot.length > "2026-01-01".length ? `${slot}:00:00.000000Z` : `${slot}T00:00:00.000000Z`;

interface RunRow extends Omit<RefRow, "state_type" | "state_name"> {
  state_id: string;
  flow_id: string | null;
  deployment_id: string | null;
  occurred: string;
  type: string;
  state: string;
  message: string | null;
  run_state_type: string | null;
  run_state_name: string | null;
}

async function runs(
  scope: Scope,
  { id, limit, after }: Parsed<typeof failures.runs>,
): Promise<Output<typeof failures.runs>> {
  const before: Clause = after ? sql`(failure.occurred, failure.state_id) < (${keyOf(after)})` : sql`1 = 1`;
  const rows = await scope.all(sql<RunRow>`
    select failure.state_id, failure.kind, failure.run_id as id, failure.occurred,
      coalesce(task_run.name, run.name, failure.run_id) as name, task_run.flow_run_id,
      coalesce(task_run.start_time, run.start_time) as since, run.flow_id, run.deployment_id,
      case when failure.kind = 'task-run' then task_run.state_type else run.state_type end as run_state_type,
      case when failure.kind = 'task-run' then task_run.state_name else run.state_name end as run_state_name,
      coalesce(own.type, told.type, 'FAILED') as type, coalesce(own.name, told.name, 'Failed') as state,
      coalesce(own.message, told.message) as message
    from failure
    left join flow_run as run on run.id = failure.flow_run_id
    left join task_run on failure.kind = 'task-run' and task_run.id = failure.run_id
    left join flow_run_state as own on failure.kind = 'flow-run' and own.id = failure.state_id
    left join task_run_state as told on failure.kind = 'task-run' and told.task_run_id = failure.run_id
      and told.timestamp = failure.occurred and told.id = failure.state_id
    where failure.group_id = ${id} and ${before}
    order by failure.occurred desc, failure.state_id desc ${atMost(limit)}`);
  const last = rows.at(-1);
  return {
    runs: rows.map(({ type, state, run_state_type, run_state_name, ...row }) => ({
      run: refFrom({ ...row, state_type: run_state_type, state_name: run_state_name }),
      ...{ flow_id: row.flow_id, deployment_id: row.deployment_id, occurred: row.occurred },
      ...{ state_type: StateType.parse(type), state_name: state, message: row.message },
    })),
    next: last && rows.length === limit ? `${last.occurred}~${last.state_id}` : null,
  };
}

async function groupsOf(scope: Scope, runIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await scope.all(sql<{ run_id: string; group_id: string }>`
    select failure.run_id, failure.group_id from failure
    where ${scope.dialect.isOneOf(sql.ref("failure.run_id"), runIds)} and failure.group_id is not null
    order by failure.occurred, failure.state_id`);
  return new Map(rows.map(({ run_id, group_id }) => [run_id, group_id]));
}

/** Time and id of the last row of a page. */
function keyOf(token: string): Column {
  const [occurred, id, ...rest] = token.split("~");
  if (occurred && id && rest.length === 0) return sql`${occurred}, ${id}`;
  throw problem("invalid", `after: expected the \`next\` of the page before, got ${JSON.stringify(token)}.`);
}
