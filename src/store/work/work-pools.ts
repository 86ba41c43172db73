import { sql } from "kysely";
import { parseExact } from "../../schema/exact-json.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { type WorkPool, WorkStatus, type workPools } from "../../schema/work-pools.ts";
import { differences, record, reportChange, resourceOf } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { table } from "../engine/table.ts";
import { noun } from "../noun.ts";
import type { Column } from "../sql/dialect.ts";
import { workPoolFields } from "../sql/entity-filters.ts";
import { clausesOf } from "../sql/filter.ts";
import { newId } from "../sql/rows.ts";
import type { WorkPoolTable } from "../tables.ts";
import { queueIdsOf, reportDeployments, writeQueue } from "./queue-writing.ts";

type Row = WorkPoolTable & { active_slots: number | null };

/** Runs that a worker has taken and not finished; counted only where there is a limit. */
const selectPools: Column = sql`select work_pool.*,
  case when work_pool.concurrency_limit is not null then (
    select count(*) from flow_run where flow_run.state_type in ('PENDING', 'RUNNING')
      and flow_run.work_queue_id in (select id from work_queue where work_queue.work_pool_id = work_pool.id)
  ) end as active_slots
  from work_pool`;

const poolFrom = (row: Row): WorkPool => ({
  ...row,
  base_job_template: parseExact(row.base_job_template),
  is_paused: row.is_paused === 1,
  status: WorkStatus.parse(row.status),
  storage_configuration: parseExact(row.storage_configuration),
});

const { by, readMany, lists } = table<Row, WorkPool>("work_pool", { from: poolFrom, select: selectPools });

export const workPoolNoun = noun(
  {
    read: by("id"),
    readByName: by("name"),
    readMany,
    /** By name. */
    ...lists<Parsed<typeof workPools.count>>({
      clauses: (dialect, { work_pools }) => clausesOf(dialect, workPoolFields, work_pools),
      order: () => sql`work_pool.name`,
    }),
  },
  {
    /** With its queue `default`. Throws the problem `conflict` when the name is taken. */
    create: createPool,
    update,
    /** With its queues and workers; its deployments remain, without a queue. */
    delete: remove,
    /** Pools without an online worker become not ready, and are returned. */
    markUnready,
  },
);

export const poolNamed = (scope: Scope, name: string): Promise<WorkPoolTable | undefined> =>
  scope.first(scope.dialect.build.selectFrom("work_pool").selectAll().where("name", "=", name));

export async function createPool(
  scope: WriteScope,
  input: Parsed<typeof workPools.create>,
): Promise<WorkPool> {
  if (await poolNamed(scope, input.name)) {
    throw problem("conflict", `A work pool with the name "${input.name}" already exists.`);
  }
  const row: WorkPoolTable = {
    id: newId(scope.now()),
    created: scope.time,
    updated: scope.time,
    name: input.name,
    description: input.description,
    type: input.type,
    base_job_template: JSON.stringify(input.base_job_template),
    is_paused: Number(input.is_paused),
    concurrency_limit: input.concurrency_limit ?? null,
    status: input.is_paused ? "PAUSED" : "NOT_READY",
    default_queue_id: newId(scope.now()),
    storage_configuration: JSON.stringify(input.storage_configuration),
  };
  scope.write(scope.dialect.build.insertInto("work_pool").values(row));
  scope.changed("work-pools", "created", row.id);
  reportChange(scope, "work-pool", "created", row);
  const description = "The work pool's default queue.";
  const queue = { name: "default", description, is_paused: false, concurrency_limit: null, filter: null };
  writeQueue(scope, row, { ...queue, id: row.default_queue_id ?? "", priority: 1 });
  return poolFrom({ ...row, active_slots: row.concurrency_limit === null ? null : 0 });
}

async function update(scope: WriteScope, input: Parsed<typeof workPools.update>): Promise<boolean> {
  const row = await poolNamed(scope, input.name);
  if (!row) return false;
  const { description, is_paused, base_job_template, concurrency_limit, storage_configuration } = input;
  const sets = {
    ...(description !== undefined && { description }),
    ...(typeof is_paused === "boolean" && { is_paused: Number(is_paused) }),
    ...(base_job_template && { base_job_template: JSON.stringify(base_job_template) }),
    ...(concurrency_limit !== undefined && { concurrency_limit }),
    ...(storage_configuration && { storage_configuration: JSON.stringify(storage_configuration) }),
  };
  writePool(scope, row, sets);
  const { base_job_template: _, storage_configuration: __, ...plain } = sets;
  const updates = differences(row, plain);
  if (sets.base_job_template && sets.base_job_template !== row.base_job_template) {
    const from = parseExact(row.base_job_template);
    Object.assign(updates, { base_job_template: { from, to: base_job_template } });
  }
  reportChange(scope, "work-pool", "updated", row, updates);
  const isPaused = (sets.is_paused ?? row.is_paused) === 1;
  const status = isPaused ? "PAUSED" : (await hasWorker(scope, row.id)) ? "READY" : "NOT_READY";
  if (isPaused || row.status === "PAUSED") setPoolStatus(scope, row, status);
  return true;
}

function writePool(scope: WriteScope, row: WorkPoolTable, sets: Partial<WorkPoolTable>): void {
  const { build } = scope.dialect;
  const all = { ...sets, updated: scope.time };
  scope.write(build.updateTable("work_pool").set(all).where("id", "=", row.id));
  scope.changed("work-pools", "updated", row.id);
}

async function hasWorker(scope: Scope, poolId: string): Promise<boolean> {
  const { build } = scope.dialect;
  const online = build.selectFrom("worker").select("id").where("status", "=", "ONLINE");
  return (await scope.first(online.where("work_pool_id", "=", poolId).limit(sql.lit(1)))) !== undefined;
}

export function setPoolStatus(scope: WriteScope, row: WorkPoolTable, status: WorkStatus): void {
  if (row.status === status) return;
  writePool(scope, row, { status });
  const resource = resourceOf("work-pool", row, { "prefect.work-pool.type": row.type });
  record(scope, `prefect.work-pool.${status.toLowerCase().replace("_", "-")}`, { resource });
}

/** Reserved names are checked by the server, not here. */
async function remove(scope: WriteScope, name: string): Promise<boolean> {
  const row = await poolNamed(scope, name);
  if (!row) return false;
  const { build } = scope.dialect;
  const queues = await queueIdsOf(scope, row.id);
  await reportDeployments(scope, queues);
  for (const id of queues) scope.changed("work-queues", "deleted", id);
  const workers = await scope.all(build.selectFrom("worker").select("id").where("work_pool_id", "=", row.id));
  for (const { id } of workers) scope.changed("workers", "deleted", id);
  scope.write(build.deleteFrom("work_pool").where("id", "=", row.id));
  scope.changed("work-pools", "deleted", row.id);
  reportChange(scope, "work-pool", "deleted", row);
  return true;
}

async function markUnready(scope: WriteScope): Promise<string[]> {
  const rows = await scope.all(sql<WorkPoolTable>`select * from work_pool where status = 'READY'
    and not exists (select 1 from worker where worker.work_pool_id = work_pool.id and worker.status = 'ONLINE')`);
  for (const row of rows) setPoolStatus(scope, row, "NOT_READY");
  return rows.map(({ id }) => id);
}
