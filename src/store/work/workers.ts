import { sql } from "kysely";
import type { Parsed } from "../../schema/route.ts";
import { type Worker, WorkerFilter, WorkerStatus, type workers } from "../../schema/workers.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { table } from "../engine/table.ts";
import { noun } from "../noun.ts";
import { fieldsOn, where } from "../sql/filter.ts";
import { atMost } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";
import type { WorkerTable } from "../tables.ts";
import { poolNamed, setPoolStatus } from "./work-pools.ts";

/** Default heartbeat interval of a worker, in seconds. */
const usualInterval = 30;
/** Number of missed heartbeats before a worker is offline. */
const patience = 3;

const workerFrom = (row: WorkerTable): Worker => ({ ...row, status: WorkerStatus.parse(row.status) });
const { readMany, rows } = table<WorkerTable, Worker>("worker", {
  from: workerFrom,
  select: sql`select worker.* from worker join work_pool as pool on pool.id = worker.work_pool_id`,
});

export const workerNoun = noun(
  {
    readMany,
    /** Latest heartbeat first. */
    filter,
  },
  {
    /** Creates or renews the worker; its pool becomes ready. False when the pool does not exist. */
    heartbeat,
    delete: remove,
    /** Workers that missed three heartbeats go offline, and are returned. */
    markOffline,
  },
);

const fields = fieldsOn("worker", WorkerFilter);

async function filter(
  scope: Scope,
  { pool, ...input }: Parsed<typeof workers.list> & { pool?: string },
): Promise<Worker[]> {
  const clause = where(scope.dialect, fields, input.workers) ?? sql`1 = 1`;
  const inPool = pool === undefined ? sql`1 = 1` : sql`pool.name = ${pool}`;
  return rows(
    scope,
    sql`where ${inPool} and ${clause}
      order by worker.last_heartbeat_time desc nulls last, worker.id ${atMost(input.limit)} offset ${input.offset}`,
  );
}

const workerNamed = (scope: Scope, poolId: string, name: string): Promise<WorkerTable | undefined> =>
  scope.first(
    scope.dialect.build
      .selectFrom("worker")
      .selectAll()
      .where("work_pool_id", "=", poolId)
      .where("name", "=", name),
  );

async function heartbeat(scope: WriteScope, input: Parsed<typeof workers.heartbeat>): Promise<boolean> {
  const pool = await poolNamed(scope, input.pool);
  if (!pool) return false;
  const { build } = scope.dialect;
  const known = await workerNamed(scope, pool.id, input.name);
  const interval = input.heartbeat_interval_seconds ?? known?.heartbeat_interval_seconds ?? null;
  const beat = { last_heartbeat_time: scope.time, heartbeat_interval_seconds: interval, status: "ONLINE" };
  const sets = { ...beat, updated: scope.time };
  if (known) scope.write(build.updateTable("worker").set(sets).where("id", "=", known.id));
  const id = known?.id ?? newId(scope.now());
  if (!known) {
    const row = { ...sets, id, created: scope.time, work_pool_id: pool.id, name: input.name };
    scope.write(build.insertInto("worker").values(row));
  }
  scope.changed("workers", known ? "updated" : "created", id);
  if (pool.is_paused === 0) setPoolStatus(scope, pool, "READY");
  return true;
}

async function remove(scope: WriteScope, poolName: string, name: string): Promise<boolean> {
  const pool = await poolNamed(scope, poolName);
  const row = pool && (await workerNamed(scope, pool.id, name));
  if (!row) return false;
  scope.write(scope.dialect.build.deleteFrom("worker").where("id", "=", row.id));
  scope.changed("workers", "deleted", row.id);
  return true;
}

async function markOffline(scope: WriteScope): Promise<string[]> {
  const heard = scope.dialect.seconds(sql.ref("last_heartbeat_time"));
  const interval = sql`coalesce(heartbeat_interval_seconds, ${usualInterval})`;
  const rows = await scope.all(sql<WorkerTable>`select * from worker where status = 'ONLINE'
    and coalesce(${heard}, 0) + ${interval} * ${patience} < ${scope.now() / 1000}`);
  for (const { id } of rows) {
    const sets = { status: "OFFLINE", updated: scope.time };
    scope.write(scope.dialect.build.updateTable("worker").set(sets).where("id", "=", id));
    scope.changed("workers", "updated", id);
  }
  return rows.map(({ id }) => id);
}
