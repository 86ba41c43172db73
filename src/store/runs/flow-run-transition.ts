import { sql } from "kysely";
import { type Attempts, attemptsIn, attemptsText } from "../../schema/attempt-tokens.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { isFailed } from "../../schema/state-types.ts";
import type { State } from "../../schema/states.ts";
import { aboutIds, type Scope, type WriteScope } from "../engine/scope.ts";
import type { CachedContext, EventContext } from "../engine/transition-cache.ts";
import { resultArtifact } from "../records/result-artifacts.ts";
import { tagged } from "../run-index/new-runs.ts";
import { flowRunFrom, type RunRow, selectFlowRunsAndPlaces } from "../run-index/run-rows.ts";
import { estimates } from "../run-index/run-times.ts";
import { updateRun } from "../run-index/run-updates.ts";
import { insertFailureSql, insertFlowRunStateSql } from "../sql/hot-sql.ts";
import { detailsJson, jsonOrNull } from "../sql/rows.ts";
import { learnRunLimits } from "../work/deployment-limits.ts";
import { stateEvent } from "./flow-run-events.ts";
import type { FlowRunChanges } from "./run-changes.ts";

/** What `lock` has read for `writeState`, so that a transition reads once. */
const contexts = new WeakMap<WriteScope, Map<string, CachedContext>>();

/** The runs in the order of `ids`: as many questions for many of them as for one, and all in one message. */
export async function lockFlowRuns(
  scope: WriteScope,
  ids: readonly string[],
): Promise<(FlowRun | undefined)[]> {
  const runs = new Map<string, FlowRun>();
  for (const id of ids) {
    const known = scope.runs?.get(id);
    if (!known) continue;
    contextsIn(scope).set(id, known);
    const { run } = known;
    const moment = { ...run, state_timestamp: run.state?.timestamp ?? null };
    runs.set(id, { ...run, ...estimates(moment, scope.now()) });
  }
  const unknown = ids.filter((id) => !runs.has(id));
  const limited = ids.filter((id) => runs.get(id)?.deployment_id !== null);
  const [rows] = await Promise.all([
    unknown.length > 0 ? readWithPlaces(scope, unknown) : [],
    limited.length > 0 ? learnRunLimits(scope, limited) : undefined,
  ]);
  for (const row of rows) {
    const run = flowRunFrom(row);
    runs.set(row.id, run);
    scope.runs?.learn({ run, ...contextOf(row) });
  }
  return ids.map((id) => runs.get(id));
}

function contextsIn(scope: WriteScope): Map<string, CachedContext> {
  const known = contexts.get(scope) ?? new Map<string, CachedContext>();
  contexts.set(scope, known);
  return known;
}

interface ContextRow extends RunRow, EventContext {
  id: string;
}

const placedRuns = aboutIds((dialect, ids) =>
  dialect.locked(
    sql<ContextRow>`${selectFlowRunsAndPlaces} where ${dialect.isOneOf(sql.ref("flow_run.id"), ids)}`,
    "flow_run",
  ),
);

async function readWithPlaces(scope: WriteScope, ids: readonly string[]): Promise<ContextRow[]> {
  const rows = await scope.all(placedRuns(scope.dialect, ids), "flow_run");
  const known = contextsIn(scope);
  for (const row of rows) known.set(row.id, known.get(row.id) ?? contextOf(row));
  return rows;
}

const contextOf = ({ run, id: _, ...context }: ContextRow): CachedContext => ({ context, size: run.length });

/** Read by `lock`, if the run was locked before. */
export const attemptsOf = async (scope: WriteScope, id: string): Promise<Attempts> => {
  const place = contextsIn(scope).get(id);
  return place ? attemptsIn(place.context.attempt_tokens) : readAttempts(scope, id);
};

const tokensOf = aboutIds(
  (dialect, ids) =>
    sql<{
      tokens: string | null;
    }>`select attempt_tokens as tokens from flow_run where ${dialect.isOneOf(sql.ref("id"), ids)}`,
);

