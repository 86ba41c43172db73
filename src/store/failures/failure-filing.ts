import { createHash } from "node:crypto";
import { sql } from "kysely";
import { runErrorEvent } from "../../schema/events.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Clause } from "../sql/dialect.ts";
import { atMost } from "../sql/pages.ts";
import { readStatuses, reportFailures } from "./failure-events.ts";
import type { Addition, Filing, InnerFailure, OpenFailure, Unfiled } from "./filings.ts";

// Assigns failures to groups. Failures without a group are in a small partial index.

interface UnfiledRow {
  state_id: string;
  kind: "flow-run" | "task-run";
  run_id: string;
  occurred: string;
  recorded: string;
  state_name: string;
  message: string | null;
}

/** Logs within this time of the failure are read. */
const beforeMs = 60_000;
const afterMs = 10_000;
const errorLevel = 40;
const maxLogs = 20;

export async function readUnfiled(scope: Scope, limit: number): Promise<Unfiled[]> {
  const rows = await scope.all(sql<UnfiledRow>`
    select failure.state_id, failure.kind, failure.run_id, failure.occurred, failure.recorded,
      coalesce(own.name, told.name, 'Failed') as state_name, coalesce(own.message, told.message) as message
    from failure
    left join flow_run_state as own on failure.kind = 'flow-run' and own.id = failure.state_id
    left join task_run_state as told on failure.kind = 'task-run' and told.task_run_id = failure.run_id
      and told.timestamp = failure.occurred and told.id = failure.state_id
    where failure.group_id is null order by failure.recorded ${atMost(limit)}`);
  return Promise.all(
    rows.map(async ({ state_id, recorded, state_name, message, ...run }) => {
      const error = await readError(scope, run);
      const logs = error === null ? await readLogs(scope, run) : [];
      return {
        kind: run.kind,
        state_id,
        recorded,
        state_name,
        message,
        error,
        logs,
        within: await readWithin(scope, run),
      };
    }),
  );
}

type Failed = Pick<UnfiledRow, "kind" | "run_id" | "occurred">;

/** An error event shortly after the state belongs to it; one of a later attempt does not. */
export async function readError(scope: Scope, { kind, run_id, occurred }: Failed): Promise<unknown> {
  const until = timestamp(toMs(occurred) + afterMs);
  const row = await scope.first(sql<{ payload: string }>`
    select payload from event where resource_id = ${`prefect.${kind}.${run_id}`} and event = ${runErrorEvent}
      and occurred <= ${until} order by occurred desc limit 1`);
  return row ? JSON.parse(row.payload) : null;
}

export async function readLogs(scope: Scope, { kind, run_id, occurred }: Failed): Promise<string[]> {
  const ofRun: Clause =
    kind === "task-run" ? sql`task_run_id = ${run_id}` : sql`flow_run_id = ${run_id} and task_run_id is null`;
  const since = timestamp(toMs(occurred) - beforeMs);
  const until = timestamp(toMs(occurred) + afterMs);
  const rows = await scope.all(sql<{ message: string }>`
    select message from log where ${ofRun} and timestamp >= ${since} and timestamp <= ${until}
      and level >= ${errorLevel} order by timestamp desc ${atMost(maxLogs)}`);
  return rows.map(({ message }) => message);
}

/** Most groups read within one run, for a large fan-out with many different errors. */
const maxWithin = 20;

/** The cause of a failed flow run is among its task runs, and that of such a task run in its subflow. */
function readWithin(scope: Scope, { kind, run_id, occurred }: Failed): Promise<InnerFailure[]> {
  const inner: Clause =
    kind === "flow-run"
      ? sql`failure.flow_run_id = ${run_id} and failure.kind = 'task-run'`
      : sql`failure.run_id in (select id from flow_run where parent_task_run_id = ${run_id})`;
  return scope.all(sql<InnerFailure>`
    select failure.group_id, failure_group.error_type, failure_group.message
    from failure left join failure_group on failure_group.id = failure.group_id
    where ${inner} and failure.occurred <= ${occurred}
    group by failure.group_id, failure_group.error_type, failure_group.message
    order by min(failure.occurred) ${atMost(maxWithin)}`);
}

/** Kind and subject of the row that records a failed flow run in a group. */
export const failingFlowRuns = "failing-flow-runs";

