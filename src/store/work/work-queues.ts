import { sql } from "kysely";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import type { RunRef } from "../../schema/waiting.ts";
import { WorkStatus } from "../../schema/work-pools.ts";
import type { WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { differences, record, reportChange, resourceOf } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { table } from "../engine/table.ts";
import { noun } from "../noun.ts";
import { flowRunRef, type RefRow, refFrom } from "../run-index/run-refs.ts";
import type { Column } from "../sql/dialect.ts";
import { workQueueFields } from "../sql/entity-filters.ts";
import { where } from "../sql/filter.ts";
import { atMost } from "../sql/pages.ts";
import { jsonOrNull } from "../sql/rows.ts";
import type { WorkQueueTable } from "../tables.ts";
import { activeRuns } from "./active-runs.ts";
import { markPolled } from "./deployment-status.ts";
import { defaultPool } from "./queue-choice.ts";
import {
  createQueue,
  queuesIn,
  refuseTaken,
  reportDeployments,
  shift,
  writeChange,
} from "./queue-writing.ts";

export type QueueChanges = Omit<Parsed<typeof workQueues.updateById>, "id">;

/** Filter for due runs of a queue: at most `limit`, by their time. */
export interface DueRuns {
  queue_id: string;
  /** Inclusive; null: no bound. */
  before: string | null;
  after: string | null;
  limit: number;
}

type Row = WorkQueueTable & { work_pool_name: string; active_slots: number | null };

const inOrder: Column = sql`order by work_queue.priority, work_queue.id`;

const selectQueues: Column = sql`select work_queue.*, pool.name as work_pool_name,
  case when work_queue.concurrency_limit is not null then (
    select count(*) from flow_run
    where flow_run.work_queue_id = work_queue.id and flow_run.state_type in ('PENDING', 'RUNNING')
  ) end as active_slots
  from work_queue join work_pool as pool on pool.id = work_queue.work_pool_id`;

const { rows, by, readMany } = table<Row, WorkQueue>("work_queue", {
  select: selectQueues,
  from: (row) => ({
    ...row,
    is_paused: row.is_paused === 1,
    filter: row.filter === null ? null : JSON.parse(row.filter),
    status: WorkStatus.parse(row.status),
  }),
});

export const workQueueNoun = noun(
  {
    read: by("id"),
    readByName: async (scope: Scope, pool: string, name: string): Promise<WorkQueue | undefined> =>
      (await rows(scope, sql`where pool.name = ${pool} and work_queue.name = ${name}`))[0],
    readMany,
    /** By priority; of the given pool, if any. */
    filter: (
      scope: Scope,
      { pool, work_queues, limit, offset }: Parsed<typeof workQueues.filter> & { pool?: string },
    ): Promise<WorkQueue[]> => {
      const clause = where(scope.dialect, workQueueFields, work_queues) ?? sql`1 = 1`;
      const inPool = pool === undefined ? sql`1 = 1` : sql`pool.name = ${pool}`;
      return rows(scope, sql`where ${inPool} and ${clause} ${inOrder} ${atMost(limit)} offset ${offset}`);
    },
    /** All queues of a pool, by priority. */
    inPool: (scope: Scope, poolId: string): Promise<WorkQueue[]> =>
      rows(scope, sql`where work_queue.work_pool_id = ${poolId} ${inOrder}`),
    /** Ids of due runs. */
    due,
    /** The first ten pending or running runs of these queues, earliest start first. */
    holders,
    /** For each of these queues the runs that occupy its slots. */
    active: activeRuns,
  },
  {
    /** Throws the problems `not-found` for the pool and `conflict` for the name. */
    create,
    /** In the pool of queues that are named without one. Throws the problem `conflict` when the name is taken. */
    createInDefaultPool: async (
      scope: WriteScope,
      input: Parsed<typeof workQueues.createInDefaultPool>,
    ): Promise<WorkQueue> => {
      const pool = await defaultPool(scope);
      return createQueue(scope, pool, { ...input, concurrency_limit: input.concurrency_limit ?? null });
    },
    /** Applies only the given keys. Throws the problem `conflict` when the name is taken. */
    update: async (scope: WriteScope, id: string, changes: QueueChanges): Promise<boolean> =>
      update(scope, await queueBy(scope, id), changes),
    /** Throws the problem `bad-request` for the default queue of a pool. */
    delete: async (scope: WriteScope, id: string): Promise<boolean> =>
      remove(scope, await queueBy(scope, id)),
    /** A worker has polled these queues: they and their deployments become READY. */
    polled,
    /** Queues not polled since then become not ready, and are returned. */
    markUnready,
  },
);

/** Excludes runs that wait in their own process for the next attempt. */
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

async function create(scope: WriteScope, input: Parsed<typeof workQueues.create>): Promise<WorkQueue> {
  const { build } = scope.dialect;
  const pool = await scope.first(build.selectFrom("work_pool").selectAll().where("name", "=", input.pool));
  if (!pool) throw problem("not-found", `Work pool "${input.pool}" not found.`);
  return createQueue(scope, pool, { ...input, concurrency_limit: input.concurrency_limit ?? null });
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
  reportChange(scope, "work-queue", "updated", { ...row, ...sets }, differences(row, sets));
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

async function remove(scope: WriteScope, row: WorkQueueTable | undefined): Promise<boolean> {
  if (!row) return false;
  const { build } = scope.dialect;
  const isDefault = await scope.first(
    build.selectFrom("work_pool").select("id").where("default_queue_id", "=", row.id),
  );
  if (isDefault) throw problem("bad-request", "The default queue of a work pool cannot be deleted.");
  await reportDeployments(scope, [row.id]);
  scope.write(build.deleteFrom("work_queue").where("id", "=", row.id));
  scope.changed("work-queues", "deleted", row.id);
  reportChange(scope, "work-queue", "deleted", row);
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