export async function readAttempts(scope: Scope, id: string): Promise<Attempts> {
  const row = await scope.first(tokensOf(scope.dialect, [id]));
  return attemptsIn(row?.tokens ?? null);
}

async function readContext(scope: WriteScope, id: string): Promise<CachedContext | undefined> {
  if (!contextsIn(scope).has(id)) await readWithPlaces(scope, [id]);
  return contextsIn(scope).get(id);
}

export async function writeFlowRunState(
  scope: WriteScope,
  run: FlowRun,
  { attempts, ...changes }: FlowRunChanges,
  input: State,
): Promise<FlowRun> {
  const place = attempted(await readContext(scope, run.id), attempts);
  const state = await resultArtifact(scope, input, { flow_run_id: run.id, task_run_id: null });
  const next = nextRun(scope, run, changes, state);
  const data = jsonOrNull(state.data);
  scope.write({
    sql: insertFlowRunStateSql,
    values: [
      ...[state.id, run.id, state.timestamp, state.type, state.name, state.message],
      ...[data, detailsJson(state.state_details)],
    ],
  });
  const own = {
    infrastructure_pid: next.infrastructure_pid,
    attempt_tokens: place?.context.attempt_tokens ?? null,
  };
  if (place) contextsIn(scope).set(run.id, place);
  scope.write(updateRun("flow_run", { before: run, after: next, state, own }), true);
  if (isFailed(state.type)) {
    const values = [state.id, "flow-run", run.id, run.id, state.timestamp, scope.time];
    scope.write({ sql: insertFailureSql, values });
  }
  moveTags(scope, run, next);
  scope.rollup.move("flow_run", run, next);
  scope.changed("flow-runs", "updated", run.id, run.id);
  if (place) {
    reportPlaces(scope, run, next, place.context);
    scope.event(stateEvent(next, run.state, state, place.context));
  }
  remember(scope, next, place, (data?.length ?? 0) + (state.message?.length ?? 0));
  return next;
}

function attempted(
  place: CachedContext | undefined,
  attempts: Attempts | undefined,
): CachedContext | undefined {
  if (!place || !attempts) return place;
  return { ...place, context: { ...place.context, attempt_tokens: attemptsText(attempts) } };
}

/** The name of the task run of a subflow may change at any time, so subflows are not cached. */
function remember(scope: WriteScope, run: FlowRun, place: CachedContext | undefined, grown: number): void {
  if (!place || run.parent_task_run_id !== null) scope.runs?.drop(run.id);
  else scope.runs?.learn({ run, context: place.context, size: place.size + grown });
}

function nextRun(scope: WriteScope, run: FlowRun, changes: FlowRunChanges, state: State): FlowRun {
  const next: FlowRun = {
    ...run,
    ...changes,
    updated: scope.time,
    state,
    state_id: state.id,
    state_type: state.type,
    state_name: state.name,
  };
  return { ...next, ...estimates({ ...next, state_timestamp: state.timestamp }, scope.now()) };
}

/** Pools and queues with a limit include how many runs count against it, so they change as well. */
function reportPlaces(scope: WriteScope, before: FlowRun, after: FlowRun, context: EventContext): void {
  if (occupies(before) === occupies(after)) return;
  const { work_pool_id: pool, work_queue_id: queue } = after;
  if (pool && context.pool_limit !== null) scope.changed("work-pools", "updated", pool);
  if (queue && context.queue_limit !== null) scope.changed("work-queues", "updated", queue);
}

const occupies = ({ state_type: type }: FlowRun) => type === "PENDING" || type === "RUNNING";

/** The tags of a run are found by its state and sort by its start, as the runs are. */
function moveTags(scope: WriteScope, before: FlowRun, after: FlowRun): void {
  if (after.tags.length === 0) return;
  const [old, now] = [tagged(before), tagged(after)];
  const isSame = old.state_name === now.state_name && old.state_type === now.state_type;
  if (isSame && old.start === now.start) return;
  scope.write({
    sql: "update flow_run_tag set start = ?, state_type = ?, state_name = ? where flow_run_id = ?",
    values: [now.start, now.state_type, now.state_name, after.id],
  });
}
