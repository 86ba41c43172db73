import { sql } from "kysely";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import type { RunRef } from "../../schema/waiting.ts";
import { WorkStatus } from "../../schema/work-pools.ts";
import type { WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { differences, record, resourceOf, tell } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { flowRunRef, type RefRow, refFrom } from "../run-index/run-refs.ts";
import type { Column } from "../sql/dialect.ts";
import { workQueueFields } from "../sql/entity-filters.ts";
import { where } from "../sql/filter.ts";
import { atMost } from "../sql/pages.ts";
import { jsonOrNull, newId } from "../sql/rows.ts";
import type { WorkPoolTable, WorkQueueTable } from "../tables.ts";
import { activeRuns } from "./active-runs.ts";
import { markPolled } from "./deployment-status.ts";
import { makeRoom } from "./queue-priorities.ts";
import type { DueRuns, QueueChanges, WorkQueues } from "./work-nouns.ts";

type Row = WorkQueueTable & { work_pool_name: string; active_slots: number | null };

export const workQueueReads = (scope: Scope) =>
  ({
    read: async (id) => (await select(scope, sql`where work_queue.id = ${id}`))[0],
    readByName: async (pool, name) =>
      (await select(scope, sql`where pool.name = ${pool} and work_queue.name = ${name}`))[0],
    readMany: (ids) => select(scope, sql`where ${scope.dialect.isOneOf(sql.ref("work_queue.id"), ids)}`),
    filter: ({ pool, work_queues, limit, offset }) => {
      const clause = where(scope.dialect, workQueueFields, work_queues) ?? sql`1 = 1`;
      const inPool = pool === undefined ? sql`1 = 1` : sql`pool.name = ${pool}`;
      return select(scope, sql`where ${inPool} and ${clause} ${inOrder} ${atMost(limit)} offset ${offset}`);
    },
    inPool: (poolId) => select(scope, sql`where work_queue.work_pool_id = ${poolId} ${inOrder}`),
    due: (input) => due(scope, input),
    holders: (ids) => holders(scope, ids),
    active: (ids, page) => activeRuns(scope, ids, page),
  }) satisfies Partial<WorkQueues>;

export const workQueueWrites = (scope: WriteScope) =>
  ({
    create: (input) => create(scope, input),
    update: async (id, changes) => update(scope, await queueBy(scope, id), changes),
    delete: async (id) => remove(scope, await queueBy(scope, id)),
    polled: (ids) => polled(scope, ids),
    markUnready: (since) => markUnready(scope, since),
  }) satisfies Partial<WorkQueues>;

const inOrder: Column = sql`order by work_queue.priority, work_queue.id`;

const selectQueues: Column = sql`select work_queue.*, pool.name as work_pool_name,
  case when work_queue.concurrency_limit is not null then (
    select count(*) from flow_run
    where flow_run.work_queue_id = work_queue.id and flow_run.state_type in ('PENDING', 'RUNNING')
  ) end as active_slots
  from work_queue join work_pool as pool on pool.id = work_queue.work_pool_id`;

async function select(scope: Scope, clause: Column): Promise<WorkQueue[]> {
  const rows = await scope.all(sql<Row>`${selectQueues} ${clause}`);
  return rows.map((row) => ({
    ...row,
    is_paused: row.is_paused === 1,
    filter: row.filter === null ? null : JSON.parse(row.filter),
    status: WorkStatus.parse(row.status),
  }));
}

/** Runs that wait in their own process for the next attempt are nobody else's to take. */
async function due(scope: Scope, { queue_id, before, after, limit }: DueRuns): Promise<string[]> {
  const retryType = scope.dialect.field(sql.ref("empirical_policy"), "retry_type");
  const rows = await scope.all(sql<{ id: string }>`select id from flow_run
    where work_queue_id = ${queue_id} and next_scheduled_start_time is not null and state_type = 'SCHEDULED'
    and ${before === null ? sql`1 = 1` : sql`next_scheduled_start_time <= ${before}`}
    and ${after === null ? sql`1 = 1` : sql`next_scheduled_start_time >= ${after}`}
    and ${retryType} is distinct from 'in_process'
    order by next_scheduled_start_time, id ${atMost(limit)}`);
  return rows.map(({ id }) => id);
}

async function holders(scope: Scope, ids: readonly string[]): Promise<RunRef[]> {
  const rows = await scope.all(sql<RefRow>`select ${flowRunRef} from flow_run
    where ${scope.dialect.isOneOf(sql.ref("flow_run.work_queue_id"), ids)}
      and flow_run.state_type in ('PENDING', 'RUNNING') order by since, flow_run.id limit 10`);
  return rows.map(refFrom);
}

const queueBy = (scope: Scope, id: string): Promise<WorkQueueTable | undefined> =>
  scope.first(scope.dialect.build.selectFrom("work_queue").selectAll().where("id", "=", id));

const queuesIn = (scope: Scope, poolId: string): Promise<WorkQueueTable[]> =>
  scope.all(scope.dialect.build.selectFrom("work_queue").selectAll().where("work_pool_id", "=", poolId));

export const queueIdsOf = async (scope: Scope, poolId: string): Promise<string[]> =>
  (await queuesIn(scope, poolId)).map(({ id }) => id);

export type NewQueue = Pick<
  WorkQueue,
  "name" | "description" | "is_paused" | "concurrency_limit" | "filter" | "priority"
> & { id?: string };

async function create(scope: WriteScope, input: Parsed<typeof workQueues.create>): Promise<WorkQueue> {
  const { build } = scope.dialect;
  const pool = await scope.first(build.selectFrom("work_pool").selectAll().where("name", "=", input.pool));
  if (!pool) throw problem("not-found", `Work pool "${input.pool}" not found.`);
  return createQueue(scope, pool, { ...input, concurrency_limit: input.concurrency_limit ?? null });
}

/** In its place among the others, or after all of them. Throws the problem `conflict` when the name is taken. */
export async function createQueue(
  scope: WriteScope,
  pool: WorkPoolTable,
  queue: Omit<NewQueue, "priority"> & { priority?: number | null | undefined },
): Promise<WorkQueue> {
  const others = await queuesIn(scope, pool.id);
  refuseTaken(others, queue.name);
  const last = Math.max(0, ...others.map((other) => other.priority));
  const priority = queue.priority ?? last + 1;
  shift(scope, others, priority);
  return writeQueue(scope, pool, { ...queue, priority });
}

export function writeQueue(scope: WriteScope, pool: WorkPoolTable, queue: NewQueue): WorkQueue {
  const { name, description, is_paused, concurrency_limit, priority, filter } = queue;
  const own = { id: queue.id ?? newId(scope.now()), created: scope.time, updated: scope.time };
  const status = is_paused ? "PAUSED" : "NOT_READY";
  const row = { ...own, work_pool_id: pool.id, name, description, concurrency_limit, priority };
  const values = {
    ...row,
    ...{ is_paused: Number(is_paused), filter: jsonOrNull(filter), last_polled: null, status },
  };
  scope.write(scope.dialect.build.insertInto("work_queue").values(values));
  scope.changed("work-queues", "created", row.id);
  tell(scope, "work-queue", "created", row);
  const active_slots = concurrency_limit === null ? null : 0;
  const seen = { is_paused, filter, last_polled: null, work_pool_name: pool.name, active_slots };
  return { ...row, ...seen, status: WorkStatus.parse(status) };
}

function refuseTaken(others: readonly WorkQueueTable[], name: string): void {
  if (!others.some((other) => other.name === name)) return;
  throw problem("conflict", `A work queue with the name "${name}" already exists in this work pool.`);
}

function shift(scope: WriteScope, others: readonly WorkQueueTable[], priority: number): void {
  // From the last to the first, so that no two of them have the same at any time.
  for (const { id, priority: moved } of makeRoom(others, priority).reverse()) {
    writeChange(scope, id, { priority: moved });
  }
}

function writeChange(scope: WriteScope, id: string, sets: Partial<WorkQueueTable>): void {
  const { build } = scope.dialect;
  scope.write(
    build
      .updateTable("work_queue")
      .set({ ...sets, updated: scope.time })
      .where("id", "=", id),
  );
  scope.changed("work-queues", "updated", id);
}

async function update(
  scope: WriteScope,
  row: WorkQueueTable | undefined,
  changes: QueueChanges,
): Promise<boolean> {
  if (!row) return false;
  const { name, description, is_paused, concurrency_limit, priority, last_polled, filter } = changes;
  const others = (await queuesIn(scope, row.work_pool_id)).filter(({ id }) => id !== row.id);
  if (name) refuseTaken(others, name);
  if (priority && priority !== row.priority) shift(scope, others, priority);
  const sets = {
    ...(name && { name }),
    ...(description !== undefined && { description }),
    ...(typeof is_paused === "boolean" && { is_paused: Number(is_paused) }),
    ...(concurrency_limit !== undefined && { concurrency_limit }),
    ...(priority && { priority }),
    ...(last_polled && { last_polled }),
    ...(filter !== undefined && { filter: jsonOrNull(filter) }),
  };
  writeChange(scope, row.id, sets);
  tell(scope, "work-queue", "updated", { ...row, ...sets }, differences(row, sets));
  const isPaused = (sets.is_paused ?? row.is_paused) === 1;
  if (isPaused) setQueueStatus(scope, row, "PAUSED");
  else if (last_polled) setQueueStatus(scope, row, "READY");
  else if (row.status === "PAUSED") setQueueStatus(scope, row, "NOT_READY");
  return true;
}

function setQueueStatus(scope: WriteScope, row: WorkQueueTable, status: WorkStatus): void {
  if (row.status === status) return;
  writeChange(scope, row.id, { status });
  const related = [
    { "prefect.resource.id": `prefect.work-pool.${row.work_pool_id}`, "prefect.resource.role": "work-pool" },
  ];
  const resource = resourceOf("work-queue", row);
  record(scope, `prefect.work-queue.${status.toLowerCase().replace("_", "-")}`, { resource, related });
}

/** Deployments of queues that are deleted lose them. */
export async function tellOfDeployments(scope: WriteScope, queueIds: readonly string[]): Promise<void> {
  const among = scope.dialect.isOneOf(sql.ref("work_queue_id"), queueIds);
  const rows = await scope.all(sql<{ id: string }>`select id from deployment where ${among}`);
  for (const { id } of rows) scope.changed("deployments", "updated", id);
}

async function remove(scope: WriteScope, row: WorkQueueTable | undefined): Promise<boolean> {
  if (!row) return false;
  const { build } = scope.dialect;
  const isDefault = await scope.first(
    build.selectFrom("work_pool").select("id").where("default_queue_id", "=", row.id),
  );
  if (isDefault) throw problem("bad-request", "The default queue of a work pool cannot be deleted.");
  await tellOfDeployments(scope, [row.id]);
  scope.write(build.deleteFrom("work_queue").where("id", "=", row.id));
  scope.changed("work-queues", "deleted", row.id);
  tell(scope, "work-queue", "deleted", row);
  return true;
}

async function polled(scope: WriteScope, ids: readonly string[]): Promise<void> {
  await markPolled(scope, { work_queue_ids: ids });
  const among = scope.dialect.isOneOf(sql.ref("id"), ids);
  const rows = await scope.all(sql<WorkQueueTable>`select * from work_queue where ${among}`);
  for (const row of rows) {
    writeChange(scope, row.id, { last_polled: scope.time });
    if (row.is_paused === 0) setQueueStatus(scope, row, "READY");
  }
}

async function markUnready(scope: WriteScope, since: string): Promise<string[]> {
  const rows = await scope.all(sql<WorkQueueTable>`select * from work_queue
    where status = 'READY' and (last_polled is null or last_polled < ${since})`);
  for (const row of rows) setQueueStatus(scope, row, "NOT_READY");
  return rows.map(({ id }) => id);
}