export async function fileFailures(scope: WriteScope, filings: readonly Filing[]): Promise<number> {
  if (filings.length === 0) return 0;
  const open = await lockOpen(scope, filings);
  await fileConsequences(scope, filings, open);
  const additions = await additionsOf(scope, filings, open);
  const known = await readStatuses(
    scope,
    additions.map(({ id }) => id),
  );
  // In a fixed order, so that concurrent filing does not deadlock.
  for (const addition of additions.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    write(scope, addition);
    reportFailures(scope, addition, known.get(addition.id));
  }
  return open.length;
}

/** They are listed in the group of their cause, but counted only as affected runs. */
async function fileConsequences(
  scope: WriteScope,
  filings: readonly Filing[],
  open: readonly OpenFailure[],
): Promise<void> {
  const groupOf = new Map(filings.map(({ state_id, consequence_of }) => [state_id, consequence_of]));
  const byGroup = Map.groupBy(open, ({ state_id }) => groupOf.get(state_id));
  const { isOneOf } = scope.dialect;
  for (const id of [...byGroup.keys()].toSorted()) {
    const failures = byGroup.get(id) ?? [];
    if (id === undefined || failures.length === 0) continue;
    const group = sql<{ id: string }>`select id from failure_group where id = ${id}`;
    if (!(await scope.first(scope.dialect.locked(group, "failure_group")))) continue;
    const ids = failures.map(({ state_id }) => state_id);
    scope.write(sql`update failure set group_id = ${id} where ${isOneOf(sql.ref("state_id"), ids)}`);
    // When a flow run failed with its own task, the task's failure has already counted the flow.
    const subflows = failures.filter(({ kind }) => kind === "task-run");
    countAll(scope, id, { ...touchedBy(subflows), [failingFlowRuns]: endingOf(failures) });
    scope.changed("failures", "updated", id);
  }
}

/** Failures not filed meanwhile, locked. */
async function lockOpen(scope: WriteScope, filings: readonly Filing[]): Promise<OpenFailure[]> {
  const ids = filings.map(({ state_id }) => state_id);
  const among = scope.dialect.isOneOf(sql.ref("failure.state_id"), ids);
  const query = sql<OpenFailure>`
    select failure.kind, failure.state_id, failure.run_id, failure.flow_run_id, failure.occurred, run.flow_id,
      run.deployment_id, run.flow_version, task_run.task_key
    from failure left join flow_run as run on run.id = failure.flow_run_id
    left join task_run on failure.kind = 'task-run' and task_run.id = failure.run_id
    where failure.group_id is null and ${among} order by failure.state_id`;
  return scope.all(scope.dialect.locked(query, "failure"));
}

async function additionsOf(
  scope: WriteScope,
  filings: readonly Filing[],
  open: readonly OpenFailure[],
): Promise<Addition[]> {
  const filingOf = new Map(filings.map((filing) => [filing.state_id, filing]));
  const additions = new Map<string, Addition>();
  for (const failure of open) {
    const filing = filingOf.get(failure.state_id);
    if (!filing || filing.consequence_of !== undefined) continue;
    const id = groupId(filing.text);
    const addition = additions.get(id) ?? { id, filing, failures: [], flowRuns: new Set() };
    additions.set(id, addition);
    addition.failures.push(failure);
    if (failure.flow_run_id) addition.flowRuns.add(failure.flow_run_id);
  }
  await forgetKnownRuns(scope, additions);
  return [...additions.values()];
}

async function forgetKnownRuns(scope: WriteScope, additions: ReadonlyMap<string, Addition>): Promise<void> {
  const runs = [...new Set([...additions.values()].flatMap(({ flowRuns }) => [...flowRuns]))];
  const { isOneOf } = scope.dialect;
  const known = await scope.all(sql<{ group_id: string; flow_run_id: string }>`
    select distinct group_id, flow_run_id from failure
    where ${isOneOf(sql.ref("flow_run_id"), runs)} and ${isOneOf(sql.ref("group_id"), [...additions.keys()])}`);
  for (const { group_id, flow_run_id } of known) additions.get(group_id)?.flowRuns.delete(flow_run_id);
}

/** The id derives from the text, so that concurrent replicas create the same group. */
function groupId(text: string): string {
  const hash = createHash("sha256").update(text).digest("hex");
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join("-");
}

/** The time for which the group was to be ignored has passed. */
const isOver = "failure_group.status = 'ignored' and failure_group.ignored_until <= excluded.updated";

const insertGroupSql = `insert into failure_group (id, created, updated, error_type, message, frames, status,
    status_since, regressed, total, flow_runs, first_seen, last_seen, first_run_id, last_run_id)
  values (?, ?, ?, ?, ?, ?, 'open', ?, null, ?, ?, ?, ?, ?, ?)
  on conflict (id) do update set
    updated = excluded.updated,
    total = failure_group.total + excluded.total,
    flow_runs = failure_group.flow_runs + excluded.flow_runs,
    first_run_id = case when excluded.first_seen < failure_group.first_seen
      then excluded.first_run_id else failure_group.first_run_id end,
    first_seen = case when excluded.first_seen < failure_group.first_seen
      then excluded.first_seen else failure_group.first_seen end,
    last_run_id = case when excluded.last_seen >= failure_group.last_seen
      then excluded.last_run_id else failure_group.last_run_id end,
    last_seen = case when excluded.last_seen >= failure_group.last_seen
      then excluded.last_seen else failure_group.last_seen end,
    ignored_until = case when ${isOver} then null else failure_group.ignored_until end,
    regressed = case when failure_group.status = 'resolved' and excluded.last_seen > failure_group.status_since
      then excluded.last_seen else failure_group.regressed end,
    status_since = case when failure_group.status = 'resolved' and excluded.last_seen > failure_group.status_since
      then excluded.updated when ${isOver} then failure_group.ignored_until else failure_group.status_since end,
    status = case when failure_group.status = 'resolved' and excluded.last_seen > failure_group.status_since
      then 'open' when ${isOver} then 'open' else failure_group.status end`;

const countHourSql = `insert into failure_hour (group_id, hour, total) values (?, ?, ?)
  on conflict (group_id, hour) do update set total = failure_hour.total + excluded.total`;
const countTouchedSql = `insert into failure_touched (group_id, kind, subject, total) values (?, ?, ?, ?)
  on conflict (group_id, kind, subject) do update set total = failure_touched.total + excluded.total`;

function write(scope: WriteScope, { id, filing, failures, flowRuns }: Addition): void {
  const inOrder = failures.toSorted((a, b) => (a.occurred < b.occurred ? -1 : 1));
  const [first] = inOrder;
  const last = inOrder.at(-1);
  if (!first || !last) return;
  const { error_type, message, frames } = filing;
  scope.write({
    sql: insertGroupSql,
    values: [
      ...[id, scope.time, scope.time, error_type, message, JSON.stringify(frames), scope.time],
      ...[failures.length, flowRuns.size, first.occurred, last.occurred, first.run_id, last.run_id],
    ],
  });
  const ids = failures.map(({ state_id }) => state_id);
  scope.write(
    sql`update failure set group_id = ${id} where ${scope.dialect.isOneOf(sql.ref("state_id"), ids)}`,
  );
  const hours = countedBy(failures, ({ occurred }) => occurred.slice(0, "2026-01-01T00".length));
  for (const [hour, n] of [...hours].toSorted()) scope.write({ sql: countHourSql, values: [id, hour, n] });
  const tasks = countedBy(failures, ({ task_key }) => task_key);
  countAll(scope, id, { ...touchedBy(failures), [failingFlowRuns]: endingOf(failures), task: tasks });
  // Created or updated: lists of groups are reloaded either way.
  scope.changed("failures", "updated", id);
}

type Counts = ReadonlyMap<string, number>;

const touchedBy = (failures: readonly OpenFailure[]): Record<"deployment" | "flow" | "version", Counts> => ({
  deployment: countedBy(failures, ({ deployment_id }) => deployment_id),
  flow: countedBy(failures, ({ flow_id }) => flow_id),
  version: countedBy(failures, ({ flow_version }) => flow_version),
});

const endingOf = (failures: readonly OpenFailure[]): Counts =>
  countedBy(failures, ({ kind }) => (kind === "flow-run" ? failingFlowRuns : null));

/** In a fixed order, as for groups. */
function countAll(scope: WriteScope, id: string, touched: Record<string, Counts>): void {
  for (const kind of Object.keys(touched).toSorted())
    for (const [subject, n] of [...(touched[kind] ?? [])].toSorted())
      scope.write({ sql: countTouchedSql, values: [id, kind, subject, n] });
}

function countedBy(failures: readonly OpenFailure[], key: (failure: OpenFailure) => string | null): Counts {
  const counts = new Map<string, number>();
  for (const failure of failures) {
    const name = key(failure);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
